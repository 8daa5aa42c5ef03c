import Board
import DeviceTree
import Diagnostics
import Foundation
import Layout
import Policy
import Testing
import Validation

/// The real trees that `make test` downloads.
enum Corpus {
  /// The folder with `arm64/` and `armhf/`; nil where the tests are run without `make`.
  static let folder = ProcessInfo.processInfo.environment["DMAPLAN_CORPUS"]

  /// Why the download was impossible, as `Scripts/fetch-corpus` left it.
  static var obstacle: String? {
    folder.flatMap { try? String(contentsOfFile: $0 + "/unavailable", encoding: .utf8) }
  }

  /// Whether the tests have to run: not without `make`, and not where the download was impossible.
  static var isWanted: Bool { folder != nil && obstacle == nil }

  static var reason: Comment {
    obstacle.map { "the kernel packages could not be downloaded: \($0)" }
      ?? "DMAPLAN_CORPUS is not set; `make test` downloads the trees and sets it"
  }
}

/// Every real tree, and the judged ones against `fixtures/corpus`.
@Suite(.enabled(if: Corpus.isWanted, Corpus.reason))
struct CorpusTests {
  private let folder = Corpus.folder ?? ""

  private func trees(_ architecture: String) -> [(name: String, bytes: [UInt8])] {
    let root = URL(fileURLWithPath: folder).appendingPathComponent(architecture)
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return (files?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "dtb" }
      .compactMap { url in
        (try? Data(contentsOf: url)).map {
          (String(url.path.dropFirst(root.path.count + 1)), [UInt8]($0))
        }
      }
      .sorted { $0.name < $1.name }
  }

  private func check(
    _ name: String,
    _ bytes: [UInt8],
    layers: [Layer] = []
  ) throws -> [Diagnostic] {
    let board = Board(file: name, tree: try DeviceTree(blob: bytes))
    let compiled = LayoutCompiler(
      board: board,
      layers: layers,
      target: TargetChoice(linux: "6.1"),
      variants: VariantChoice(),
      digests: ("", "")
    ).compile()
    let subject = Subject(board: board, variants: compiled.variants, layers: layers)
    return Validator().validate(subject)
  }

  @Test(arguments: ["arm64", "armhf"], [false, true])
  func allTreesAreChecked(_ architecture: String, withPolicies: Bool) throws {
    let trees = trees(architecture)
    let layers = withPolicies ? Fixtures.builtin : []
    #expect(trees.count > 500, "the download is not whole")
    var findings = 0
    for (name, bytes) in trees { findings += try check(name, bytes, layers: layers).count }
    #expect(findings > 0)
  }

  private struct Truth: Decodable {
    let dtb: String
    let rule: String
    let node: String
    let expect: String
  }

  private static func path(_ finding: Diagnostic) -> String {
    if case .tree(let tree) = finding.primary.location { tree.path } else { "-" }
  }

  private static func paths(_ finding: Diagnostic) -> Set<String> {
    Set(
      ([finding.primary] + finding.related).compactMap { label in
        if case .tree(let tree) = label.location { tree.path } else { nil }
      }
    )
  }

  /// The rules that the truth is complete for.
  private static let judged: Set<String> = [
    "reserved-memory-misnamed", "region-without-purpose", "not-a-pool", "region-unplaceable",
    "region-outside-ram", "regions-overlap", "window-without-slack", "window-exceeds-ram",
    "pool-takes-most-of-ram", "reach-misses-ram", "dma-ranges-chain-broken", "dma-ranges-lost",
    "cma-misaligned", "pool-without-user", "unit-address-mismatch", "region-not-page-aligned",
    "memory-node-ignored", "bootargs-memory-option",
  ]

  /// The rules that have one finding for nodes with a common cause.
  private static let joined: Set<String> = [
    "dma-ranges-lost", "dma-ranges-chain-broken", "reach-misses-ram",
  ]

  /// The trees that the truth is about and that this download has in the same release.
  private func judgedTrees() throws -> [(name: String, bytes: [UInt8])] {
    let list = try text("fixtures/corpus/trees-judged.txt").split(separator: "\n")
    let wanted = Dictionary(
      uniqueKeysWithValues: list.map { line in
        let words = line.split(separator: " ")
        return (String(words[0]), String(words[words.count - 1]))
      }
    )
    let digests = try digests()
    let judged = trees("arm64").filter { wanted[$0.name] != nil }
    let same = judged.filter { digests[$0.name] == wanted[$0.name] }
    if same.count < wanted.count {
      print("corpus: \(wanted.count - same.count) of \(wanted.count) trees: other release")
    }
    return same
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Fixtures.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// SHA-256 by name; the system's tool, since ours is slow in a debug build.
  private func digests() throws -> [String: String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "find . -name '*.dtb' -print0 | xargs -0 sha256sum"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder).appendingPathComponent("arm64")
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return output.split(separator: "\n").reduce(into: [:]) { digests, line in
      let parts = line.components(separatedBy: "  ./")
      if parts.count == 2 { digests[parts[1]] = parts[0] }
    }
  }

  private struct Line: Hashable {
    let dtb: String
    let rule: String
    let node: String
    let kind: String
  }

  /// Every line of the truth is found, and nothing above a note that it does not have.
  @Test func judgedTreesAgree() throws {
    let truth = try text("fixtures/corpus/truth-arm64.jsonl").split(separator: "\n").map {
      try JSONDecoder().decode(Truth.self, from: Data($0.utf8))
    }
    let wanted = Dictionary(grouping: truth, by: \.dtb)
    var missed: [Line] = []
    var extra: [Line] = []
    for (name, bytes) in try judgedTrees() {
      let found = try check(name, bytes).filter { Self.judged.contains($0.rule.rawValue) }
      var used: Set<Int> = []
      for line in wanted[name] ?? [] {
        let candidates = found.indices.filter { index in
          found[index].rule.rawValue == line.rule && Self.paths(found[index]).contains(line.node)
            && (found[index].severity == .note) == (line.expect == "note")
            && (Self.joined.contains(line.rule) || !used.contains(index))
        }
        if let hit = candidates.first(where: { Self.path(found[$0]) == line.node })
          ?? candidates.first
        {
          used.insert(hit)
        } else {
          missed.append(Line(dtb: name, rule: line.rule, node: line.node, kind: line.expect))
        }
      }
      extra += found.indices.filter { !used.contains($0) && found[$0].severity > .note }.map {
        Line(
          dtb: name,
          rule: found[$0].rule.rawValue,
          node: Self.path(found[$0]),
          kind: "\(found[$0].severity)"
        )
      }
    }
    #expect(missed == [])
    #expect(extra == [])
  }

  /// An error of any other rule on a judged tree has its line in docs/corpus.md.
  @Test func everyOtherErrorIsArguedFor() throws {
    let argued = try text("docs/corpus.md")
    for (name, bytes) in try judgedTrees() {
      for finding in try check(name, bytes)
      where finding.severity == .error && !Self.judged.contains(finding.rule.rawValue) {
        let row = "| `\(name)` | `\(finding.rule)` | `\(Self.path(finding))` |"
        #expect(argued.contains(row), "\(row) \(finding.message)")
      }
    }
  }
}
