"""Blobs with one defect each."""

from board import base, edited, find
from fdt import Blob, cells, padded, text, wide

VIDEO, DSP = "reserved-memory/video@58000000", "reserved-memory/dsp@5c000000"
CODEC = "soc/codec@10000"


def header(**fields):
    blob = Blob(base())
    blob.header = fields
    return blob.bytes()


def structure(change):
    """The good board with the bytes of its structure block changed."""
    blob = Blob(base())
    blob.structure = bytearray(change(bytes(blob.structure)))
    return blob.bytes()


def strings(change):
    blob = Blob(base())
    blob.strings = bytearray(change(bytes(blob.strings)))
    return blob.bytes()


def tree(path, *changes, children=()):
    return Blob(edited(path, *changes, children=children)).bytes()


def once(old, new):
    """Replaces what is there once."""

    def change(data):
        assert data.count(old) == 1, (old, data.count(old))
        return data.replace(old, new)

    return change


def reservations(data):
    blob = Blob(base())
    blob.reservations = data
    return blob.bytes()


def property_token(name, value, new):
    """Replaces the token of one property."""
    blob = Blob(base())
    old = cells(3, len(value), blob.offsets[name]) + padded(value)
    assert blob.structure.count(old) == 1, name
    blob.structure = bytearray(bytes(blob.structure).replace(old, new(blob, old)))
    return blob.bytes()


def nested(depth):
    node = ("deepest", [], [])
    for _ in range(depth - 2):
        node = ("d", [], [node])
    return node


def renamed(path, name):
    root = base()
    parent, _, last = path.rpartition("/")
    children = find(root, parent)[2]
    at = next(i for i, child in enumerate(children) if child[0] == last)
    children[at] = (name, *children[at][1:])
    return Blob(root).bytes()


def region(name, *properties):
    """The good board with one more region, which the DSP names too."""
    child = (name, [*properties, ("phandle", cells(9))], [])
    root = edited("reserved-memory", children=[child])
    node = find(root, "soc/dsp@20000")
    node[1][2] = ("memory-region", cells(2, 9))
    return Blob(root).bytes()


GOOD = Blob(base()).bytes()
MODEL = text("Board of the hostile inputs")
END_OF_TREE = cells(2, 9)
BOARD = text("test,board")


def blobs():
    yield "dtb-empty.dtb", b""
    yield "dtb-three-bytes.dtb", GOOD[:3]
    yield "dtb-header-cut.dtb", GOOD[:20]
    yield "dtb-header-alone.dtb", GOOD[:40]
    yield "dtb-half.dtb", GOOD[: len(GOOD) // 2]
    yield "dtb-magic-little-endian.dtb", header(magic=0xEDFE0DD0)
    yield "dtb-gzip.dtb", b"\x1f\x8b\x08\x00" + bytes(60)
    yield "dtb-source-text.dtb", b"/dts-v1/;\n/ { compatible = \"test,board\"; };\n" + b" " * 40
    yield "dtb-totalsize-past-end.dtb", header(totalsize=lambda n: n + 1)
    yield "dtb-totalsize-4gib.dtb", header(totalsize=0xFFFFFFFF)
    yield "dtb-totalsize-zero.dtb", header(totalsize=0)
    yield "dtb-totalsize-cuts-strings.dtb", header(totalsize=lambda n: n - 8)
    yield "dtb-version-3.dtb", header(version=3, last_comp_version=2)
    yield "dtb-version-99.dtb", header(version=99, last_comp_version=99)
    yield "dtb-struct-offset-past-end.dtb", header(off_dt_struct=0x7FFFFFFC)
    yield "dtb-struct-offset-unaligned.dtb", header(off_dt_struct=lambda n: n + 2)
    yield "dtb-struct-size-past-end.dtb", header(size_dt_struct=0x7FFFFFFC)
    yield "dtb-struct-size-wraps.dtb", header(size_dt_struct=0xFFFFFFFC)
    yield "dtb-strings-offset-past-end.dtb", header(off_dt_strings=0x7FFFFFFF)
    yield "dtb-strings-size-past-end.dtb", header(size_dt_strings=0x7FFFFFFF)
    yield "dtb-strings-size-zero.dtb", header(size_dt_strings=0)
    yield "dtb-reservations-offset-past-end.dtb", header(off_mem_rsvmap=0x7FFFFFF8)
    yield "dtb-reservations-offset-unaligned.dtb", header(off_mem_rsvmap=44)
    yield "dtb-reservations-in-header.dtb", header(off_mem_rsvmap=0)

    yield "dtb-token-unknown.dtb", property_token("model", MODEL, lambda _, old: cells(0x77) + old)
    yield "dtb-token-end-early.dtb", property_token("model", MODEL, lambda _, old: cells(9) + old)
    yield "dtb-end-token-missing.dtb", structure(lambda data: data[:-4])
    yield "dtb-node-not-closed.dtb", structure(lambda data: data[: -len(END_OF_TREE)] + cells(9))
    yield "dtb-node-closed-twice.dtb", structure(lambda data: data[:-4] + END_OF_TREE)
    yield "dtb-two-roots.dtb", structure(lambda data: data[:-4] + cells(1, 0, 2, 9))
    yield "dtb-root-has-a-name.dtb", structure(lambda data: cells(1) + b"root" + cells(0) + data[8:])
    yield "dtb-property-before-root.dtb", structure(lambda data: cells(3, 0, 0) + data)
    yield "dtb-property-after-child.dtb", structure(lambda data: data[:-8] + cells(3, 0, 0) + END_OF_TREE)
    yield "dtb-property-past-block.dtb", property_token(
        "model", MODEL, lambda blob, old: cells(3, 0x10000, blob.offsets["model"]) + old[12:]
    )
    yield "dtb-property-4gib.dtb", property_token(
        "model", MODEL, lambda blob, old: cells(3, 0xFFFFFFFF, blob.offsets["model"]) + old[12:]
    )
    yield "dtb-property-name-past-strings.dtb", property_token(
        "model", MODEL, lambda blob, old: cells(3, len(MODEL), 0x7FFFFFFF) + old[12:]
    )
    yield "dtb-property-name-too-long.dtb", tree("soc", ("n" * 1000, b""))
    yield "dtb-strings-unterminated.dtb", strings(lambda data: data[:-1] + b"x")
    yield "dtb-node-name-unterminated.dtb", structure(lambda data: data[:-8] + cells(1) + b"xxxx" * 3)
    yield "dtb-node-name-too-long.dtb", tree("soc", children=[("n" * 1000, [], [])])
    yield "dtb-node-name-not-utf8.dtb", tree("reserved-memory", children=[(b"fw\xff\xfe@5d000000", [("no-map", b""), ("reg", wide(0x5D000000, 0x1000))], [])])
    yield "dtb-node-name-escapes.dtb", tree("reserved-memory", children=[("\x1b[2J@5d000000", [("no-map", b""), ("reg", wide(0x5D000000, 0x1000))], [])])
    yield "dtb-nested-65-deep.dtb", tree("", children=[nested(65)])

    for count, name in [(0, "0"), (3, "3"), (5, "5"), (1 << 31, "2-31")]:
        yield f"dtb-root-address-cells-{name}.dtb", tree("", ("#address-cells", cells(count)))
        yield f"dtb-bus-address-cells-{name}.dtb", tree("soc", ("#address-cells", cells(count)))
    for count, name in [(0, "0"), (5, "5"), (1 << 31, "2-31")]:
        yield f"dtb-root-size-cells-{name}.dtb", tree("", ("#size-cells", cells(count)))
    yield "dtb-reserved-address-cells-2-31.dtb", tree("reserved-memory", ("#address-cells", cells(1 << 31)))
    yield "dtb-reserved-size-cells-0.dtb", tree("reserved-memory", ("#size-cells", cells(0)))
    yield "dtb-address-cells-three-bytes.dtb", tree("", ("#address-cells", b"\0\0\2"))

    yield "dtb-ranges-wrap-64bit.dtb", tree("soc", ("ranges", wide(0, 0xFFFFFFFFFFFF0000, 0x100000)))
    yield "dtb-dma-ranges-wrap-64bit.dtb", tree("soc", ("dma-ranges", wide(0xFFFFFFFFFFFF0000, 0x40000000, 0x40000000)))
    yield "dtb-dma-ranges-parent-wraps.dtb", tree("soc", ("dma-ranges", wide(0x40000000, 0xFFFFFFFFF0000000, 0x40000000)))
    yield "dtb-dma-ranges-size-zero.dtb", tree("soc", ("dma-ranges", wide(0x40000000, 0x40000000, 0)))
    yield "dtb-dma-ranges-odd-bytes.dtb", tree("soc", ("dma-ranges", wide(0x40000000, 0x40000000, 0x40000000) + b"\0"))
    yield "dtb-dma-ranges-cut.dtb", tree("soc", ("dma-ranges", wide(0x40000000, 0x40000000)))
    yield "dtb-memory-wraps-64bit.dtb", tree("memory@40000000", ("reg", wide(0x40000000, 0xFFFFFFFFFFFFFFFF)))
    yield "dtb-memory-size-zero.dtb", tree("memory@40000000", ("reg", wide(0x40000000, 0)))
    yield "dtb-memory-without-reg.dtb", tree("memory@40000000", ("reg", None))
    yield "dtb-memory-reg-cut.dtb", tree("memory@40000000", ("reg", wide(0x40000000)))
    yield "dtb-memory-device-type-unterminated.dtb", tree("memory@40000000", ("device_type", b"memory"))
    yield "dtb-region-wraps-64bit.dtb", tree(DSP, ("reg", wide(0x5C000000, 0xFFFFFFFFFFFF0000)))
    yield "dtb-region-size-zero.dtb", tree(DSP, ("reg", wide(0x5C000000, 0)))
    yield "dtb-region-reg-cut.dtb", tree(DSP, ("reg", wide(0x5C000000)))
    yield "dtb-region-reg-empty.dtb", tree(DSP, ("reg", b""))
    yield "dtb-region-at-top-of-64bit.dtb", region("top@ffffffffffff0000", ("no-map", b""), ("reg", wide(0xFFFFFFFFFFFF0000, 0x10000)))
    yield "dtb-region-size-2-63.dtb", region("huge", ("no-map", b""), ("size", wide(1 << 63)))
    yield "dtb-region-alignment-2-63.dtb", region("far", ("no-map", b""), ("size", wide(0x100000)), ("alignment", wide(1 << 63)))
    yield "dtb-region-alignment-3.dtb", region("odd", ("no-map", b""), ("size", wide(0x100000)), ("alignment", wide(3)))
    yield "dtb-region-alloc-ranges-wrap.dtb", region("wraps", ("no-map", b""), ("size", wide(0x100000)), ("alloc-ranges", wide(0xFFFFFFFFFFF00000, 0x200000)))
    yield "dtb-region-size-three-bytes.dtb", region("short", ("no-map", b""), ("size", b"\0\x10\0"))
    yield "dtb-reservations-without-end.dtb", reservations(wide(0x7F000000, 0x1000))

    yield "dtb-phandle-twice.dtb", tree(CODEC, ("phandle", cells(4)))
    yield "dtb-phandle-two-bytes.dtb", tree(VIDEO, ("phandle", b"\0\1"))
    yield "dtb-memory-region-self.dtb", tree(CODEC, ("memory-region", cells(3)))
    yield "dtb-memory-region-root.dtb", tree(CODEC, ("memory-region", cells(0)))
    yield "dtb-memory-region-dangling.dtb", tree(CODEC, ("memory-region", cells(0x1234)))
    yield "dtb-memory-region-five-bytes.dtb", tree(CODEC, ("memory-region", cells(1) + b"\0"))
    yield "dtb-memory-region-cycle.dtb", tree(VIDEO, ("memory-region", cells(3)))
    yield "dtb-interconnect-self.dtb", tree(
        CODEC, ("interconnects", cells(3, 3)), ("interconnect-names", text("dma-mem")), ("#interconnect-cells", cells(0))
    )
    yield "dtb-interconnect-cycle.dtb", interconnect_cycle()

    yield "dtb-bootargs-cma-overflow.dtb", tree("chosen", ("bootargs", text("cma=99999999999999999999M")))
    yield "dtb-bootargs-mem-negative.dtb", tree("chosen", ("bootargs", text("mem=-1")))
    yield "dtb-initrd-at-top-of-64bit.dtb", tree("chosen", ("linux,initrd-start", wide(0xFFFFFFFFFFFF0000)), ("linux,initrd-end", wide(0xFFFFFFFFFFFFFFFF)))
    yield "dtb-regions-2000.dtb", many_regions(2000)


def interconnect_cycle():
    root = edited(CODEC, ("interconnects", cells(4, 4)), ("interconnect-names", text("dma-mem")), ("#interconnect-cells", cells(0)))
    other = find(root, "soc/dsp@20000")
    other[1].extend([("interconnects", cells(3, 3)), ("interconnect-names", text("dma-mem")), ("#interconnect-cells", cells(0))])
    return Blob(root).bytes()


def many_regions(count):
    children = [
        (f"r@{0x60000000 + i * 0x1000:x}", [("no-map", b""), ("reg", wide(0x60000000 + i * 0x1000, 0x1000))], [])
        for i in range(count)
    ]
    return Blob(edited("reserved-memory", children=children)).bytes()


def fragment(*properties, body=(), children=()):
    """An overlay with one fragment."""
    return ("", [], [("fragment@0", [*properties], [("__overlay__", list(body), list(children))])])


def overlay(root):
    return Blob(root).bytes()


GOOD_OVERLAY = overlay(fragment(("target-path", text("/soc/codec@10000")), body=[("note", text("from an overlay"))]))


def overlays():
    path = ("target-path", text("/soc/codec@10000"))
    yield "dtbo-empty.dtbo", b""
    yield "dtbo-half.dtbo", GOOD_OVERLAY[: len(GOOD_OVERLAY) // 2]
    yield "dtbo-no-fragment.dtbo", overlay(("", [], [("fragment@0", [path], [])]))
    yield "dtbo-target-missing.dtbo", overlay(fragment(body=[("note", b"")]))
    yield "dtbo-target-path-nowhere.dtbo", overlay(fragment(("target-path", text("/nowhere"))))
    yield "dtbo-target-path-unterminated.dtbo", overlay(fragment(("target-path", b"/soc")))
    yield "dtbo-target-phandle-nowhere.dtbo", overlay(fragment(("target", cells(0x1234))))
    yield "dtbo-target-three-bytes.dtbo", overlay(fragment(("target", b"\0\0\1")))
    yield "dtbo-target-all-ones.dtbo", overlay(fragment(("target", cells(0xFFFFFFFF))))
    yield "dtbo-self-target.dtbo", overlay(
        (
            "",
            [],
            [
                ("fragment@0", [("target", cells(1)), ("phandle", cells(1))], [("__overlay__", [("note", b"")], [])]),
                ("__local_fixups__", [], [("fragment@0", [("target", cells(0))], [])]),
            ],
        )
    )
    yield "dtbo-self-target-path.dtbo", overlay(fragment(("target-path", text("/fragment@0/__overlay__"))))
    yield "dtbo-fixup-label-unknown.dtbo", overlay(
        (
            "",
            [],
            [
                ("fragment@0", [("target", cells(0xFFFFFFFF))], [("__overlay__", [("note", b"")], [])]),
                ("__fixups__", [("nobody", text("/fragment@0:target:0"))], []),
            ],
        )
    )
    for name, place in [
        ("fixup-offset-past-end", "/fragment@0:target:4096"),
        ("fixup-offset-negative", "/fragment@0:target:-4"),
        ("fixup-without-offset", "/fragment@0:target"),
        ("fixup-path-unknown", "/fragment@7:target:0"),
    ]:
        yield f"dtbo-{name}.dtbo", overlay(
            (
                "",
                [],
                [
                    ("fragment@0", [path], [("__overlay__", [("use", cells(0))], [])]),
                    ("__fixups__", [("codec", text(place))], []),
                ],
            )
        )
    yield "dtbo-local-fixup-past-end.dtbo", overlay(
        (
            "",
            [],
            [
                ("fragment@0", [path], [("__overlay__", [("use", cells(1))], [])]),
                ("__local_fixups__", [], [("fragment@0", [], [("__overlay__", [("use", cells(400))], [])])]),
            ],
        )
    )
    yield "dtbo-phandle-overflow.dtbo", overlay(
        ("", [], [("fragment@0", [path], [("__overlay__", [], [("new", [("phandle", cells(0xFFFFFFFE))], [])])])])
    )
    yield "dtbo-nested-65-deep.dtbo", overlay(fragment(path, children=[nested(64)]))
    yield "dtbo-cells-5.dtbo", overlay(fragment(("target-path", text("/")), body=[("#address-cells", cells(5))]))
    yield "dtbo-region-wraps-64bit.dtbo", overlay(
        fragment(
            ("target-path", text("/reserved-memory")),
            children=[("fw@5d000000", [("no-map", b""), ("reg", wide(0x5D000000, 0xFFFFFFFFFFFF0000))], [])],
        )
    )
    yield "dtbo-is-a-board.dtbo", GOOD
