"""Inputs of any number of parts."""

import dataclasses
import gzip
from typing import Callable

import inputs
from fdt import Blob, cells, text, wide
from board import edited


@dataclasses.dataclass
class Series:
    name: str
    count: int
    #: The file with so many parts.
    data: Callable[[int], bytes]
    file: str
    arguments: list


def tree(name, count, data):
    return Series(name, count, data, "x.dtb", ["check", "x.dtb", "--policy", "policy.yaml"])


def policy(name, count, data):
    return Series(name, count, data, "x.yaml", ["check", "board.dtb", "--policy", "x.yaml"])


def scattered(count):
    """Memory nodes of 1 MiB each."""
    nodes = [
        (
            f"memory@{(i << 21) + 0x80000000:x}",
            [("device_type", text("memory")), ("reg", wide((i << 21) + 0x80000000, 0x100000))],
            [],
        )
        for i in range(count)
    ]
    return Blob(edited("", children=nodes)).bytes()


def buses(count):
    nodes = [
        (
            f"bus@{i:x}",
            [
                ("#address-cells", cells(2)),
                ("#size-cells", cells(2)),
                ("ranges", b""),
                ("dma-ranges", wide(0x40000000, 0x40000000, 0x40000000)),
            ],
            [],
        )
        for i in range(count)
    ]
    return Blob(edited("", children=nodes)).bytes()


def dangling(count):
    nodes = [(f"user@{i:x}", [("memory-region", cells(1000 + i))], []) for i in range(count)]
    return Blob(edited("soc", children=nodes)).bytes()


def twins(count):
    nodes = [(f"n@{i:x}", [("phandle", cells(1000 + i // 2))], []) for i in range(count)]
    return Blob(edited("soc", children=nodes)).bytes()


def users(count):
    nodes = [
        (f"user@{i:x}", [("compatible", text("test,user")), ("memory-region", cells(1))], []) for i in range(count)
    ]
    return Blob(edited("soc", children=nodes)).bytes()


def pools(base):
    def data(count):
        entries = "".join(f"  x{i}: {{kind: carveout, base: {base(i):#x}, size: 4KiB}}\n" for i in range(count))
        return inputs.yaml("pools:\n" + entries if count else "")

    return data


def devices(count):
    text = (inputs.GOOD / "policy.yaml").read_text()
    more = "".join(f"  x{i}: {{match: {{path: /soc/x{i}}}, mask: 32}}\n" for i in range(count))
    return text.replace("rules:\n", more + "rules:\n").encode()


def buffers(count):
    head = (inputs.GOOD / "workload.yaml").read_text()
    line = "          - {name: picture, size: 3MiB, count: 4}\n"
    assert line in head
    return head.replace(line, line + "".join(f"          - {{name: b{i}, size: 4KiB}}\n" for i in range(count))).encode()


def operations(count):
    head = (inputs.GOOD / "workload.yaml").read_text()
    line = "      - [free, b0]\n"
    assert line in head
    return head.replace(line, line + "".join(f"      - [alloc, c{i}, 4KiB]\n" for i in range(count))).encode()


def layers(count):
    text = inputs.yaml("")
    return text + b"".join(b"---\ndmaplan: 1\nname: p%d\ntarget: {linux: '6.12'}\n" % i for i in range(count))


def obstacles(count):
    return inputs.placement(8, count)


def regions_to_place(count):
    return inputs.placement(count, 8)


def log(count):
    line = b"[    0.000000] OF: reserved mem: 0x%016x..0x%016x (4 KiB) nomap non-reusable r@%x\n"
    more = b"".join(line % (i << 12, (i << 12) + 4095, i << 12) for i in range(1 << 20, (1 << 20) + count))
    return (inputs.GOOD / "boot.log").read_bytes().replace(b"[    0.000000] Zone", more + b"[    0.000000] Zone")


def all_of_them():
    yield tree("nodes of a DTB", 4000, lambda n: inputs.flat(n, ("compatible", text("a,b"))))
    yield tree("properties of a node", 100000, lambda n: inputs.property_blob(n, ["aa", "bb"]))
    yield tree("regions of a DTB", 100, inputs.tree_of_regions)
    yield tree("regions of a DTB at one place", 100, inputs.heap)
    yield tree("users of a region", 500, users)
    yield tree("names of no region", 500, dangling)
    yield tree("nodes with a phandle of another", 500, twins)
    yield tree("memory nodes", 200, scattered)
    yield tree("buses with `dma-ranges`", 500, buses)
    yield Series(
        "fragments of a DTBO",
        250,
        lambda n: inputs.fragments(n + 1),
        "x.dtbo",
        inputs.CHECK + ["--overlay", "x.dtbo"],
    )
    yield tree("interconnects in a ring", 500, lambda n: inputs.ring(n) if n else inputs.flat(0))
    yield policy("nodes of YAML", 10000, lambda n: inputs.yaml("x: [" + "1," * n + "]\n"))
    yield policy("pools of a policy", 100, pools(lambda i: 0x70000000 + i * 8192))
    yield policy("pools of a policy at one place", 100, pools(lambda i: 0x70000000))
    yield policy("devices of a policy", 100, devices)
    yield policy("buffers of a stream", 100, buffers)
    yield policy("operations of a workload", 1000, operations)
    yield policy("layers", 100, layers)
    stress = ["stress", "x.json", "--seeds", "1", "--workload", "play"]
    yield Series("regions of a layout", 400, inputs.more_regions, "x.json", stress)
    yield Series("regions of a layout, compared", 400, inputs.more_regions, "x.json", ["diff", "x.json", "layout.json"])
    yield Series("regions to place", 50, regions_to_place, "x.json", ["place", "x.json"])
    yield Series("obstacles to a place", 400, obstacles, "x.json", ["place", "x.json"])
    yield Series("operations of a scenario", 1000, inputs.scenario, "x.json", ["replay", "board.dtb", "x.json"])
    yield Series("lines of a boot log", 1000, log, "x", ["verify", "board.dtb", "--log", "x"])
    config = inputs.CHECK + ["--kernel-config", "x"]
    yield Series(
        "empty members of a gzip file",
        5000,
        lambda n: gzip.compress((inputs.GOOD / "kernel.config").read_bytes()) + gzip.compress(b"") * n,
        "x",
        config,
    )
    yield Series(
        "findings of a baseline",
        2000,
        lambda n: b'{"schema":"dmaplan-findings/1","findings":['
        + b",".join(b'{"fingerprint":"%064x"}' % i for i in range(n))
        + b"]}",
        "x.json",
        inputs.CHECK + ["--baseline", "x.json"],
    )
    yield Series(
        "messages of an editor",
        1000,
        lambda n: inputs.session(*[b'{"jsonrpc":"2.0","id":2,"method":"x"}'] * n),
        "x",
        ["lsp", "<", "x"],
    )
