"""Texts with one defect each: a good one of `fixtures/hostile/good`, changed in one place."""

import gzip
import pathlib

GOOD = pathlib.Path(__file__).resolve().parent.parent.parent / "fixtures" / "hostile" / "good"


def good(name):
    return (GOOD / name).read_bytes()


class Edits:
    """Changes of one good file."""

    def __init__(self, name, prefix, suffix):
        self.text, self.prefix, self.suffix = good(name), prefix, suffix

    def __call__(self, name, old, new, count=1):
        old, new = (part if isinstance(part, bytes) else part.encode() for part in (old, new))
        assert self.text.count(old) >= 1, f"{name}: {old!r} is not there"
        return f"{self.prefix}-{name}{self.suffix}", self.text.replace(old, new, count)

    def more(self, name, text):
        text = text if isinstance(text, bytes) else text.encode()
        return f"{self.prefix}-{name}{self.suffix}", self.text + text


def bomb(levels, width):
    """Aliases of aliases: `width` to the power of `levels` nodes."""
    lines = ["a0: &a0 [x]"]
    for level in range(1, levels + 1):
        lines.append(f"a{level}: &a{level} [" + ", ".join([f"*a{level - 1}"] * width) + "]")
    return "\n".join(lines) + "\n"


def policies():
    edit = Edits("policy.yaml", "policy", ".yaml")
    yield edit.more("alias-bomb", bomb(9, 9))
    yield edit.more("alias-self", "pools: &a {video: *a}\n")
    yield edit.more("alias-unknown", "pools: *nothing\n")
    yield edit.more("nested-200-deep", "pools: " + "[" * 200 + "]" * 200 + "\n")
    yield edit.more("nested-blocks-200-deep", "".join(" " * i + "k:\n" for i in range(200)) + " " * 200 + "k: 1\n")
    yield edit.more("nul-byte", b"# \0\n")
    yield edit.more("escape-character", b"# \x1b[2J\n")
    yield edit.more("not-utf8", b"# \xff\n")
    yield edit.more("surrogate", b"# \xed\xa0\x80\n")
    yield edit.more("overlong-utf8", b"# \xc0\xaf\n")
    yield edit.more("line-separator", "# \u2028\n")
    yield "policy-utf16.yaml", good("policy.yaml").decode().encode("utf-16")
    yield "policy-utf32.yaml", good("policy.yaml").decode().encode("utf-32")
    yield edit("unclosed-bracket", 'pools: [video]', 'pools: [video')
    yield edit("unclosed-quote", '"test,codec"', '"test,codec')
    yield edit("tab-indent", "    pools:", "\tpools:")
    yield edit.more("documents-2000", "---\nnull\n" * 2000)
    yield edit.more("directives-200", "...\n" + "%TAG ! tag:x,2000:\n" * 200 + "---\nnull\n")
    yield edit.more("tag", "override: !flag true\n")
    yield edit("key-twice", "name: hostile-good", "name: hostile-good\nname: again")
    yield edit("key-a-list", "  codec:", "  [codec, dsp]:")
    yield edit("value-missing", "name: hostile-good", "name:")
    yield edit("version-999", "dmaplan: 1", "dmaplan: 999")
    yield edit("version-missing", "dmaplan: 1\n", "")
    yield edit("key-unknown", "    attach:", "    atach:")
    yield edit("key-long", "    attach:", "    " + "k" * 1000 + ":")
    yield edit("name-escapes", "name: hostile-good", 'name: "\\e[2Jgood"\noops: 1')
    yield edit.more("size-negative", "pools: {big: {kind: cma, size: -1MiB}}\n")
    yield edit.more("size-overflow", "pools: {big: {kind: cma, size: 99999999999999999999GiB}}\n")
    yield edit.more("size-wraps", "pools: {big: {kind: cma, size: 0x1_0000_0000_0000_0000}}\n")
    yield edit.more("size-zero", "pools: {big: {kind: cma, size: 0}}\n")
    yield edit.more("size-exponent", "pools: {big: {kind: cma, size: 1e9}}\n")
    yield edit.more("range-backwards", "firmware: {tee: {range: 0x6000_0000..0x5000_0000, kind: no-map}}\n")
    yield edit.more("range-wraps", "firmware: {tee: {range: 0xffff_ffff_ffff_0000..+1MiB, kind: no-map}}\n")
    yield edit.more("align-not-power", "pools: {video: {align: 3MiB}}\n")
    yield edit.more("apart-self", "pools: {video: {apart: {from: [video], block: bank}}}\n")
    yield edit.more("variant-ram-overlaps", "variants: {v: [0x4000_0000..+1GiB, 0x6000_0000..+1GiB]}\n")
    yield edit.more("variant-empty", "variants: {v: []}\n")
    yield edit("mask-65", "    attach:", "    mask: 65\n    attach:")
    yield edit("match-empty", 'match: {compatible: "test,board"}', "match: {}")
    yield edit("threshold-negative", "cma-misaligned: off", "cma-misaligned: off\n  pool-takes-most-of-ram: {threshold: -5%}")
    yield edit("rule-unknown", "cma-misaligned: off", "cma-misaligned: off\n  no-such-rule: off")
    yield edit.more("waiver-day-impossible", "waive: [{rule: no-room, why: x, until: 2027-99-99}]\n")
    yield edit.more("cma-areas-huge", "target: {cma-areas: 4294967296}\n")
    yield edit.more("linux-version-nonsense", 'target: {linux: "99999999999999999999.1"}\n')


def workloads():
    edit = Edits("workload.yaml", "workload", ".yaml")
    yield edit("count-huge", "count: 4", "count: 18446744073709551615")
    yield edit("count-zero", "count: 4", "count: 0")
    yield edit("size-2-63", "size: 3MiB", "size: 0x8000_0000_0000_0000")
    yield edit("time-negative", "every: 10s", "every: -10s")
    yield edit("time-overflow", "lasts: 1min", "lasts: 99999999999999999999d")
    yield edit("device-unknown", "device: codec\n        at", "device: nobody\n        at")
    yield edit("during-unknown", "at: 1s", "during: [never]")
    yield edit("background-300-percent", "anonymous: 10%", "anonymous: 300%")
    yield edit("picture-huge", "size: 3MiB", "format: 4294967295x4294967295 nv12")
    yield edit("pool-unknown", "name: picture", "name: picture, pool: nowhere")

    edit = Edits("workload.yaml", "operations", ".yaml")
    yield edit("word-unknown", "[free, b0]", "[frree, b0]")
    yield edit("word-missing", "[alloc, b0, 4MiB]", "[alloc, b0]")
    yield edit("word-too-many", "[free, b0]", "[free, b0, b1]")
    yield edit("empty", "[free, b0]", "[]")
    yield edit("no-list", "[free, b0]", "free")
    yield edit("size-negative", "[anon, 64MiB]", "[anon, -1]")
    yield edit("size-percent", "[anon, 64MiB]", "[anon, 50%]")
    yield edit("kibibytes-wrap", "[anon, 64MiB]", "[anon_until, 18446744073709551615]")
    yield edit("stride-zero", "[anon, 64MiB]", "[pin, 16, 0]")
    yield edit("buffer-zero", "[alloc, b0, 4MiB]", "[alloc, b0, 0]")
    yield edit("files-huge", "[anon, 64MiB]", "[small_files, 18446744073709551615, 4096]")
    yield edit("sleep-huge", "[anon, 64MiB]", "[sleep_ms, 18446744073709551615]")
    yield edit("buffer-2-63", "[alloc, b0, 4MiB]", "[alloc, b0, 9223372036854775808]")


def board_lists():
    edit = Edits("boards.yaml", "boards", ".yaml")
    path = ("dtb: board.dtb", "dtb: good/board.dtb")

    def at(name, old, new):
        name, text = edit(name, old, new)
        return name, text.replace(*(part.encode() for part in path))

    yield at("no-list", "- dtb: board.dtb", "  dtb: board.dtb")
    yield at("key-unknown", "  cmdline:", "  cmdlien:")
    yield "boards-empty.yaml", b"[]\n"
    yield at("dtb-missing", "dtb: board.dtb\n  ", "")
    yield "boards-file-missing.yaml", b"- dtb: nowhere.dtb\n"
    yield "boards-file-a-folder.yaml", b"- dtb: good\n"
    yield "boards-file-itself.yaml", b"- dtb: boards-file-itself.yaml\n"
    yield at("dtb-a-list", "dtb: board.dtb", "dtb: [good/board.dtb]")
    yield at("dtb-empty", "dtb: board.dtb", 'dtb: ""')
    yield at("overlay-no-overlay", "dtb: board.dtb", "dtb: good/board.dtb\n  overlays: [good/board.dtb]")
    yield at("config-no-config", "dtb: board.dtb", "dtb: good/board.dtb\n  kernel-config: good/boot.log")
    yield at("variant-unknown", "variants: [dtb]", "variants: [8g]")
    yield at("variant-wraps", "variants: [dtb]", "variants: {v: [0xffff_ffff_f000_0000..+1GiB]}")
    yield "boards-alias-bomb.yaml", b"- dtb: good/board.dtb\n" + b"- " + bomb(9, 9).replace("\n", "\n  ").strip().encode() + b"\n"


def jsons():
    edit = Edits("baseline.json", "baseline", ".json")
    yield edit("schema-other", "dmaplan-findings/1", "dmaplan-layout/1")
    yield edit("cut-off", "  ]\n}\n", "")
    yield edit("fingerprint-missing", ',\n      "fingerprint": "07d8ea3f8b1c0317a4314b53ff84a23da16e9e8beec392f5e0048a371779354e"', "")
    yield edit("fingerprint-number", '"07d8ea3f8b1c0317a4314b53ff84a23da16e9e8beec392f5e0048a371779354e"', "7")
    yield "baseline-findings-number.json", b'{"schema": "dmaplan-findings/1", "findings": 7}\n'
    yield edit("duplicate-key", '"severity": "note"', '"severity": "note",\n      "severity": "note"')
    yield "baseline-top-a-list.json", b"[]\n"
    yield "baseline-empty.json", b""
    yield "baseline-nested-deep.json", b"[" * 100000 + b"]" * 100000

    edit = Edits("layout.json", "layout", ".json")
    yield edit("schema-2", "dmaplan-layout/1", "dmaplan-layout/2")
    yield edit("cut-off", '  "workloads": [', '  "workloa')
    yield edit("region-wraps", '"base": "0x58000000"', '"base": "0xffffffffff000000"')
    yield edit("region-size-zero", '"size": "0x2000000"', '"size": "0x0"')
    yield edit("region-negative", '"base": "0x58000000"', '"base": "-0x58000000"')
    yield edit("region-65-bits", '"base": "0x58000000"', '"base": "0x10000000058000000"')
    yield edit("region-base-number", '"base": "0x58000000"', '"base": 1476395008')
    yield edit("region-base-fraction", '"base": "0x58000000"', '"base": "0x58000000.5"')
    yield edit("region-kind-unknown", '"kind": "cma"', '"kind": "cmaa"')
    yield edit("region-align-3", '"align": "0x200000"', '"align": "0x3"')
    yield edit("region-align-zero", '"align": "0x200000"', '"align": "0x0"')
    yield edit("region-flag-unknown", '"reusable"', '"reuseable"')
    yield edit("region-twice", '"name": "dsp"', '"name": "video"')
    yield edit("region-outside-banks", '"base": "0x58000000"', '"base": "0x158000000"')
    yield edit("bank-wraps", '"0x40000000", "size": "0x1c000000"', '"0x40000000", "size": "0xffffffffffffffff"')
    yield edit("banks-overlap", '"0x40000000", "size": "0x1c000000"', '"0x40000000", "size": "0x1d000000"')
    yield edit("banks-missing", '"banks"', '"bancs"')
    yield edit("banks-2-63", '"0x5c100000", "size": "0x23f00000"', '"0x5c100000", "size": "0x7fffffff00000000"')
    yield edit("page-size-8k", '"page_size": "0x1000"', '"page_size": "0x2000"')
    yield edit("order-200", '"max_order": 10', '"max_order": 200')
    yield edit("order-52", '"pageblock_order": 9', '"pageblock_order": 52')
    yield edit("zone-wraps", '"size": "0x40000000", "name": "DMA"', '"size": "0xffffffffffffffff", "name": "DMA"')
    yield edit("device-mask-65", '"mask": 32', '"mask": 65')
    yield edit("device-pool-unknown", '"pools": ["video"]', '"pools": ["nowhere"]')
    yield edit("number-huge", '"count": 4', '"count": 99999999999999999999999999')
    yield edit("number-exponent", '"count": 4', '"count": 4e0')
    yield edit("count-2-63", '"count": 4', '"count": 9223372036854775808')
    yield edit("duplicate-key", '"variant": "dtb"', '"variant": "dtb",\n  "variant": "dtb"')
    yield edit("nul-byte", '"variant": "dtb"', b'"variant": "d\0tb"')
    yield edit("surrogate-half", '"variant": "dtb"', '"variant": "\\ud800"')
    yield edit.more("two-documents", "---\n{}\n")
    yield edit("alias", '"variant": "dtb"', '"variant": *v')

    edit = Edits("placement.json", "placement", ".json")
    yield edit("negative-size", '"size": "0x4000000"', '"size": "-0x4000000"')
    yield edit("size-zero", '"size": "0x4000000"', '"size": "0x0"')
    yield edit("size-wraps", '"size": "0x10000000"}]', '"size": "0xffffffffffffffff"}]')
    yield edit("align-3", '"align": "0x400000"', '"align": "0x3"')
    yield edit("align-2-63", '"align": "0x400000"', '"align": "0x8000000000000000"')
    yield edit("boundary-zero", '"align": "0x400000"', '"align": "0x400000", "boundary": "0x0"')
    yield edit("name-twice", '"name": "audio"', '"name": "video"')
    yield edit("apart-self", '"align": "0x400000"', '"align": "0x400000", "apart": ["video"]')
    yield edit("apart-unknown", '"align": "0x400000"', '"align": "0x400000", "apart": ["vidio"]')
    yield edit("banks-overlap", '"size": "0x10000000"}]', '"size": "0x10000000"}, {"base": "0x48000000", "size": "0x10000000"}]')
    yield edit("banks-empty", '[{"base": "0x40000000", "size": "0x10000000"}],', "[],")
    yield edit("windows-empty", '"windows": [{"base": "0x40000000", "size": "0x8000000"}]', '"windows": []')
    yield edit("window-too-small", '"size": "0x8000000"', '"size": "0x1000"')
    yield edit("obstacle-over-all", '"base": "0x40200000", "size": "0x2000000"', '"base": "0x0", "size": "0xffffffffffffffff"')
    yield edit("key-misspelt", '"align": "0x400000"', '"align": "0x400000", "aling": "0x1000"')
    yield edit("regions-missing", '"regions"', '"region"')
    yield edit("cut-off", "  ]\n}\n", "")

    edit = Edits("scenario.json", "replay", ".json")
    yield edit("operation-unknown", '["free", "a"]', '["frree", "a"]')
    yield edit("operation-empty", '["free", "a"]', "[]")
    yield edit("operation-no-list", '["free", "a"]', '"free"')
    yield edit("word-missing", '["alloc", "a", 4194304]', '["alloc", "a"]')
    yield edit("word-too-many", '["free", "a"]', '["free", "a", "b"]')
    yield edit("buffer-zero", '["alloc", "a", 4194304]', '["alloc", "a", 0]')
    yield edit("buffer-negative", '["alloc", "a", 4194304]', '["alloc", "a", -1]')
    yield edit("buffer-fraction", '["alloc", "a", 4194304]', '["alloc", "a", 1.5]')
    yield edit("buffer-2-63", '["alloc", "a", 4194304]', '["alloc", "a", 9223372036854775808]')
    yield edit("anon-exbibyte", '["anon", 67108864]', '["anon", 1152921504606846976]')
    yield edit("until-wraps", '["anon", 67108864]', '["anon_until", 1125899906842624]')
    yield edit("stride-zero", '["pin", 16, 512]', '["pin", 16, 0]')
    yield edit("ops-missing", '"ops"', '"op"')
    yield edit("disk-text", '"name": "good"', '"name": "good", "disk": "yes"')
    yield edit("cut-off", "]}\n", "")

    edit = Edits("observed.json", "observed", ".json")
    yield edit("ops-missing", '"ops"', '"opps"')
    yield edit("pinned-negative", "[0, 512, 1024]", "[0, -512, 1024]")
    yield edit("pinned-past-area", "[0, 512, 1024]", "[0, 18446744073709551615]")
    yield edit("pinned-text", "[0, 512, 1024]", '"all"')
    yield "observed-list.json", b"[]\n"


def packed(data):
    return gzip.compress(data, mtime=0)


def configs():
    text = good("kernel.config")
    plain = packed(text)
    yield "kconfig-empty", b""
    yield "kconfig-nul-byte", text.replace(b"CONFIG_CMA_AREAS=20", b"CONFIG_CMA_AREAS=2\0000")
    yield "kconfig-number-not-utf8", text.replace(b"CONFIG_CMA_AREAS=20", b"CONFIG_CMA_AREAS=\xff20")
    yield "kconfig-no-symbols", b"a text about something else\n"
    yield "kconfig-binary", bytes(range(256)) * 4
    yield "kconfig-number-overflow", text.replace(b"MBYTES=64", b"MBYTES=99999999999999999999")
    yield "kconfig-number-negative", text.replace(b"MBYTES=64", b"MBYTES=-1")
    yield "kconfig-number-a-word", text.replace(b"CONFIG_CMA_ALIGNMENT=8", b"CONFIG_CMA_ALIGNMENT=eight")
    yield "kconfig-alignment-huge", text.replace(b"CONFIG_CMA_ALIGNMENT=8", b"CONFIG_CMA_ALIGNMENT=64")
    yield "kconfig-gzip-cut.gz", plain[: len(plain) // 2]
    yield "kconfig-gzip-header-cut.gz", plain[:6]
    yield "kconfig-gzip-checksum.gz", plain[:-8] + b"\0\0\0\0" + plain[-4:]
    yield "kconfig-gzip-length.gz", plain[:-4] + b"\0\0\0\0"
    yield "kconfig-gzip-damaged.gz", plain[:20] + b"\xff\xff\xff" + plain[23:]
    yield "kconfig-gzip-method-7.gz", plain[:2] + b"\x07" + plain[3:]
    yield "kconfig-gzip-trailing.gz", plain + b"something else"
    yield "kconfig-gzip-empty-inside.gz", packed(b"")
    yield "kconfig-gzip-twice.gz", packed(plain)
    yield "kconfig-gzip-bomb.gz", packed(b"#" * (64 << 20))
    yield "kconfig-gzip-members-empty.gz", packed(b"") * 2000 + b"x"
    yield "kconfig-xz.xz", b"\xfd7zXZ\0" + b"\0" * 50


def logs():
    text = good("boot.log")
    yield "bootlog-empty.txt", b""
    yield "bootlog-binary.txt", bytes(range(256)) * 8
    yield "bootlog-no-boot.txt", b"[  100.000000] usb 1-1: new device\n" * 3
    yield "bootlog-gzip.gz", packed(text)
    yield "bootlog-range-backwards.txt", text.replace(
        b"[mem 0x000000005c100000-0x000000007fffffff]\n[    0.000000] Init", b"[mem 0x000000007fffffff-0x000000005c100000]\n[    0.000000] Init"
    )
    yield "bootlog-range-65-bits.txt", text.replace(
        b"0x0000000058000000..", b"0x10000000058000000..", 1
    )
    yield "bootlog-version-nonsense.txt", text.replace(b"6.12.0", b"99999999999999999999.1.1")
    yield "bootlog-version-other.txt", text.replace(b"6.12.0", b"6.1.0")
    yield "bootlog-region-elsewhere.txt", text.replace(b"0x0000000058000000..0x0000000059ffffff", b"0x0000000068000000..0x0000000069ffffff")
    yield "bootlog-reservation-unknown.txt", text.replace(
        b"[    0.000000] Zone ranges:", b"[    0.000000] OF: reserved mem: 0x0000000070000000..0x00000000700fffff (1024 KiB) nomap non-reusable tee@70000000\n[    0.000000] Zone ranges:"
    )
    yield "bootlog-zone-other.txt", text.replace(b"DMA      [mem 0x0000000040000000-0x000000007fffffff]", b"DMA      [mem 0x0000000040000000-0x000000006fffffff]")
    yield "bootlog-cmdline-other.txt", text.replace(b"line: console=ttyS0", b"line: console=ttyS0 cma=16M")
    yield "bootlog-board-other.txt", text.replace(b"Board of the hostile", b"Another board, not the hostile")
    yield "bootlog-ram-other.txt", text.replace(
        b"[mem 0x000000005c100000-0x000000007fffffff]\n[    0.000000] Init", b"[mem 0x000000005c100000-0x000000008fffffff]\n[    0.000000] Init"
    )
    yield "bootlog-escapes.txt", text.replace(b"tee", b"").replace(
        b"[    0.000000] Zone ranges:", b"[    0.000000] OF: reserved mem: 0x0000000070000000..0x00000000700fffff (1024 KiB) nomap non-reusable \x1b]0;x\x07tee@70000000\n[    0.000000] Zone ranges:"
    )


def message(body):
    body = body if isinstance(body, bytes) else body.encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


START = message('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}') + message(
    '{"jsonrpc":"2.0","method":"initialized","params":{}}'
)
STOP = message('{"jsonrpc":"2.0","id":99,"method":"shutdown"}') + message('{"jsonrpc":"2.0","method":"exit"}')


def opened(text):
    import json

    return message(
        json.dumps(
            {
                "jsonrpc": "2.0",
                "method": "textDocument/didOpen",
                "params": {"textDocument": {"uri": "file:///x/p.yaml", "languageId": "yaml", "version": 1, "text": text}},
            }
        )
    )


def sessions():
    def session(name, middle):
        return f"lsp-{name}.txt", START + middle + STOP

    yield session("content-length-huge", b"Content-Length: 99999999999999999999\r\n\r\n")
    yield session("content-length-negative", b"Content-Length: -1\r\n\r\n")
    yield session("content-length-missing", b"Content-Type: x\r\n\r\n")
    yield session("content-length-two", b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}")
    yield session("content-length-word", b"Content-Length: two\r\n\r\n{}")
    yield "lsp-header-endless.txt", START + b"X: " + b"y" * 100000
    yield session("body-no-json", message("{nonsense"))
    yield session("body-not-utf8", message(b'{"jsonrpc":"2.0","id":2,"method":"\xff"}'))
    yield session("body-nested-deep", message("[" * 100000 + "]" * 100000))
    yield session("body-a-list", message("[]"))
    yield session("body-empty", message(""))
    yield session("version-missing", message('{"id":2,"method":"shutdown"}'))
    yield session("method-missing", message('{"jsonrpc":"2.0","id":2}'))
    yield session("method-unknown", message('{"jsonrpc":"2.0","id":2,"method":"textDocument/nonsense","params":{}}'))
    yield session("method-a-number", message('{"jsonrpc":"2.0","id":2,"method":7}'))
    yield session("params-a-text", message('{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":"x"}'))
    yield session("params-missing", message('{"jsonrpc":"2.0","id":2,"method":"textDocument/hover"}'))
    yield session("id-an-object", message('{"jsonrpc":"2.0","id":{},"method":"textDocument/hover","params":{}}'))
    yield session("position-huge", opened("dmaplan: 1\nname: p\n") + message('{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///x/p.yaml"},"position":{"line":99999999999999999999,"character":0}}}'))
    yield session("position-negative", opened("dmaplan: 1\nname: p\n") + message('{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///x/p.yaml"},"position":{"line":-1,"character":0}}}'))
    yield session("document-unknown", message('{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///nowhere.yaml"},"position":{"line":0,"character":0}}}'))
    yield "lsp-document-alias-bomb.txt", START + opened(good("policy.yaml").decode() + bomb(9, 9))
    yield "lsp-document-unclosed.txt", START + opened("dmaplan: 1\nname: p\npools: [video\n")
    yield "lsp-request-before-initialize.txt", message('{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{}}') + START + STOP
    yield session("initialize-twice", message('{"jsonrpc":"2.0","id":2,"method":"initialize","params":{"capabilities":{}}}'))


def all_of_them():
    for family in (policies, workloads, board_lists, jsons, configs, logs, sessions):
        yield from family()
