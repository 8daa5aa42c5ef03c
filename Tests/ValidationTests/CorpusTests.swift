import Board
import DeviceTree
import Diagnostics
import Foundation
import Layout
import Policy
import Testing
import Validation

/// Real trees, where they are at hand: DMAPLAN_CORPUS names a folder with `arm64/` and `armhf/`, and
/// DMAPLAN_TRUTH one with `truth-arm64.jsonl` and `trees-judged.txt`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["DMAPLAN_CORPUS"] != nil))
struct CorpusTests {
  private let folder = ProcessInfo.processInfo.environment["DMAPLAN_CORPUS"] ?? ""
  private let truthFolder = ProcessInfo.processInfo.environment["DMAPLAN_TRUTH"]

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

  /// The layers of this package's `policies`.
  private var builtin: [Layer] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("policies")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    var reader = LayerReader()
    for file in files.sorted() where file.hasSuffix(".yaml") {
      guard let data = try? Data(contentsOf: folder.appendingPathComponent(file)) else { continue }
      reader.read([UInt8](data), file: "<builtin>/" + file, origin: .builtin)
    }
    return reader.layers
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
    let layers = withPolicies ? builtin : []
    var counts: [String: Int] = [:]
    var lines: [String] = []
    let start = ContinuousClock.now
    for (name, bytes) in trees {
      for finding in try check(name, bytes, layers: layers) {
        counts["\(finding.rule) \(finding.severity)", default: 0] += 1
        if finding.rule != "ram-unknown" {
          lines.append(
            "\(name) \(finding.severity) \(finding.rule) \(Self.path(finding)) \(finding.message)"
          )
        }
      }
    }
    print("\(architecture) \(withPolicies): \(trees.count) trees in \(ContinuousClock.now - start)")
    for (key, number) in counts.sorted(by: { $0.key < $1.key }) { print("  \(key): \(number)") }
    let out = URL(fileURLWithPath: NSTemporaryDirectory())
      .appendingPathComponent("dmaplan-\(architecture)-\(withPolicies).txt")
    try lines.joined(separator: "\n").write(to: out, atomically: true, encoding: .utf8)
    #expect(!trees.isEmpty)
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

  @Test func judgedTreesAgree() throws {
    guard let truthFolder else { return }
    func read(_ name: String) throws -> [Substring] {
      try String(contentsOfFile: truthFolder + "/" + name, encoding: .utf8).split(separator: "\n")
    }
    let judgedTrees = Set(
      try read("trees-judged.txt").compactMap { $0.split(separator: " ").first.map(String.init) }
    )
    let truth = try read("truth-arm64.jsonl").map {
      try JSONDecoder().decode(Truth.self, from: Data($0.utf8))
    }
    let wanted = Dictionary(grouping: truth, by: \.dtb)
    var score: [String: (hit: Int, missed: Int, extra: Int, extraNotes: Int)] = [:]
    for (name, bytes) in trees("arm64") where judgedTrees.contains(name) {
      var left = try check(name, bytes).filter { Self.judged.contains($0.rule.rawValue) }
      var used: Set<Int> = []
      for line in wanted[name] ?? [] {
        let candidates = left.indices.filter { index in
          left[index].rule.rawValue == line.rule && Self.paths(left[index]).contains(line.node)
            && (left[index].severity == .note) == (line.expect == "note")
            && (line.rule == "dma-ranges-lost" || !used.contains(index))
        }
        let hit = candidates.first { Self.path(left[$0]) == line.node } ?? candidates.first
        if let hit {
          used.insert(hit)
          score[line.rule, default: (0, 0, 0, 0)].hit += 1
        } else {
          score[line.rule, default: (0, 0, 0, 0)].missed += 1
          print("MISSED \(name) \(line.rule) \(line.node) \(line.expect)")
        }
      }
      left = left.indices.filter { !used.contains($0) }.map { left[$0] }
      for finding in left {
        if finding.severity == .note {
          score[finding.rule.rawValue, default: (0, 0, 0, 0)].extraNotes += 1
        } else {
          score[finding.rule.rawValue, default: (0, 0, 0, 0)].extra += 1
        }
        print("EXTRA \(name) \(finding.severity) \(finding.rule) \(Self.path(finding))")
      }
    }
    for (rule, numbers) in score.sorted(by: { $0.key < $1.key }) {
      print("SCORE \(rule) \(numbers)")
    }
    #expect(score.values.allSatisfy { $0.missed == 0 && $0.extra == 0 })
  }
}
