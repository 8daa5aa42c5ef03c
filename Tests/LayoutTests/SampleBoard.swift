import Board
import DeviceTree
import Diagnostics
import Layout
import PhysicalMemory
import Policy
import Testing

/// A made-up arm64 board: 1 GiB of RAM from 0x4000_0000, a bus that reaches its lower half.
enum SampleBoard {
  static func tree(_ change: (inout BlobEditor) throws -> Void = { _ in }) throws -> DeviceTree {
    var editor = try BlobEditor()
    try editor.set("#address-cells", toCells: [2], at: "/")
    try editor.set("#size-cells", toCells: [2], at: "/")
    try editor.set("compatible", toStrings: ["acme,board"], at: "/")
    try editor.addNode("memory@40000000", under: "/")
    try editor.set("device_type", toStrings: ["memory"], at: "/memory@40000000")
    try editor.set("reg", toCells: [0, 0x4000_0000, 0, 0x4000_0000], at: "/memory@40000000")
    try editor.addNode("soc", under: "/")
    try editor.set("#address-cells", toCells: [1], at: "/soc")
    try editor.set("#size-cells", toCells: [1], at: "/soc")
    try editor.set("dma-ranges", toCells: [0x4000_0000, 0, 0x4000_0000, 0x2000_0000], at: "/soc")
    for name in ["isp", "codec"] {
      try editor.addNode(name, under: "/soc")
      try editor.set("compatible", toStrings: ["acme,\(name)"], at: "/soc/\(name)")
    }
    try change(&editor)
    return try editor.tree()
  }

  /// Adds /reserved-memory with a dynamic default pool of 64 MiB.
  static func addPool(_ editor: inout BlobEditor) throws {
    try editor.addNode("reserved-memory", under: "/")
    try editor.set("#address-cells", toCells: [2], at: "/reserved-memory")
    try editor.set("#size-cells", toCells: [2], at: "/reserved-memory")
    try editor.set("ranges", to: [], at: "/reserved-memory")
    let path = "/reserved-memory/linux,cma"
    try editor.addNode("linux,cma", under: "/reserved-memory")
    try editor.set("compatible", toStrings: ["shared-dma-pool"], at: path)
    try editor.set("reusable", to: [], at: path)
    try editor.set("linux,cma-default", to: [], at: path)
    try editor.set("size", toCells: [0, 0x0400_0000], at: path)
    try editor.set("phandle", toCells: [9], at: path)
  }

  static func compile(
    _ tree: DeviceTree,
    _ policy: String,
    _ choice: LayoutChoice = LayoutChoice(),
    linux: String? = "6.1",
    config: String? = nil
  ) throws -> CompiledVariant {
    try #require(try board(tree, policy, choice, linux: linux, config: config).variants.first)
  }

  static func board(
    _ tree: DeviceTree,
    _ policy: String,
    _ choice: LayoutChoice = LayoutChoice(),
    linux: String? = "6.1",
    config: String? = nil
  ) throws -> CompiledBoard {
    var reader = LayerReader()
    reader.read(Array(policy.utf8), file: "p.yaml", origin: .user)
    #expect(reader.diagnostics.isEmpty)
    let result = LayoutCompiler(
      board: Board(file: "sample.dtb", tree: tree),
      layers: reader.layers,
      target: TargetChoice(linux: linux, kernelConfig: config),
      variants: VariantChoice(),
      choice: choice,
      digests: (tree: "t", policy: "p")
    ).compile()
    #expect(result.diagnostics.allSatisfy { $0.severity == .note })
    return result
  }
}
