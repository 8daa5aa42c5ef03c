import DeviceTree
import PhysicalMemory

@testable import Layout

/// A board with two old pools, a codec that uses both, and a camera that uses one.
func boardTree(container: Bool = true, cells: Int = 2) throws -> DeviceTree {
  var editor = try BlobEditor()
  try editor.addNode("soc", under: "/")
  try editor.addNode("codec@1c0e000", under: "/soc")
  try editor.addNode("camera@1c10000", under: "/soc")
  try editor.addNode("iommu@1", under: "/soc")
  try editor.set("phandle", toCells: [0x30], at: "/soc/iommu@1")
  try editor.set("#address-cells", toCells: [UInt32(cells)], at: "/")
  try editor.set("#size-cells", toCells: [UInt32(cells)], at: "/")
  try editor.set("compatible", toStrings: ["acme,board"], at: "/")
  guard container else { return try editor.tree() }
  let path = "/reserved-memory"
  try editor.addNode("reserved-memory", under: "/")
  try editor.set("#address-cells", toCells: [UInt32(cells)], at: path)
  try editor.set("#size-cells", toCells: [UInt32(cells)], at: path)
  try editor.set("ranges", to: [], at: path)
  for (name, base, phandle) in [("left", 0x5000_0000, 0x11), ("right", 0x6000_0000, 0x12)] {
    let node = name + "@" + String(base, radix: 16)
    try editor.addNode(node, under: path)
    try editor.set("compatible", toStrings: ["shared-dma-pool"], at: path + "/" + node)
    try editor.set("no-map", to: [], at: path + "/" + node)
    try editor.set("phandle", toCells: [UInt32(phandle)], at: path + "/" + node)
    let zero = [UInt32](repeating: 0, count: cells - 1)
    try editor.set(
      "reg",
      toCells: zero + [UInt32(base)] + zero + [0x10_0000],
      at: path + "/" + node
    )
  }
  try editor.set("memory-region", toCells: [0x12, 0x11], at: "/soc/codec@1c0e000")
  try editor.set("memory-region", toCells: [0x11], at: "/soc/camera@1c10000")
  return try editor.tree()
}

/// A pool's node of a patch.
func added(
  _ name: String,
  _ base: UInt64,
  _ size: UInt64,
  cells: Int = 2,
  phandle: UInt32? = nil,
  isReferenced: Bool = true,
  more: [LayoutPatch.NewProperty] = []
) -> LayoutPatch.AddedNode {
  let reg =
    LayoutPatch.cells(base, count: cells) + LayoutPatch.cells(size, count: cells)
  return LayoutPatch.AddedNode(
    name: name + "@" + String(base, radix: 16),
    region: name,
    properties: [
      .init("compatible", .strings(["shared-dma-pool"])), .init("no-map", .empty),
    ] + more + [.init("reg", .cells(reg))],
    phandle: phandle,
    isReferenced: isReferenced
  )
}

struct PatchCase: Sendable, CustomStringConvertible {
  let description: String
  let tree: DeviceTree
  let patch: LayoutPatch
}

let patchCases: [PatchCase] = {
  func make(_ name: String, _ tree: DeviceTree?, _ patch: LayoutPatch) -> PatchCase? {
    tree.map { PatchCase(description: name, tree: $0, patch: patch) }
  }
  let cells = CellCounts(address: 2, size: 2)
  let board = try? boardTree()
  let old = "/reserved-memory/"
  return [
    make(
      "nothing",
      board,
      LayoutPatch(cells: cells, createsContainer: false, removed: [], added: [], references: [])
    ),
    make(
      "a region moves",
      board,
      LayoutPatch(
        cells: cells,
        createsContainer: false,
        removed: [.init(path: old + "left@50000000")],
        added: [added("left", 0x5800_0000, 0x20_0000, phandle: 0x11)],
        references: []
      )
    ),
    make(
      "a region grows in place",
      board,
      LayoutPatch(
        cells: cells,
        createsContainer: false,
        removed: [.init(path: old + "left@50000000")],
        added: [added("left", 0x5000_0000, 0x80_0000, phandle: 0x11)],
        references: [
          .init(
            device: "/soc/camera@1c10000",
            targets: [.added(region: "left"), .existing(0x12)]
          )
        ]
      )
    ),
    make(
      "both change, one is new",
      board,
      LayoutPatch(
        cells: cells,
        createsContainer: false,
        removed: [.init(path: old + "left@50000000"), .init(path: old + "right@60000000")],
        added: [
          added("right", 0x4800_0000, 0x20_0000, phandle: 0x12),
          added(
            "new*odd \"name\"*",
            0x5000_0000,
            0x10_0000,
            more: [
              .init("label", .bytes(Array("a\"\\\0".utf8))), .init("iommu-addresses", .bytes([1])),
            ]
          ),
          added("left", 0x6000_0000, 0x40_0000, phandle: 0x11),
        ],
        references: [
          .init(
            device: "/soc/codec@1c0e000",
            targets: [.added(region: "right"), .added(region: "new*odd \"name\"*")]
          )
        ]
      )
    ),
    make(
      "no container yet",
      try? boardTree(container: false, cells: 1),
      LayoutPatch(
        cells: CellCounts(address: 1, size: 1),
        createsContainer: true,
        removed: [],
        added: [
          added("a", 0x5000_0000, 0x10_0000, cells: 1, isReferenced: false),
          added("b", 0x6000_0000, 0x10_0000, cells: 1),
        ],
        references: [.init(device: "/soc/codec@1c0e000", targets: [.added(region: "b")])]
      )
    ),
    make(
      "dynamic",
      board,
      LayoutPatch(
        cells: cells,
        createsContainer: false,
        removed: [.init(path: old + "left@50000000")],
        added: [
          LayoutPatch.AddedNode(
            name: "left",
            region: "left",
            properties: [
              .init("compatible", .strings(["shared-dma-pool"])), .init("reusable", .empty),
              .init("size", .cells([0, 0x40_0000])),
              .init("alignment", .cells([0, 0x40_0000])),
              .init("alloc-ranges", .cells([0, 0x5000_0000, 0, 0x1000_0000])),
            ],
            phandle: 0x11,
            isReferenced: true
          )
        ],
        references: []
      )
    ),
  ].compactMap(\.self)
}()
