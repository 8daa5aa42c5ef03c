import ArgumentParser
import Board
import DeviceTree
import Diagnostics
import DryRun
import Formats
import Layout
import PhysicalMemory

/// `dmaplan compile DTB -o DIR`: the layout in all formats.
struct CompileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Plan a board's regions and write the layout in all formats.",
    discussion: """
      Writes layout.json, overlay.dts, overlay.dtbo, board.dtb, cmdline.txt, kernel.config, uboot.env, \
      map.svg and report.html into DIR. Where one layout serves every RAM variant it is that one, with the other \
      variants' layout.json as layout-VARIANT.json; else each variant has its own in DIR/VARIANT. \
      All of them are written, or none.

      Example: dmaplan compile board.dtb -o out --lock old/layout.json
      """
  )

  @Argument(help: "The board's DTB.", completion: .file(extensions: ["dtb"]))
  var dtb: String

  @Option(
    name: .shortAndLong,
    help: "The folder to write to; made if it is not there.",
    completion: .directory
  )
  var output: String

  @Option(
    help: "Keep every region where this layout.json has it, unless it must move.",
    completion: .file(extensions: ["json"])
  )
  var lock: String?

  @Option(help: "Where the default pool is set: dt, cmdline, kconfig.")
  var via: Via = .dt

  @Flag(help: "Give each RAM variant a layout of its own, even if one would serve all.")
  var perVariant = false

  @Flag(help: "Leave report.html out, and with it the dry-run.")
  var noReport = false

  @OptionGroup var options: SharedOptions

  func run() async throws {
    let pipeline = try Pipeline(options)
    let choice = LayoutChoice(
      carrier: via.carrier,
      lock: try lock.map(LayoutInput.layout),
      sharesLayout: !perVariant
    )
    let compilation = try pipeline.compile(dtb, choice)
    try refuseUsedDefaultPool(compilation)
    let findings = pipeline.findings(compilation)
    let shown = findings.filter { $0.severity > .note }
    Console.error(options.renderer(pipeline.policy.sources).render(shown.sortedWorstFirst()))
    var files = try CompiledFiles(compilation, via: via.carrier, folder: output).files
    if !noReport { files.append(try await report(compilation, findings, pipeline)) }
    // Everything is in memory before the first file is touched.
    for file in files { try OutputFile.makeFolder(Self.folder(of: file.path)) }
    try OutputFile.write(files)
    let summary = CompileSummary(compilation, choice)
    if !options.quiet {
      try Console.output(summary.text + files.map { "wrote \($0.path)\n" }.joined())
    }
    Console.error(summary.warnings)
    if !options.quiet { Console.error(next(files.map(\.path), compilation.variants)) }
    let missing = compilation.variants.contains { $0.layout == nil }
    try pipeline.exit(findings: findings, unmet: missing || !summary.warnings.isEmpty)
  }

  /// The last line: what to do with the files.
  private func next(_ files: [String], _ variants: [CompiledVariant]) -> String {
    guard let overlay = files.first(where: { $0.hasSuffix("/overlay.dtbo") }) else {
      return "next: `dmaplan check \(ShellWord.of(dtb))` says why there is no layout\n"
    }
    let isPatched = variants.contains { $0.patch?.isEmpty == false }
    let isCarried = via != .dt && variants.contains { $0.layout?.defaultRegion?.isPlanned == true }
    let settings = via == .kconfig ? "build the kernel with kernel.config" : "boot with cmdline.txt"
    let steps = [
      isPatched ? "apply \(VisibleText.of(overlay)) to the tree, or boot board.dtb beside it" : nil,
      isCarried ? settings : nil,
    ]
    .compactMap(\.self)
    if steps.isEmpty { return "next: boot the tree as it is; the overlay is empty\n" }
    return "next: \(steps.joined(separator: "; then "))\n"
  }

  /// The page that shows the layout with what a dry-run says of it.
  private func report(
    _ compilation: Compilation,
    _ findings: [Diagnostic],
    _ pipeline: Pipeline
  ) async throws -> (path: String, bytes: [UInt8]) {
    var dryRun = DryRun.Options()
    dryRun.jobs = options.threads
    let report = await pipeline.report(
      compilation,
      dtb,
      dryRun,
      findings: findings,
      drawn: true
    )
    let text = HTMLReport(report, sources: pipeline.policy.sources).text
    return (output + "/report.html", Array(text.utf8))
  }

  /// A node that a device names can not be taken away.
  private func refuseUsedDefaultPool(_ compilation: Compilation) throws {
    guard via != .dt else { return }
    let board = compilation.board
    for region in board.defaultRegions {
      guard let user = board.users(of: region).first else { continue }
      throw RunError.input(
        "--via \(via.rawValue) takes \(region.node.path) away, which \(user.path) names in "
          + "memory-region; use --via dt"
      )
    }
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  }
}

/// The values of `--via`.
enum Via: String, ExpressibleByArgument, CaseIterable {
  case dt, cmdline, kconfig

  var carrier: DefaultPoolCarrier {
    switch self {
    case .dt: .deviceTree
    case .cmdline: .commandLine
    case .kconfig: .kernelConfig
    }
  }
}
