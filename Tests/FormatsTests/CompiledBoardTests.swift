import Board
import DeviceTree
import Formats
import Foundation
import Layout
import LinuxBoot
import PhysicalMemory
import Policy
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

private let boards = [
  "allwinner-a20", "exynos4412", "imx8mm", "raspberrypi-4", "unknown-board",
]

/// The whole way for the boards of `fixtures/dts`: tree and built-in policy, layout, every format.
@Suite(.enabled(if: toolsArePresent, "dtc or fdtoverlay is not installed"))
struct CompiledBoardTests {
  private func tree(_ board: String) throws -> DeviceTree {
    let source = try Data(contentsOf: root.appending(path: "fixtures/dts/\(board).dts"))
    return try DeviceTree(blob: run("dtc", ["-q", "-O", "dtb"], input: Array(source)).output)
  }

  private func compile(_ tree: DeviceTree, more: String? = nil) throws -> [CompiledVariant] {
    var reader = LayerReader()
    let folder = root.appending(path: "policies")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    for name in names where name.hasSuffix(".yaml") {
      let bytes = Array(try Data(contentsOf: folder.appending(path: name)))
      reader.read(bytes, file: name, origin: .builtin)
    }
    if let more { reader.read(Array(more.utf8), file: "more.yaml", origin: .user) }
    let compiler = LayoutCompiler(
      board: Board(file: "board.dtb", tree: tree),
      layers: reader.layers,
      target: TargetChoice(),
      variants: VariantChoice(),
      digests: (SHA256.hexadecimal(of: tree.blob), SHA256.hexadecimal(of: []))
    )
    return compiler.compile().variants
  }

  /// What Linux makes of a tree.
  private func boot(_ tree: DeviceTree, _ compiled: CompiledVariant) throws -> BootMap {
    // Packed: the kernel reserves the whole blob, and a region may follow it closely.
    let packed = try BlobEditor(tree).tree()
    let outcome = LinuxBoot.replay(
      BootInput(
        tree: packed,
        target: compiled.target.kernel,
        commandLine: compiled.target.commandLine,
        objects: compiled.variant.objects,
        ram: compiled.variant.ram,
        firmware: compiled.variant.firmware.map(\.range)
      )
    )
    guard case .booted(let map) = outcome else {
      throw BootFailure()
    }
    return map
  }

  private struct BootFailure: Error {}

  private func places(_ map: BootMap) -> [String] {
    (map.regions.filter { $0.isKept && $0.size > .zero }.map { "\($0.range)" }
      + map.cma.map { "cma \($0.base) \($0.size) \($0.isDefault)" }).sorted()
  }

  @Test(arguments: boards) func layoutsOfRealBoardsSurviveJSON(_ board: String) throws {
    for variant in try compile(tree(board)) {
      let layout = try #require(variant.layout, "\(variant.variant.name)")
      let text = LayoutJSON.value(layout).text
      let back = LayoutJSON.read(bytes: Array(text.utf8), file: "layout.json")
      #expect(back.diagnostics == [])
      #expect(back.layout == layout)
      #expect(MemoryMapText.text(layout).split(separator: "\n").allSatisfy { $0.count <= 80 })
      #expect(MemoryMapSVG.text(layout).hasSuffix("</svg>\n"))
      #expect(UBootEnvironment(layout).deviceTree != nil)
    }
  }

  @Test(arguments: boards, [nil, movingEverything])
  func linuxFindsTheLayoutThroughTheOverlay(_ board: String, _ more: String?) throws {
    let tree = try tree(board)
    for variant in try compile(tree, more: more) {
      guard let layout = variant.layout, let patch = variant.patch else { continue }
      let overlay = try OverlayBlob.tree(patch, base: tree)
      let throughBlob = try boot(tree.applying(overlay), variant)
      let patched = try boot(patch.applied(to: tree), variant)
      #expect(places(throughBlob) == places(patched))
      let found = Set(throughBlob.regions.map(\.range))
      for region in layout.regions where region.isPlanned {
        #expect(found.contains(region.range), "\(region.name)")
      }
      let source = OverlaySource.text(layout, patch, base: tree)
      let compiled = try run("dtc", ["-I", "dts", "-O", "dtb"], input: Array(source.utf8))
      #expect(compiled.errors == "", "\(source)")
      let throughSource = try tree.applying(DeviceTree(blob: compiled.output))
      #expect(try places(boot(throughSource, variant)) == places(patched))
    }
  }

  /// The tool that others apply overlays with takes ours.
  @Test func fdtoverlayAppliesIt() throws {
    let tree = try tree("exynos4412")
    let variant = try #require(try compile(tree, more: movingEverything).first)
    let patch = try #require(variant.patch)
    #expect(!patch.isEmpty)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let names = ["board.dtb", "overlay.dtbo", "out.dtb"].map { folder.appending(path: $0).path }
    try Data(tree.blob).write(to: URL(fileURLWithPath: names[0]))
    try Data(OverlayBlob.tree(patch, base: tree).blob).write(to: URL(fileURLWithPath: names[1]))
    let result = try run("fdtoverlay", ["-i", names[0], "-o", names[2], names[1]], input: [])
    #expect(result.errors == "")
    let output = try DeviceTree(blob: Array(Data(contentsOf: URL(fileURLWithPath: names[2]))))
    #expect(try places(boot(output, variant)) == places(boot(patch.applied(to: tree), variant)))
  }
}

/// A layer that makes every board's tree change: a new pool, and bigger ones.
private let movingEverything = """
  dmaplan: 1
  name: more
  match: {any: true}
  why: a test
  pools:
    extra:
      kind: coherent
      size: 4MiB
    region-mfc-left:
      kind: coherent
      size: 48MiB
    default-cma:
      kind: cma
      default: true
      size: 72MiB
  """
