import ArgumentParser
import Diagnostics
import Formats
import Layout

/// `dmaplan diff A B`: what is different between two layouts or boards.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what moved, grew or appeared between two layouts or DTBs.",
    discussion: """
      A layout is a layout.json that `dmaplan compile` has written; a DTB is compiled first, and \
      every RAM variant that both have is compared. Says which devices may fare otherwise. The \
      exit status is 0 where nothing is different and 1 otherwise.

      Example: dmaplan diff old/layout.json new/layout.json
      """
  )

  @Argument(
    help: "The first layout.json or DTB.",
    completion: .file(extensions: ["dtb", "json"])
  )
  var first: String

  @Argument(
    help: "The second layout.json or DTB.",
    completion: .file(extensions: ["dtb", "json"])
  )
  var second: String

  @Option(help: "The shape of the output: human, json.")
  var format: ReportFormat = .human

  @OptionGroup var options: SharedOptions

  func run() throws {
    let pipeline = try Pipeline(options)
    let (one, two) = (try layouts(first, pipeline), try layouts(second, pipeline))
    let pairs = Self.pairs(one, two)
    if pairs.isEmpty {
      throw RunError.input("\(first) and \(second) have no RAM variant in common")
    }
    let diffs = LayoutDiffs(pairs)
    switch format {
    case .human: try Console.output(diffs.text)
    case .json: try Console.output(diffs.value.text)
    }
    if !diffs.isEmpty { throw ExitCode(1) }
  }

  /// The layouts of a file by variant; at least one.
  private func layouts(_ path: String, _ pipeline: Pipeline) throws -> [Layout] {
    if path.hasSuffix(".json") { return [try LayoutInput.layout(path)] }
    let layouts = try pipeline.compile(path).variants.compactMap(\.layout)
    if layouts.isEmpty { throw RunError.noLayout(path) }
    return layouts
  }

  /// Variants of one name belong together; so do the only ones of both sides.
  private static func pairs(_ one: [Layout], _ two: [Layout]) -> [LayoutDiffs.Variant] {
    if one.count == 1, two.count == 1 {
      return [.init(two[0].variant, LayoutDiff(from: one[0], to: two[0]))]
    }
    // A single layout stands against the one variant that it is of.
    let names =
      one.map(\.variant)
      + two.map(\.variant).filter { name in
        !one.contains { $0.variant == name }
      }
    let isPartial = one.count == 1 || two.count == 1
    return names.compactMap { name in
      guard let old = one.first(where: { $0.variant == name }),
        let new = two.first(where: { $0.variant == name })
      else { return isPartial ? nil : .init(name, nil) }
      return .init(name, LayoutDiff(from: old, to: new))
    }
  }
}
