import Diagnostics
import TestSupport
import Testing
import YAML

@testable import Policy

/// What holds for any layers at all.
@Suite struct MergeLawTests {
  /// A layer as text without its name: what it matches and what it says.
  private struct Draft {
    var match: String?
    var overrides = false
    /// Keys of pools with their text, as `video: {size: 16MiB, hosts+: [a]}`.
    var body: String

    func text(_ name: String) -> String {
      var lines = ["dmaplan: 1", "name: \(name)"]
      if let match { lines += ["why: x", "match: \(match)"] }
      if overrides { lines.append("override: true") }
      return (lines + [body]).joined(separator: "\n") + "\n"
    }
  }

  private static let matches: [String?] = [
    nil, "{any: true}", "{compatible: \"acme,soc\"}", "{compatible: \"acme,one\"}",
    "{compatible: \"acme,one\", variant: 1g}", "{compatible: \"acme,other\"}", "{variant: 2g}",
  ]

  private static func draft(_ random: inout SeededGenerator, appends: Bool) -> Draft {
    func pick(_ options: [String]) -> String { options.randomElement(using: &random) ?? "" }
    let devices = ["ve", "cam"].filter { _ in Bool.random(using: &random) }.map { name in
      let lists = ["pools: [a]", "pools: [a, b]", "pools: []", "pools: null"]
      let list = pick(appends ? lists + ["pools+: [c]", "pools+: [d]"] : lists)
      let keys = [list, "mask: \(pick(["32", "30", "null"]))", "on: \(pick(["/soc", "/bus"]))"]
      let said = keys.filter { _ in Bool.random(using: &random) }
      let whole = "\(name): {\(said.joined(separator: ", "))}"
      return Int.random(in: 0..<8, using: &random) == 0 ? "\(name): null" : whole
    }
    return Draft(
      match: matches.randomElement(using: &random) ?? nil,
      overrides: Int.random(in: 0..<5, using: &random) == 0,
      body: "devices: {\(devices.joined(separator: ", "))}"
    )
  }

  private func layers(_ texts: [String]) throws -> [Layer] {
    var reader = LayerReader()
    for (index, text) in texts.enumerated() {
      reader.read(Array(text.utf8), file: "\(index).yaml", origin: .user)
    }
    try #require(reader.diagnostics.isEmpty, "\(reader.diagnostics.map(\.message))")
    return reader.layers
  }

  private func merged(_ layers: [Layer]) -> EffectivePolicy {
    EffectivePolicy(layers: layers, compatible: ["acme,one", "acme,soc"], variant: "1g")
  }

  #if DEBUG
  private static let count = 400
  #else
  private static let count = 20_000
  #endif

  private func forEachDrafts(
    appends: Bool,
    seed: UInt64,
    _ body: ([Draft], inout any RandomNumberGenerator) throws -> Void
  ) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<Self.count {
      let drafts = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        Self.draft(&random, appends: appends)
      }
      var rest: any RandomNumberGenerator = random
      try body(drafts, &rest)
    }
  }

  private func named(_ drafts: [Draft], _ names: [String]) throws -> [Layer] {
    try layers(zip(drafts, names).map { $0.text($1) })
  }

  private let names = ["a", "b", "c", "d", "e"]

  @Test func theOrderOfFilesIsNothing() throws {
    try forEachDrafts(appends: true, seed: 1) { drafts, random in
      let layers = try named(drafts, names)
      let one = merged(layers)
      let other = merged(layers.shuffled(using: &random))
      #expect(one.value.summary == other.value.summary)
      #expect(one.conflicts == other.conflicts)
    }
  }

  /// Names decide nothing either.
  ///
  /// Where equally strong layers disagree there is a conflict, whichever comes first. Only items that both
  /// append may change places.
  @Test func namesDecideNothing() throws {
    var conflicts = 0
    try forEachDrafts(appends: true, seed: 2) { drafts, random in
      let one = merged(try named(drafts, names))
      let other = merged(try named(drafts, names.prefix(drafts.count).shuffled(using: &random)))
      let texts = drafts.map { $0.text("x") }
      #expect(one.conflicts.isEmpty == other.conflicts.isEmpty, "\(texts)")
      if one.conflicts.isEmpty {
        #expect(sorted(one.value) == sorted(other.value), "\(texts)")
      } else {
        conflicts += 1
      }
    }
    #expect(conflicts > Self.count / 20 && conflicts < Self.count * 19 / 20)
  }

  /// What is said twice is said once, but for what is appended.
  @Test func aLayerTwiceIsThatLayer() throws {
    try forEachDrafts(appends: false, seed: 3) { drafts, _ in
      let own = Array(names.prefix(drafts.count))
      let once = merged(try named(drafts, own))
      let twice = merged(try named(drafts + drafts, own + own.map { $0 + "2" }))
      #expect(once.value.summary == twice.value.summary)
      #expect(once.conflicts.isEmpty == twice.conflicts.isEmpty)
    }
  }

  /// Merging is associative: a layer in two parts, each with some of its keys, is the whole layer.
  @Test func aLayerInTwoPartsIsThatLayer() throws {
    let device = "devices: {ve: {on: /soc, mask: 32}, cam: {on: /bus, pools: [a]}}"
    let parts = [
      "devices: {ve: {on: /soc}, cam: {pools: [a]}}", "devices: {ve: {mask: 32}, cam: {on: /bus}}",
    ]
    try forEachDrafts(appends: true, seed: 4) { drafts, _ in
      var whole = drafts
      whole[0].body = device
      var split = whole
      split[0].body = parts[0]
      var rest = whole[0]
      rest.body = parts[1]
      let one = merged(try named(whole, names))
      let two = merged(try named(split + [rest], Array(names.prefix(split.count)) + ["a2"]))
      #expect(one.value.summary == two.value.summary)
      #expect(one.conflicts.isEmpty == two.conflicts.isEmpty)
    }
  }

  /// The value with the items of each list in order.
  private func sorted(_ value: PolicyValue) -> String {
    switch value.content {
    case .list(let items): "[\(items.map(sorted).sorted().joined(separator: ", "))]"
    case .mapping:
      "{\(value.entries.map { "\($0.name): \(sorted($0.value))" }.joined(separator: ", "))}"
    case .scalar, .removed: value.summary
    }
  }
}

/// Found by renaming layers: what they came to depended on their names, and nobody said so.
@Suite struct EqualLayersTests {
  @Test(arguments: [
    ("{ve: {on: /soc, mask: 32}}", "{ve: null}"),
    ("{ve: {on: /soc, pools: [b]}}", "{ve: {pools+: [c]}}"),
    ("{ve: {on: /soc, pools: null}}", "{ve: {pools+: [c]}}"),
  ])
  func disagreementsAreFoundWhoeverComesFirst(_ one: String, _ other: String) {
    let weaker = "dmaplan: 1\nname: base\ndevices: {ve: {on: /soc, pools: [a]}}\n"
    for names in [("m", "n"), ("n", "m")] {
      var reader = LayerReader()
      let match = "why: x\nmatch: {any: true}\n"
      for (text, name) in [(weaker, ""), (one, names.0), (other, names.1)] {
        let layer = name.isEmpty ? text : "dmaplan: 1\nname: \(name)\n\(match)devices: \(text)\n"
        reader.read(Array(layer.utf8), file: name, origin: .user)
      }
      let policy = EffectivePolicy(layers: reader.layers, compatible: ["b"], variant: nil)
      #expect(policy.conflicts.map(\.rule) == ["layers-conflict"])
    }
  }
}
