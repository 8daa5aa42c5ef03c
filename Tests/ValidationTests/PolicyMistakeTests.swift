import Diagnostics
import Testing
import Validation

/// More mistakes that users make in policy: one finding of the right rule, at its place, with help.
@Suite struct PolicyMistakeTests {
  struct Mistake: CustomTestStringConvertible, Sendable {
    let text: String
    let rule: String
    /// Line and column; the quirk's own keys begin in line 5.
    let place: String
    let help: String

    var testDescription: String { text }

    init(_ text: String, _ rule: String, _ place: String, _ help: String) {
      (self.text, self.rule, self.place, self.help) = (text, rule, place, help)
    }
  }

  static let mistakes = [
    Mistake(
      "devices: {d: {match: {path: /isp}, mask: 0}}",
      "bad-value",
      "5:42",
      "write a whole number from 1 to 64"
    ),
    Mistake(
      "devices: {d: {match: {path: /isp}, mask: 65}}",
      "bad-value",
      "5:42",
      "write a whole number from 1 to 64"
    ),
    Mistake(
      "devices: {d: {match: {path: /isp}, mask: 0xffffffff}}",
      "bad-value",
      "5:42",
      "write the mask's number of bits: `32`"
    ),
    Mistake(
      "devices: {d: {mask: 32}}",
      "device-without-match",
      "5:11",
      "add `match: {compatible: \"...\"}`, or correct its name if another layer defines it"
    ),
    Mistake(
      "devices: {d: {match: {}, mask: 32}}",
      "device-without-match",
      "5:15",
      "add `match: {compatible: \"...\"}`, or correct its name if another layer defines it"
    ),
    Mistake(
      "devices: {d: {match: {path: /ips}}}",
      "device-absent",
      "5:29",
      "write `/isp`"
    ),
    Mistake(
      "devices: {d: {match: {path: /isp}, pools: [camrea]}}\npools: {camera: {kind: cma, size: 4MiB}}",
      "pool-unknown",
      "5:44",
      "write `camera`"
    ),
    Mistake(
      "devices: {d: {match: {path: /isp}, align: 3MiB}}",
      "alignment-not-power-of-two",
      "5:43",
      "write `align: 4MiB`"
    ),
    Mistake(
      "pools: {a: {kind: cmaa, size: 4MiB}}",
      "bad-value",
      "5:19",
      "did you mean `cma`?"
    ),
    Mistake(
      "pools: {a: {kind: cma, size: 0}}",
      "bad-value",
      "5:30",
      "write how big it is, or take it out"
    ),
    Mistake(
      "pools: {a: {kind: cma, size: }}",
      "value-missing",
      "5:24",
      "write a value, or `null` to remove the key; a scalar that holds a comma needs quotes here"
    ),
    Mistake(
      "pools: {a: {kind: cma}}",
      "size-missing",
      "5:9",
      "add `size:`, such as `size: 64MiB`"
    ),
    Mistake(
      "pools: {a: {kind: cma, size: 4MiB, base: 0x4f10_0000}}",
      "base-misaligned",
      "5:42",
      "write `base: 0x4f00_0000` or `base: 0x4f20_0000`"
    ),
    Mistake(
      "rules: {regions-overlap: fatal}",
      "bad-value",
      "5:26",
      "write one of `error`, `warning`, `note`, `off`, or a mapping with keys such as `severity`, "
        + "`threshold`"
    ),
    Mistake(
      "waive: [{rule: no-such, why: x}]",
      "waiver-unused",
      "5:9",
      "use the id that a finding has in brackets"
    ),
    Mistake(
      "waive: [{rule: regions-overlap}]",
      "waiver-without-reason",
      "5:9",
      "add `why:` with the reason that the finding is accepted"
    ),
    Mistake(
      "boot: {initrd: 0x9000_0000..+1MiB}",
      "boot-object-outside-ram",
      "5:16",
      "load it into 0x4000_0000..<0x8000_0000"
    ),
    Mistake(
      "target: {page-size: 8KiB}",
      "bad-value",
      "5:21",
      "did you mean `4KiB`?"
    ),
  ]

  @Test(arguments: mistakes)
  func isFoundAtItsPlaceWithHelp(_ mistake: Mistake) throws {
    let tree = try TreeText.board { try $0.node("/isp", [("compatible", .strings(["test,isp"]))]) }
    let found = try findings(tree, policy: quirk(mistake.text), readOn: true)
      .filter { $0.severity > .note }
    #expect(found.map(\.rule.rawValue) == [mistake.rule], "one cause, one finding")
    let finding = try #require(found.first)
    #expect(finding.help == mistake.help)
    guard case .source(let span) = finding.primary.location else {
      Issue.record("no place in the policy")
      return
    }
    #expect("\(span.start.line):\(span.start.column)" == mistake.place)
  }
}
