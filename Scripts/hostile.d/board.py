"""The board that every blob is made of: nothing is wrong with it."""

from fdt import cells, text, wide


def base():
    """The good board: a CMA area, a carve-out, and a device for each."""
    return (
        "",
        [
            ("#address-cells", cells(2)),
            ("#size-cells", cells(2)),
            ("compatible", text("test,board")),
            ("model", text("Board of the hostile inputs")),
        ],
        [
            ("chosen", [("bootargs", text("console=ttyS0"))], []),
            ("memory@40000000", [("device_type", text("memory")), ("reg", wide(0x40000000, 0x40000000))], []),
            (
                "cpus",
                [("#address-cells", cells(1)), ("#size-cells", cells(0))],
                [
                    (
                        "cpu@0",
                        [("device_type", text("cpu")), ("compatible", text("arm,cortex-a53")), ("reg", cells(0))],
                        [],
                    )
                ],
            ),
            (
                "reserved-memory",
                [("#address-cells", cells(2)), ("#size-cells", cells(2)), ("ranges", b"")],
                [
                    (
                        "video@58000000",
                        [
                            ("compatible", text("shared-dma-pool")),
                            ("reusable", b""),
                            ("linux,cma-default", b""),
                            ("reg", wide(0x58000000, 0x2000000)),
                            ("phandle", cells(1)),
                        ],
                        [],
                    ),
                    (
                        "dsp@5c000000",
                        [("no-map", b""), ("reg", wide(0x5C000000, 0x100000)), ("phandle", cells(2))],
                        [],
                    ),
                ],
            ),
            (
                "soc",
                [
                    ("compatible", text("simple-bus")),
                    ("#address-cells", cells(2)),
                    ("#size-cells", cells(2)),
                    ("ranges", b""),
                    ("dma-ranges", wide(0x40000000, 0x40000000, 0x40000000)),
                ],
                [
                    (
                        "codec@10000",
                        [
                            ("compatible", text("test,codec")),
                            ("reg", wide(0x10000, 0x1000)),
                            ("memory-region", cells(1)),
                            ("phandle", cells(3)),
                        ],
                        [],
                    ),
                    (
                        "dsp@20000",
                        [
                            ("compatible", text("test,dsp")),
                            ("reg", wide(0x20000, 0x1000)),
                            ("memory-region", cells(2)),
                            ("phandle", cells(4)),
                        ],
                        [],
                    ),
                ],
            ),
        ],
    )


def find(node, path):
    """The node at a path of names."""
    for name in [part for part in path.split("/") if part]:
        node = next(child for child in node[2] if child[0] == name)
    return node


def edited(path, *changes, children=()):
    """The good board with properties of one node set, or taken away where the value is None."""
    root = base()
    node = find(root, path)
    for name, value in changes:
        at = next((i for i, entry in enumerate(node[1]) if entry[0] == name), None)
        if at is None:
            node[1].append((name, value))
        elif value is None:
            del node[1][at]
        else:
            node[1][at] = (name, value)
    node[2].extend(children)
    return root
