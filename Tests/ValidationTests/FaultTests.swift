import DeviceTree
import Diagnostics
import Foundation
import Testing
import Validation

/// Nineteen faults that boards really had, each seeded into one clean board (`fixtures/faults`).
@Suite struct FaultTests {
  struct Fault: CustomTestStringConvertible, Sendable {
    /// The name of its source.
    let name: String
    /// The rule that finds it.
    let rule: String
    /// Harmless ones are notes, all others at least warnings.
    var isHarmless = false

    var testDescription: String { name }
  }

  static let faults = [
    Fault(name: "01-no-map-regions-overlap", rule: "regions-overlap"),
    Fault(name: "02-pool-over-no-map", rule: "regions-overlap"),
    Fault(name: "03-region-outside-ram", rule: "region-outside-ram"),
    Fault(name: "04-pool-misaligned", rule: "cma-misaligned"),
    Fault(name: "05-pool-outside-dma-window", rule: "pool-out-of-reach"),
    Fault(name: "06-window-outside-ram", rule: "region-unplaceable"),
    Fault(name: "07-size-exceeds-window", rule: "region-unplaceable"),
    Fault(name: "08-pools-exceed-ram", rule: "region-unplaceable"),
    Fault(name: "09-two-default-pools", rule: "two-default-pools"),
    Fault(name: "10-no-map-and-reusable", rule: "reusable-and-no-map"),
    Fault(name: "11-size-cells", rule: "size-malformed"),
    Fault(name: "12-unit-address", rule: "unit-address-mismatch", isHarmless: true),
    Fault(name: "13-alignment-not-power-of-two", rule: "alignment-not-power-of-two"),
    Fault(name: "14-dangling-memory-region", rule: "dangling-memory-region"),
    Fault(name: "15-default-without-reusable", rule: "default-pool-not-reusable"),
    Fault(name: "16-region-straddles-end-of-ram", rule: "region-outside-ram"),
    Fault(name: "17-carve-out-without-user", rule: "carveout-without-user", isHarmless: true),
    Fault(name: "18-no-map-over-memreserve", rule: "regions-overlap"),
    Fault(name: "19-container-without-ranges", rule: "reserved-memory-ignored"),
  ]

  private static let folder = Fixtures.folder("faults")

  @Test func everyFaultHasItsSource() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".dts") }.sorted()
    #expect(names == ["00-clean.dts"] + Self.faults.map { $0.name + ".dts" })
  }

  @Test(arguments: ["6.1", "6.6", "6.12"], [false, true])
  func theCleanBoardHasNoFinding(_ linux: String, withPolicies: Bool) throws {
    let tree = try Fixtures.tree(Self.folder.appendingPathComponent("00-clean.dts"))
    let found = try findings(tree, layers: withPolicies ? Fixtures.builtin : [], linux: linux)
    #expect(found.map { "\($0.rule): \($0.message)" } == [])
  }

  /// Whatever else is found is below the fault itself.
  @Test(arguments: faults)
  func isFound(_ fault: Fault) throws {
    let tree = try Fixtures.tree(Self.folder.appendingPathComponent(fault.name + ".dts"))
    let found = try findings(tree)
    let hits = found.filter { $0.rule.rawValue == fault.rule }
    #expect(hits.contains { ($0.severity == .note) == fault.isHarmless }, "\(found.map(\.rule))")
    let others = found.filter { $0.rule.rawValue != fault.rule && $0.severity > .note }
    #expect(others.map { "\($0.rule): \($0.message)" } == [], "one cause, one finding")
  }
}
