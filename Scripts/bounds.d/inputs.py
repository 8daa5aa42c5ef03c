"""Inputs that are as big as may be, or bigger."""

import dataclasses
import gzip
import json
import pathlib
import shutil
from typing import Callable

from board import base, edited, find
from fdt import Blob, cells, text, wide

GOOD = pathlib.Path(__file__).resolve().parent.parent.parent / "fixtures" / "hostile" / "good"


@dataclasses.dataclass
class Case:
    name: str
    #: What makes the file; or its size, for a file that is only a hole.
    data: Callable[[], bytes] | int
    file: str
    arguments: list
    status: int
    says: str

    def make(self, folder):
        for good in GOOD.iterdir():
            shutil.copy(good, folder / good.name)
        with open(folder / self.file, "wb") as file:
            if isinstance(self.data, int):
                file.truncate(self.data)
            else:
                file.write(self.data())
        return (folder / self.file).stat().st_size


HOLE = 4 << 30
CHECK = ["check", "board.dtb", "--policy", "policy.yaml"]


def flat(count, *properties):
    """A board with so many nodes on its bus."""
    return Blob(edited("soc", children=[(f"n{i:x}", list(properties), []) for i in range(count)])).bytes()


def deep(count):
    node = ("d", [], [])
    for _ in range(count):
        node = ("d", [], [node])
    return Blob(edited("", children=[node])).bytes()


def regions(count):
    """Carve-outs side by side, which nobody names."""
    return [
        (f"r@{0x60000000 + i * 0x2000:x}", [("no-map", b""), ("reg", wide(0x60000000 + i * 0x2000, 0x1000))], [])
        for i in range(count)
    ]


def tree_of_regions(count):
    return Blob(edited("reserved-memory", children=regions(count))).bytes()


def heap(count):
    """Regions all at one place."""
    nodes = [(f"r{i}@60000000", [("no-map", b""), ("reg", wide(0x60000000, 0x1000))], []) for i in range(count)]
    return Blob(edited("reserved-memory", children=nodes)).bytes()


def long_names(count, length):
    """Properties whose names lie in one string of megabytes, each one byte further."""
    blob = Blob(("", [], []))
    start = len(blob.strings)
    blob.strings += b"x" * length + b"\0"
    blob.structure = bytearray(cells(1, 0))
    for i in range(count):
        blob.structure += cells(3, 0, start + i)
    blob.structure += cells(2, 9)
    return blob.bytes()


def property_blob(count, names):
    root = base()
    find(root, "soc/codec@10000")[1].extend((names[i % len(names)], b"") for i in range(count))
    return Blob(root).bytes()


def bus_of_cells(count):
    """A bus with a `dma-ranges` of so many windows."""
    entries = b"".join(wide(i << 13, i << 13, 0x1000) for i in range(count))
    return Blob(edited("soc", ("dma-ranges", entries))).bytes()


def users(count):
    """A device that names one region so many times."""
    return Blob(edited("soc/codec@10000", ("memory-region", cells(*[1] * count)))).bytes()


def ring(count):
    """Interconnects in a circle."""
    nodes = [
        (
            f"n{i:x}",
            [
                ("phandle", cells(100 + i)),
                ("#interconnect-cells", cells(0)),
                ("interconnects", cells(100 + (i + 1) % count)),
                ("interconnect-names", text("dma-mem")),
            ],
            [],
        )
        for i in range(count)
    ]
    return Blob(edited("soc", children=nodes)).bytes()


def fragments(count):
    nodes = [
        (f"fragment@{i:x}", [("target-path", text("/soc"))], [("__overlay__", [], [(f"new{i:x}", [], [])])])
        for i in range(count)
    ]
    return Blob(("", [], nodes)).bytes()


def yaml(body):
    return (GOOD / "policy.yaml").read_bytes() + body.encode()


def bomb(levels, width):
    lines = ["a0: &a0 [x]"]
    lines += [f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * width) + "]" for i in range(1, levels + 1)]
    return "\n".join(lines) + "\n"


def layout(change):
    value = json.loads((GOOD / "layout.json").read_text())
    change(value)
    return json.dumps(value).encode()


def more_regions(count):
    def change(value):
        model = value["regions"][1]
        value["regions"] += [
            {**model, "name": f"r{i}", "node": f"/reserved-memory/r{i}", "base": hex(0x60000000 + i * 0x2000), "size": "0x1000"}
            for i in range(count)
        ]

    return layout(change)


def more_buffers(count):
    def change(value):
        stream = value["workloads"][0]["streams"][0]
        stream["buffers"] = [{**stream["buffers"][0], "name": f"b{i}", "size": "0x1000"} for i in range(count)]

    return layout(change)


def placement(regions, obstacles):
    window = [{"base": "0x40000000", "size": "0x100000000"}]
    return json.dumps(
        {
            "banks": window,
            "obstacles": [{"base": hex(0x40000000 + i * 0x10000), "size": "0x1000"} for i in range(obstacles)],
            "regions": [
                {"name": f"r{i}", "size": "0x1000", "align": "0x1000", "windows": window} for i in range(regions)
            ],
        }
    ).encode()


def message(body):
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def session(*bodies):
    start = [b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}']
    stop = [b'{"jsonrpc":"2.0","id":9,"method":"shutdown"}', b'{"jsonrpc":"2.0","method":"exit"}']
    return b"".join(message(body) for body in start + list(bodies) + stop)


def cases():
    yield from trees()
    yield from policies()
    yield from json_files()
    yield from others()


def tree(name, data, status, says):
    return Case(name, data, "x.dtb", ["check", "x.dtb", "--policy", "policy.yaml"], status, says)


def trees():
    refused = "which is refused"
    yield tree("DTB of 4 GiB, all hole", HOLE, 2, refused)
    yield tree("DTB of 32 MiB, all hole", 32 << 20, 2, "no devicetree blob")
    yield tree("DTB with 10^6 nodes", lambda: flat(10**6), 2, "more than 262144 nodes")
    yield tree("DTB with 2.6*10^5 nodes", lambda: flat(262_000), 0, "no findings")
    yield tree(
        "DTB with 10^5 nodes with `compatible`", lambda: flat(10**5, ("compatible", text("a,b"))), 0, "no findings"
    )
    yield tree("DTB nested 10^5 deep", lambda: deep(10**5), 2, "deeper than 64 levels")
    yield tree("DTB nested 61 deep", lambda: deep(60), 0, "no findings")
    yield tree("DTB with names of 8 MiB", lambda: long_names(10**5, 8 << 20), 2, "more than 255 bytes")
    yield tree("DTB with 10^6 properties in one node", lambda: property_blob(10**6, ["aa", "bb"]), 0, "no findings")
    yield tree("DTB with 2*10^6 properties", lambda: property_blob(2 * 10**6, ["aa", "bb"]), 2, "more than 1048576 properties")
    yield tree("DTB with 1020 regions", lambda: tree_of_regions(1020), 1, "too-many-regions")
    yield tree("DTB with 1000 regions at one place", lambda: heap(1000), 0, "regions-overlap")
    yield tree("DTB with 10^5 regions", lambda: tree_of_regions(10**5), 2, "more than 1024 children")
    yield tree("DTB with `dma-ranges` of 10^5 windows", lambda: bus_of_cells(10**5), 2, "more than 16384 bytes")
    yield tree("DTB with `dma-ranges` of 680 windows", lambda: bus_of_cells(680), 1, "pool-out-of-reach")
    yield tree("DTB with 10^6 entries of `memory-region`", lambda: users(10**6), 2, "more than 16384 bytes")
    yield tree("DTB with 4096 entries of `memory-region`", lambda: users(4096), 0, "no findings")
    yield tree("DTB with a ring of 10^4 interconnects", lambda: ring(10**4), 1, "dma-parent-cycle")
    overlay = ["check", "board.dtb", "--policy", "policy.yaml", "--overlay", "x.dtbo"]
    yield Case("DTBO of 4 GiB, all hole", HOLE, "x.dtbo", overlay, 2, refused)
    yield Case("DTBO with 2*10^4 fragments", lambda: fragments(20_000), "x.dtbo", overlay, 2, "more work than")
    yield Case("DTBO with 1000 fragments", lambda: fragments(1000), "x.dtbo", overlay, 0, "no findings")


def policies():
    def policy(name, data, status, says):
        return Case(name, data, "x.yaml", ["check", "board.dtb", "--policy", "x.yaml"], status, says)

    yield policy("policy of 4 GiB, all hole", HOLE, 2, "which is refused")
    yield policy("policy of 16 MiB, all hole", 16 << 20, 2, "NUL byte")
    yield policy("policy with 10^7 nodes", lambda: yaml("x: [" + "1," * 8_000_000 + "]\n"), 2, "more than 1000000 nodes")
    yield policy("policy with 9*10^5 nodes", lambda: yaml("x: [" + "1," * 900_000 + "]\n"), 1, "unknown-key")
    yield policy(
        "policy with 4*10^5 unknown keys",
        lambda: yaml("".join(f"k{i}: 1\n" for i in range(400_000))),
        2,
        "more than 100 faults",
    )
    yield policy("policy with an alias bomb", lambda: yaml(bomb(20, 9)), 2, "aliases expand to more than 100000 nodes")
    yield policy("policy nested 5*10^6 deep", lambda: yaml("x: " + "[" * 5_000_000), 2, "deeper than 128 levels")
    yield policy("policy with a text of 15 MiB", lambda: yaml("x: " + "a" * (15 << 20)), 1, "unknown-key")
    yield policy("policy with a key of 15 MiB", lambda: yaml("a" * (15 << 20) + ": 1\n"), 2, "yaml-syntax")
    yield policy(
        "policy with 5*10^5 anchors",
        lambda: yaml("x: [" + "".join(f"&a{i} 1," for i in range(450_000)) + "*zz]\n"),
        1,
        "no anchor `zz`",
    )
    yield policy(
        "policy with 10^5 pools",
        lambda: yaml("pools:\n" + "".join(f"  p{i}: {{kind: reserved, size: 4KiB}}\n" for i in range(10**5))),
        2,
        "no more than 1024 are read",
    )
    yield policy(
        "policy with 1000 pools",
        lambda: yaml("pools:\n" + "".join(f"  p{i}: {{kind: reserved, size: 4KiB}}\n" for i in range(1000))),
        0,
        "finding",
    )
    yield policy(
        "policy with 1000 pools at one place",
        lambda: yaml("pools:\n" + "".join(f"  p{i}: {{kind: carveout, base: 0x7000_0000, size: 4KiB}}\n" for i in range(1000))),
        1,
        "regions-overlap",
    )
    yield policy(
        "policy with 1000 layers",
        lambda: b"".join(b"---\ndmaplan: 1\nname: p%d\ntarget: {linux: '6.12'}\n" % i for i in range(1000)),
        0,
        "attachment-unproven",
    )
    yield Case(
        "list of 10^5 boards",
        lambda: b"- dtb: board.dtb\n" * 10**5,
        "x.yaml",
        ["check", "--boards", "x.yaml"],
        2,
        "no more than 10000 are read",
    )


def json_files():
    stress = ["stress", "x.json", "--seeds", "1"]
    yield Case("layout of 4 GiB, all hole", HOLE, "x.json", stress, 2, "which is refused")
    yield Case("layout of 64 MiB, all hole", 64 << 20, "x.json", stress, 2, "NUL byte")
    yield Case("layout with 10^6 regions", lambda: more_regions(10**6 // 8), "x.json", stress, 2, "nodes")
    yield Case("layout with 10^4 regions", lambda: more_regions(10**4), "x.json", stress, 2, "no more than 4096 are read")
    yield Case("layout with 4000 regions", lambda: more_regions(4000), "x.json", stress, 0, "verdict")
    yield Case("layout with 4000 buffers of a stream", lambda: more_buffers(4000), "x.json", stress, 0, "verdict")
    yield Case("layouts with 4000 regions, compared", lambda: more_regions(4000), "x.json", ["diff", "x.json", "layout.json"], 1, "r3999")
    yield Case("map of a layout with 4000 regions", lambda: more_regions(4000), "x.json", ["map", "x.json"], 0, "r3999")
    yield Case("problem of 4 GiB, all hole", HOLE, "x.json", ["place", "x.json"], 2, "which is refused")
    yield Case("problem with 10^4 regions", lambda: placement(10**4, 0), "x.json", ["place", "x.json"], 2, "no more than 512")
    yield Case("problem with 512 regions, 4096 obstacles", lambda: placement(512, 4096), "x.json", ["place", "x.json"], 0, "placed")
    replay = ["replay", "board.dtb", "x.json"]
    yield Case("scenario of 4 GiB, all hole", HOLE, "x.json", replay, 2, "which is refused")
    yield Case("scenario with 2*10^5 operations", lambda: scenario(200_000), "x.json", replay, 2, "at most 100000 operations")
    yield Case("scenario with 10^5 operations", lambda: scenario(100_000), "x.json", replay, 0, "free")
    observed = ["replay", "board.dtb", "scenario.json", "--observed", "x.json"]
    yield Case("recorded run of 4 GiB, all hole", HOLE, "x.json", observed, 2, "which is refused")
    baseline = ["check", "board.dtb", "--policy", "policy.yaml", "--baseline", "x.json"]
    yield Case("baseline of 4 GiB, all hole", HOLE, "x.json", baseline, 2, "which is refused")
    yield Case(
        "baseline with 10^7 nodes",
        lambda: b'{"schema":"dmaplan-findings/1","findings":[' + b",".join([b'{"a":1}'] * 3_300_000) + b"]}",
        "x.json",
        baseline,
        2,
        "more than 1000000 nodes",
    )
    yield Case(
        "baseline with 3*10^5 findings",
        lambda: b'{"schema":"dmaplan-findings/1","findings":['
        + b",".join(b'{"fingerprint":"%064x"}' % i for i in range(300_000))
        + b"]}",
        "x.json",
        baseline,
        0,
        "no findings",
    )


def scenario(count):
    pairs = ",\n".join(f'["alloc", "a{i}", 4096], ["free", "a{i}"]' for i in range(count // 2))
    return f'{{"ops": [{pairs}]}}'.encode()


def others():
    config = CHECK + ["--kernel-config", "x"]
    yield Case(".config of 4 GiB, all hole", HOLE, "x", config, 2, "which is refused")
    yield Case(".config of 16 MiB, all hole", 16 << 20, "x", config, 2, "no .config")
    yield Case(
        ".config with 5*10^5 symbols",
        lambda: (GOOD / "kernel.config").read_bytes() + b"".join(b"CONFIG_X%d=y\n" % i for i in range(500_000)),
        "x",
        config,
        0,
        "no findings",
    )
    yield Case(
        "gzip bomb of 1 GiB", lambda: gzip.compress(b"#" * (1 << 30), 9), "x", config, 2, "unpacks to more than 16 MiB"
    )
    yield Case("gzip of 5*10^5 empty members", lambda: gzip.compress(b"") * 500_000, "x", config, 2, "no .config")
    verify = ["verify", "board.dtb", "--log", "x"]
    yield Case("boot log of 4 GiB, all hole", HOLE, "x", verify, 2, "which is refused")
    yield Case("boot log of 16 MiB, all hole", 16 << 20, "x", verify, 2, "no line of a booting kernel")
    log = (GOOD / "boot.log").read_bytes()
    line = b"[    0.000000] OF: reserved mem: 0x%016x..0x%016x (4 KiB) nomap non-reusable r@%x\n"
    yield Case(
        "boot log with 10^5 reservations",
        lambda: log.replace(b"[    0.000000] Zone", b"".join(line % (i << 12, (i << 12) + 4095, i << 12) for i in range(10**5)) + b"[    0.000000] Zone"),
        "x",
        verify,
        1,
        "log-region",
    )
    yield Case("boot log with a line of 15 MiB", lambda: log + b"x" * (15 << 20), "x", verify, 0, "agrees")
    yield Case("boot log with 5*10^5 other lines", lambda: log + b"[    1.0] usb\n" * 500_000, "x", verify, 0, "agrees")
    yield Case("boot log with 9000 boots", lambda: log * 9000, "x", verify, 0, "agrees")
    lsp = ["lsp", "<", "x"]
    yield Case("message of 2^60 bytes", lambda: session() + b"Content-Length: 1152921504606846976\r\n\r\n", "x", lsp, 0, "")
    yield Case(
        "message of 60 MiB",
        lambda: session(b'{"jsonrpc":"2.0","id":2,"method":"x","params":["' + b"a" * (60 << 20) + b'"]}'),
        "x",
        lsp,
        0,
        "there is no method",
    )
    yield Case("message nested 10^6 deep", lambda: session(b"[" * 10**6 + b"]" * 10**6), "x", lsp, 0, "no JSON text")
    yield Case("10^5 messages", lambda: session(*[b'{"jsonrpc":"2.0","id":2,"method":"x"}'] * 10**5), "x", lsp, 0, "no method")
