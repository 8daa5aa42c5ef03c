#!/usr/bin/env python3
"""Boots an arm64 Linux in QEMU with exactly the devicetree given, and prints its log.

usage: boot.py DIR DTB OUT-DTB LOG

DIR holds `kernel` and `busybox` (see fetch). The tree is written to OUT-DTB with a command line that makes the kernel
talk (`memblock=debug`), and the kernel gets that. A tree that is not for QEMU's virt machine lends its memory and its
/reserved-memory to one that is. Exit status: 0 the log is there, 3 this tree can not be booted here.

The guest is started through QEMU's generic loader and a small stub instead of `-kernel`, which rewrites /memory and
/chosen.
"""
import os, re, struct, subprocess, sys, tempfile

MIB = 1 << 20
BASE = 0x40000000
FAST = ('nokaslr panic=-1 memblock=debug log_buf_len=4M audit=0 mitigations=off cryptomgr.notests '
        'random.trust_bootloader=on console=ttyAMA0 earlycon=pl011,0x9000000 ignore_loglevel')
# Words of a stored command line that only concern its own console or tools.
NOISE = re.compile(r'^(quiet|loglevel=|o_\w+=|earlycon|console=|ignore_loglevel|log_buf_len=|memblock=|nokaslr|panic=|audit='
                   r'|mitigations=|cryptomgr|random\.)')
VIRT = """/dts-v1/;
/ {
	#address-cells = <2>; #size-cells = <2>;
	interrupt-parent = <&gic>; model = "%s"; compatible = "linux,dummy-virt";
	chosen { stdout-path = "/serial@9000000"; };
	cpus { #address-cells = <1>; #size-cells = <0>;
		cpu@0 { device_type = "cpu"; compatible = "arm,armv8"; reg = <0>; }; };
	psci { compatible = "arm,psci-1.0", "arm,psci-0.2"; method = "hvc"; };
	timer { compatible = "arm,armv8-timer"; always-on;
		interrupts = <1 13 0x104>, <1 14 0x104>, <1 11 0x104>, <1 10 0x104>; };
	clk: clock { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <24000000>; };
	gic: interrupt-controller@8000000 { compatible = "arm,cortex-a15-gic"; #interrupt-cells = <3>; interrupt-controller;
		#address-cells = <0>; reg = <0 0x8000000 0 0x10000>, <0 0x8010000 0 0x10000>; };
	serial@9000000 { compatible = "arm,pl011", "arm,primecell"; reg = <0 0x9000000 0 0x1000>;
		interrupts = <0 1 4>; clocks = <&clk>, <&clk>; clock-names = "uartclk", "apb_pclk"; };
%s
};
"""


class Refused(Exception):
    pass


def tool(*args, data=None):
    done = subprocess.run(args, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise Refused('%s: %s' % (args[0], done.stderr.decode(errors='replace').strip()))
    return done.stdout


def get(dtb, node, name, kind):
    done = subprocess.run(['fdtget', '-t', kind, dtb, node, name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode(errors='replace').strip() if done.returncode == 0 else None


def node_text(source, name):
    """The text of the root's child `name` in what dtc prints."""
    match = re.search(r'^\t%s \{\n.*?^\t\};\n' % re.escape(name), source, re.M | re.S)
    return match.group(0) if match else ''


def graft(dtb):
    """A tree for QEMU's virt machine with the memory and the reservations of another."""
    source = tool('dtc', '-q', '-I', 'dtb', '-O', 'dts', dtb).decode(errors='replace')
    cells = re.search(r'^\t#address-cells = <0x0?(\d)>', source, re.M), re.search(r'^\t#size-cells = <0x0?(\d)>', source, re.M)
    if not all(cells) or any(c.group(1) != '2' for c in cells):
        raise Refused('its root has other cells than <2> and <2>, which the test machine needs')
    memory = ''.join(node_text(source, name) for name in dict.fromkeys(re.findall(r'^\t(memory(?:@[0-9a-f]+)?) \{', source, re.M)))
    reserved = node_text(source, 'reserved-memory')
    reserved = re.sub(r'^\s*(phandle|linux,phandle) = .*\n', '', reserved, flags=re.M)
    board = get(dtb, '/', 'model', 's') or 'grafted'
    return tool('dtc', '-q', '-f', '-I', 'dts', '-O', 'dtb', data=(VIRT % (board.replace('"', ''), memory + reserved)).encode())


def ram(dtb):
    """The end of the memory that the tree states, from QEMU's base on."""
    end = 0
    for node in tool('fdtget', '-l', dtb, '/').decode().split():
        if get(dtb, '/' + node, 'device_type', 's') != 'memory':
            continue
        words = [int(w, 16) for w in (get(dtb, '/' + node, 'reg', 'x') or '').split()]
        cells = int(get(dtb, '/', '#address-cells', 'u') or 2), int(get(dtb, '/', '#size-cells', 'u') or 1)
        for i in range(0, len(words) - sum(cells) + 1, sum(cells)):
            start = int(''.join('%08x' % w for w in words[i:i + cells[0]]), 16)
            size = int(''.join('%08x' % w for w in words[i + cells[0]:i + sum(cells)]), 16)
            if start < BASE:
                raise Refused('it has RAM at 0x%x; the test machine has its RAM from 0x%x on' % (start, BASE))
            end = max(end, start + size)
    if not end:
        raise Refused('it states no RAM')
    if end - BASE > 8 << 30:
        raise Refused('it has RAM up to 0x%x; this test gives a guest 8 GiB at most' % end)
    return -(-(end - BASE) // MIB)


def initramfs(busybox, pad_to):
    out, number = bytearray(), 0

    def add(name, mode, data=b''):
        nonlocal number
        number += 1
        name = name.encode() + b'\0'
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0)
        out.extend(b'070701' + ''.join('%08X' % f for f in fields).encode() + name)
        out.extend(b'\0' * (-len(out) % 4) + data)
        out.extend(b'\0' * (-len(out) % 4))
    for folder in ('bin', 'dev', 'proc', 'sys'):
        add(folder, 0o040755)
    add('bin/busybox', 0o100755, open(busybox, 'rb').read())
    script = ('#!/bin/busybox sh\nB=/bin/busybox\n$B mount -t proc proc /proc\n$B mount -t devtmpfs dev /dev\n'
              '$B echo @@DONE > /dev/console\n$B poweroff -f\n')
    add('init', 0o100755, script.encode())
    add('TRAILER!!!', 0)
    return bytes(out) + b'\0' * max(pad_to - len(out), 0)


def stub(dtb, kernel):
    """Loads the tree's address into x0 and the kernel's into x4, clears x1 to x3, and jumps."""
    code = struct.pack('<8I', 0x58000100, 0xaa1f03e1, 0xaa1f03e2, 0xaa1f03e3, 0x580000c4, 0xd61f0080, 0xd503201f, 0xd503201f)
    return code + struct.pack('<QQ', dtb, kernel)


def main(folder, source, result, log):
    compatible = (get(source, '/', 'compatible', 's') or '').split()
    blob = open(source, 'rb').read() if 'linux,dummy-virt' in compatible else graft(source)
    open(result, 'wb').write(blob)
    size = ram(result)
    kernel = BASE + 0x200000
    initrd = BASE + max(36 * MIB, min(128 * MIB, size * MIB // 2))
    archive = initramfs(os.path.join(folder, 'busybox'), 0)
    archive += b'\0' * (-len(archive) % MIB)
    tree = (initrd + len(archive) + 2 * MIB - 1) & ~(2 * MIB - 1)
    words = [w for w in (get(result, '/chosen', 'bootargs', 's') or '').split() if not NOISE.match(w)]
    tool('fdtput', '-t', 's', result, '/chosen', 'bootargs', ' '.join([FAST] + words))
    for name, value in (('linux,initrd-start', initrd), ('linux,initrd-end', initrd + len(archive))):
        tool('fdtput', '-t', 'x', result, '/chosen', name, '%x' % (value >> 32), '%x' % (value & 0xffffffff))
    with tempfile.TemporaryDirectory() as scratch:
        def loaded(name, data, address):
            path = os.path.join(scratch, name)
            open(path, 'wb').write(data)
            return ['-device', 'loader,file=%s,addr=0x%x,force-raw=on' % (path, address)]
        arguments = ['qemu-system-aarch64', '-M', 'virt,gic-version=2', '-cpu', 'cortex-a57', '-m', str(size),
                     '-display', 'none', '-nodefaults', '-no-user-config', '-monitor', 'none', '-no-reboot',
                     '-accel', 'tcg,thread=single,tb-size=256', '-serial', 'file:' + log,
                     '-device', 'loader,file=%s,addr=0x%x,force-raw=on' % (os.path.join(folder, 'kernel'), kernel)]
        arguments += loaded('initrd', archive, initrd) + loaded('dtb', open(result, 'rb').read(), tree)
        arguments += loaded('stub', stub(tree, kernel), BASE + 0x180000)
        arguments += ['-device', 'loader,addr=0x%x,cpu-num=0' % (BASE + 0x180000)]
        try:
            subprocess.run(arguments, stdin=subprocess.DEVNULL, timeout=60)
        except subprocess.TimeoutExpired:
            pass


if __name__ == '__main__':
    try:
        main(*sys.argv[1:])
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(3)
