import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct ValidatorTests {
  private func tree() throws -> DeviceTree {
    try TreeText.board {
      try $0.region("pool@7f000000", .fixed(0x7f00_0000, 0x200_0000, "pool", "reusable"))
    }
  }

  @Test func policyGivesSeverities() throws {
    let found = try findings(tree(), policy: quirk("rules: {region-outside-ram: note}"))
    #expect(found.of("region-outside-ram").map(\.severity) == [.note])
  }

  @Test func policySwitchesRulesOffButNotWhatTheyExplain() throws {
    let found = try findings(tree(), policy: quirk("rules: {region-outside-ram: off}"))
    #expect(found.of("region-outside-ram").isEmpty)
    #expect(found.of("boot-panics").isEmpty)
  }

  @Test func aFindingOfOneVariantNamesIt() throws {
    let variants = "variants: {1g: [0x4000_0000..+1GiB], 2g: [0x4000_0000..+2GiB]}"
    let found = try findings(tree(), policy: quirk(variants)).of("region-outside-ram")
    #expect(found.map(\.variant) == ["1g"])
  }

  @Test func aFindingOfAllVariantsNamesNone() throws {
    let tree = try TreeText.board {
      try $0.region("a@50000000", .fixed(0x5000_0000, 0x5400, "no-map"))
    }
    let variants = "variants: {1g: [0x4000_0000..+1GiB], 2g: [0x4000_0000..+2GiB]}"
    let found = try findings(tree, policy: quirk(variants)).of("region-not-page-aligned")
    #expect(found.map(\.variant) == [nil])
  }

  @Test func whatAPrerequisiteExplainsIsNotSaid() throws {
    let tree = try TreeText.board {
      try $0.region("a@50000000", .fixed(0x5000_0000, 0x5400, "no-map"))
      try $0.region("b@50000000", .fixed(0x5000_0000, 0x5400, "no-map"))
      try $0.remove("/reserved-memory", "ranges")
    }
    #expect(try findings(tree).map(\.rule) == ["reserved-memory-ignored"])
  }
}
