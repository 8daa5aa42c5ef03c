public import Diagnostics
public import YAML

/// A board of a `--boards` file: one DTB with everything that differs from board to board.
public struct BoardEntry: Sendable {
  /// A path as the file has it, and where.
  public struct Path: Sendable {
    /// The path, relative to the folder of the file.
    public let text: String
    /// Where it stands.
    public let span: SourceSpan
  }

  /// The board's DTB.
  public let dtb: Path
  /// Overlays in the order in which they are applied.
  public let overlays: [Path]
  /// The kernel's command line; nil for that of the tree or of policy.
  public let commandLine: String?
  /// Where the command line stands.
  public let commandLineSpan: SourceSpan?
  /// The kernel's `.config`; nil for the one of the command line of this program.
  public let kernelConfig: Path?
  /// The names of the RAM variants to look at; empty for all.
  public let variantNames: [String]
  /// RAM variants as a policy states them; nil for those of policy.
  public let variants: YAMLNode?
  /// Where the entry begins.
  public let span: SourceSpan
}

/// Reads a list of boards: `[{dtb, overlays, cmdline, kernel-config, variants}, ...]` in YAML.
public struct BoardsFile: Sendable {
  /// The boards in the order of the file; those with mistakes are left out.
  public private(set) var boards: [BoardEntry] = []
  /// What is wrong with the file.
  public private(set) var diagnostics: [Diagnostic] = []

  /// How many boards one document lists at most.
  private static let mostBoards = 10_000
  /// How many findings there are of one file at most.
  private static let mostFindings = 100
  private static let keys = ["dtb", "overlays", "cmdline", "kernel-config", "variants"]

  /// Reads `bytes`, which are of `file`; time linear in them.
  public init(bytes: [UInt8], file: String) {
    let (documents, problems) = YAMLReader.read(bytes: bytes, file: file)
    diagnostics = problems
    if problems.contains(where: { $0.severity == .error }) { return }
    let lists = documents.filter { !$0.isMissing && !$0.isNull }
    for document in lists {
      guard let items = document.items else {
        report(
          "boards-wrong-type",
          document,
          "a list of boards is wanted",
          "is no list",
          help: "write `- dtb: FILE` for each board"
        )
        continue
      }
      guard items.count <= Self.mostBoards else {
        report(
          "yaml-limit",
          items[Self.mostBoards],
          "the list has \(items.count) boards; no more than \(Self.mostBoards) are read",
          "one too many",
          help: "split it into several lists"
        )
        continue
      }
      for item in items where diagnostics.count < Self.mostFindings { read(item) }
    }
    if boards.isEmpty, diagnostics.isEmpty {
      let none = SourcePosition(line: 1, column: 1)
      let place = documents.first?.span ?? SourceSpan(file: file, start: none, end: none)
      diagnostics.append(
        Diagnostic(
          "boards-empty",
          .error,
          "the list has no board",
          at: Label(.source(place), "nothing to do"),
          help: "write `- dtb: FILE` for each board"
        )
      )
    }
  }

  private mutating func read(_ item: YAMLNode) {
    let before = diagnostics.count
    guard let entries = item.entries else {
      return report(
        "boards-wrong-type",
        item,
        "a board is a mapping of keys",
        "is none",
        help: "write `- dtb: FILE`"
      )
    }
    for entry in entries where !Self.keys.contains(entry.name) { unknown(entry.key, entry.name) }
    let dtb = path(item["dtb"], "dtb")
    // A misspelt key was said already.
    let isMisspelt = entries.contains { didYouMean($0.name, among: Self.keys) == "dtb" }
    if item["dtb"] == nil, !isMisspelt {
      report("boards-dtb-missing", item, "this board has no `dtb`", "here", help: "add `dtb: FILE`")
    }
    let overlays = (item["overlays"].map { $0.items ?? [$0] } ?? []).map { path($0, "overlays") }
    let config = item["kernel-config"].map { path($0, "kernel-config") }
    let line = item["cmdline"].map { text($0, "cmdline") }
    let (names, variants) = readVariants(item["variants"])
    guard diagnostics.count == before, let dtb else { return }
    boards.append(
      BoardEntry(
        dtb: dtb,
        overlays: overlays.compactMap(\.self),
        commandLine: line ?? nil,
        commandLineSpan: item["cmdline"]?.span,
        kernelConfig: config ?? nil,
        variantNames: names,
        variants: variants,
        span: item.span
      )
    )
  }

  /// A list of names picks some of policy's variants; a mapping states the board's own.
  private mutating func readVariants(_ node: YAMLNode?) -> ([String], YAMLNode?) {
    guard let node, !node.isNull else { return ([], nil) }
    if let entries = node.entries { return (entries.map(\.name), node) }
    return ((node.items ?? [node]).compactMap { text($0, "variants") }, nil)
  }

  private mutating func path(_ node: YAMLNode?, _ key: String) -> BoardEntry.Path? {
    guard let node, let text = text(node, key) else { return nil }
    if text.isEmpty {
      report(
        "boards-wrong-type",
        node,
        "`\(key)` names no file",
        "is empty",
        help: "write the path, relative to this file"
      )
      return nil
    }
    return BoardEntry.Path(text: text, span: node.span)
  }

  private mutating func text(_ node: YAMLNode, _ key: String) -> String? {
    if let text = node.text { return text }
    // What is missing was reported by the reader.
    if !node.isMissing {
      report(
        "boards-wrong-type",
        node,
        "`\(key)` is a text",
        "is none",
        help: key == "variants"
          ? "write `[NAME, ...]`, or `NAME: [RANGE]` for each"
          : "write one text, in quotes or without"
      )
    }
    return nil
  }

  private mutating func unknown(_ key: YAMLNode, _ name: String) {
    let guess = didYouMean(name, among: Self.keys)
    report(
      "boards-unknown-key",
      key,
      "`\(name)` is no key of a board",
      "unknown",
      help: guess.map { "write `\($0)`" }
        ?? "the keys are " + Self.keys.map { "`\($0)`" }.joined(separator: ", ")
    )
  }

  private mutating func report(
    _ rule: RuleID,
    _ node: YAMLNode,
    _ message: String,
    _ label: String,
    help: String?
  ) {
    diagnostics.append(
      Diagnostic(rule, .error, message, at: Label(.source(node.span), label), help: help)
    )
  }
}
