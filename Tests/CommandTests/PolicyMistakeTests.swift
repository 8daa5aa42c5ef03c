import Foundation
import Testing

/// The mistakes that users make in policy: a finding of the right rule, at the right place, with help.
@Suite struct PolicyMistakeTests {
  struct Mistake: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let rule: String
    /// Line and column.
    let place: String
    let help: String
    let text: String
  }

  private static let header = """
    dmaplan: 1
    name: mine
    match: {compatible: "raspberrypi,4-model-b"}
    why: a test

    """

  static let mistakes = [
    Mistake(
      testDescription: "misspelt key",
      rule: "unknown-key",
      place: "5:24",
      help: "write `size`",
      text: header + "pools: {a: {kind: cma, sise: 96MiB}}\n"
    ),
    Mistake(
      testDescription: "a blank in a size",
      rule: "bad-value",
      place: "5:30",
      help: "write `96MiB` or `96M`",
      text: header + "pools: {a: {kind: cma, size: 96 MB}}\n"
    ),
    Mistake(
      testDescription: "a range whose end comes first",
      rule: "bad-value",
      place: "5:17",
      help: "swap its ends, or write START..+SIZE",
      text: header + "variants: {1g: [0x4000_0000..0x0]}\n"
    ),
    Mistake(
      testDescription: "a reach without RAM",
      rule: "reach-empty",
      place: "6:63",
      help: "correct `reach`: bus and mask allow 0x0..<0x4000_0000",
      text: header + """
        variants: {1g: [0..0x4000_0000]}
        devices: {d: {match: {compatible: "brcm,bcm2711-vc5"}, reach: 0x1_0000_0000..0x2_0000_0000}}

        """
    ),
    Mistake(
      testDescription: "a device that matches nothing",
      rule: "device-absent",
      place: "5:35",
      help: "write `brcm,bcm2711-vc5`",
      text: header + "devices: {d: {match: {compatible: \"brcm,bcm2711-vc55\"}}}\n"
    ),
    Mistake(
      testDescription: "a quirk without a reason",
      rule: "why-missing",
      place: "3:8",
      help: "add `why: ...` with the reason",
      text: header.replacingOccurrences(of: "why: a test\n", with: "")
        + "pools: {a: {kind: cma, size: 1MiB}}\n"
    ),
    Mistake(
      testDescription: "two quirks that disagree",
      rule: "layers-conflict",
      place: "11:29",
      help: "say `override: true` in the layer that is to win, or match a more specific board",
      text: header + "pools: {\"linux,cma\": {size: 96MiB}}\n---\n"
        + header.replacingOccurrences(of: "mine", with: "other")
        + "pools: {\"linux,cma\": {size: 128MiB}}\n"
    ),
    Mistake(
      testDescription: "yes for true",
      rule: "bad-value",
      place: "5:46",
      help: "write `true`",
      text: header + "pools: {a: {kind: cma, size: 96MiB, default: yes}}\n"
    ),
    Mistake(
      testDescription: "a rule that does not exist",
      rule: "rule-unknown",
      place: "5:27",
      help: "write `regions-overlap`",
      text: header + "rules: {regions-overlapp: note}\n"
    ),
    Mistake(
      testDescription: "a threshold where there is none",
      rule: "rule-without-threshold",
      place: "5:38",
      help: "remove `threshold`; `pool-takes-most-of-ram`, `window-without-slack` have one",
      text: header + "rules: {regions-overlap: {threshold: 60%}}\n"
    ),
  ]

  @Test(arguments: mistakes)
  func isFoundAtItsPlaceWithHelp(_ mistake: Mistake) throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let policy = try scratch.write("p.yaml", Array(mistake.text.utf8))
    let result = try Command.dmaplan(
      "check",
      tree,
      "--policy",
      policy,
      "--no-builtin",
      "--format",
      "concise"
    )
    #expect(result.status == 1, "\(result.errors)")
    let lines = result.output.split(separator: "\n").map(String.init)
    let place = "\(policy):\(mistake.place): "
    let found = lines.filter { $0.hasPrefix("\(place)error[\(mistake.rule)]: ") }
    #expect(found.count == 1, "\(result.output)")
    let all = lines.filter { $0.hasPrefix(policy) && $0.contains(": error[") }
    #expect(all.count == 1, "one cause, one finding: \(all)")
    #expect(lines.contains { $0 == "\(place)help: \(mistake.help)" }, "\(result.output)")
  }

  /// Ten levels of ten aliases each are ten thousand million nodes.
  @Test func anAliasBombIsRefused() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    var text = "dmaplan: 1\nname: u\na: &a [x,x,x,x,x,x,x,x,x,x]\n"
    for (name, below) in zip("bcdefghij", "abcdefghi") {
      text +=
        "\(name): &\(name) [" + Array(repeating: "*\(below)", count: 10).joined(separator: ",")
      text += "]\n"
    }
    let policy = try scratch.write("bomb.yaml", Array(text.utf8))
    let result = try Command.dmaplan("check", tree, "--policy", policy)
    #expect(result.status == 2)
    #expect(result.errors.contains("error[yaml-limit]: aliases expand to more than"))
    #expect(result.errors.contains("bomb.yaml:"))
  }

  @Test func theSafeFixIsWrittenAndCheckedAgain() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let text = Self.header + "pools: {\"linux,cma\": {sise: 96MiB, default: yes}} # è\n"
    let policy = try scratch.write("p.yaml", Array(text.utf8))
    let arguments = ["check", tree, "--policy", policy, "--no-builtin", "--format", "concise"]
    let result = try Command.dmaplan(arguments + ["--fix"])
    #expect(try scratch.text("p.yaml") == text.replacingOccurrences(of: "yes", with: "true"))
    #expect(result.errors.contains("1 fix applied"))
    #expect(!result.output.contains("is not `true` or `false`"))
    // What a person has to decide stays.
    #expect(result.output.contains("error[unknown-key]"))
  }
}
