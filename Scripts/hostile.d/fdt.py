"""Flattened devicetrees written by hand, byte by byte, so that they can be wrong in one place.

A node is `(name, properties, children)`; properties are a list of `(name, bytes)` in order.
"""

import struct

BEGIN, END, PROP, NOP, LAST = 1, 2, 3, 4, 9


def cells(*values):
    """32-bit cells, big-endian."""
    return struct.pack(f">{len(values)}I", *values)


def wide(*values):
    """64-bit numbers, two cells each."""
    return struct.pack(f">{len(values)}Q", *values)


def text(*strings):
    """NUL-terminated strings."""
    return b"".join(string.encode() + b"\0" for string in strings)


def padded(data):
    return data + b"\0" * (-len(data) % 4)


class Blob:
    """The blocks of a blob, each of which may be changed before they are put together."""

    def __init__(self, root, reservations=()):
        self.offsets, self.strings = {}, bytearray()
        self.structure = bytearray()
        self.node(root)
        self.structure += cells(LAST)
        self.reservations = b"".join(wide(*pair) for pair in reservations) + wide(0, 0)
        self.header = {}

    def name(self, name):
        if name not in self.offsets:
            self.offsets[name] = len(self.strings)
            self.strings += (name if isinstance(name, bytes) else name.encode()) + b"\0"
        return self.offsets[name]

    def node(self, node):
        """Writes a tree without recursion: hostile ones are deep."""
        open_nodes = [iter((node,))]
        while open_nodes:
            for name, properties, children in open_nodes[-1]:
                name = name if isinstance(name, bytes) else name.encode()
                self.structure += b"\0\0\0\1" + name + b"\0\0\0\0"[len(name) % 4 :]
                for key, value in properties:
                    self.structure += cells(PROP, len(value), self.name(key)) + padded(value)
                open_nodes.append(iter(children))
                break
            else:
                open_nodes.pop()
                if open_nodes:
                    self.structure += b"\0\0\0\2"

    def bytes(self):
        start = 40
        structure = start + len(self.reservations)
        strings = structure + len(self.structure)
        fields = {
            "magic": 0xD00DFEED,
            "totalsize": strings + len(self.strings),
            "off_dt_struct": structure,
            "off_dt_strings": strings,
            "off_mem_rsvmap": start,
            "version": 17,
            "last_comp_version": 16,
            "boot_cpuid_phys": 0,
            "size_dt_strings": len(self.strings),
            "size_dt_struct": len(self.structure),
        }
        for field, value in self.header.items():
            fields[field] = value(fields[field]) if callable(value) else value
        return cells(*fields.values()) + self.reservations + bytes(self.structure) + bytes(self.strings)
