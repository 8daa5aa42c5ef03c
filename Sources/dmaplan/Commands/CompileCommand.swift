import ArgumentParser
import Board
import DeviceTree
import Diagnostics
import Formats
import Layout
import PhysicalMemory

/// `dmaplan compile DTB -o DIR`: the layout in all formats.
struct CompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Plan a board's regions and write the layout in all formats.",
    discussion: """
      Writes layout.json, overlay.dts, overlay.dtbo, board.dtb, cmdline.txt, kernel.config, uboot.env and \
      map.svg into DIR, or into DIR/VARIANT where the board has several RAM variants. Files are \
      written whole or not at all.

      Example: dmaplan compile board.dtb -o out --variant 1g
      """
  )

  @Argument(help: "The board's DTB.")
  var dtb: String

  @Option(name: .shortAndLong, help: "The folder to write to; made if it is not there.")
  var output: String

  @OptionGroup var options: SharedOptions

  func run() throws {
    let pipeline = try Pipeline(options)
    let compilation = try pipeline.compile(dtb)
    let findings = pipeline.findings(compilation)
    let shown = findings.filter { $0.severity > .note }
    Console.error(options.renderer(pipeline.policy.sources).render(shown.sortedWorstFirst()))
    let files = try compilation.variants.flatMap { variant -> [(path: String, bytes: [UInt8])] in
      let folder = compilation.variants.count == 1 ? output : output + "/" + variant.variant.name
      return try Self.files(variant, compilation.board).map { (folder + "/" + $0.name, $0.bytes) }
    }
    // Everything is in memory before the first file is touched.
    for file in files { try OutputFile.makeFolder(Self.folder(of: file.path)) }
    for file in files { try OutputFile.write(file.bytes, to: file.path) }
    if !options.quiet { try Console.output(summary(compilation, files.map(\.path))) }
    let missing = compilation.variants.contains { $0.layout == nil }
    try pipeline.exit(findings: findings, unmet: missing)
  }

  /// The files of one variant; none where it has no layout.
  private static func files(
    _ variant: CompiledVariant,
    _ board: Board
  ) throws -> [(name: String, bytes: [UInt8])] {
    guard let layout = variant.layout, let patch = variant.patch else { return [] }
    func text(_ text: String) -> [UInt8] { Array(text.utf8) }
    do {
      let patched = try patch.applied(to: board.tree)
      return [
        ("layout.json", text(LayoutJSON.value(layout).text)),
        ("overlay.dts", text(OverlaySource.text(layout, patch, base: board.tree))),
        ("overlay.dtbo", try OverlayBlob.tree(patch, base: board.tree).blob),
        ("board.dtb", patched.blob),
        ("cmdline.txt", text(CommandLineText.text(layout, via: .deviceTree, tree: patched))),
        ("kernel.config", text(KernelConfigFragment.text(layout, via: .deviceTree))),
        ("uboot.env", text(UBootEnvironment(layout).text)),
        ("map.svg", text(MemoryMapSVG.text(layout))),
      ]
    } catch {
      throw RunError.input("the tree of \(board.file) can not take the layout: \(error)")
    }
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  }

  private func summary(_ compilation: Compilation, _ paths: [String]) -> String {
    let lines = compilation.variants.map { variant -> String in
      guard let layout = variant.layout else {
        return variant.variant.hasMemory
          ? "\(variant.variant.name): no layout is possible\n"
          : "\(variant.variant.name): no RAM is known, so nothing was planned\n"
      }
      let planned = layout.regions.filter(\.isPlanned)
      if planned.isEmpty { return "\(variant.variant.name): the tree already gives this layout\n" }
      return "\(variant.variant.name):\n"
        + planned.map { "  \($0.range)  \($0.name), \($0.range.size.approximate)\n" }.joined()
    }
    return lines.joined() + paths.map { "wrote \($0)\n" }.joined()
  }
}
