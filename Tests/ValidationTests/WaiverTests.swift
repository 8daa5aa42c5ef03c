import Diagnostics
import Testing
import Validation

@Suite struct WaiverTests {
  private func found(_ waiver: String, today: String? = "2026-11-23") throws -> [Diagnostic] {
    let tree = try TreeText.board {
      try $0.region("a@50000000", .fixed(0x5000_0000, 0x5400, "no-map"))
      try $0.region("b@58000000", .fixed(0x5800_0000, 0x5400, "no-map"))
    }
    return try findings(
      tree,
      policy: quirk("rules: {carveout-without-user: off}\nwaive: [{\(waiver)}]"),
      today: today
    )
  }

  @Test func oneNodeIsAccepted() throws {
    let found = try found(
      "rule: region-not-page-aligned, node: \"/reserved-memory/a@50000000\", why: known"
    )
    #expect(found.map(\.path) == ["/reserved-memory/b@58000000"])
  }

  @Test func everyNodeIsAccepted() throws {
    #expect(try found("rule: region-not-page-aligned, why: known").isEmpty)
  }

  @Test func theLastDayStillHolds() throws {
    #expect(try found("rule: region-not-page-aligned, why: known, until: 2026-11-23").isEmpty)
  }

  @Test func anExpiredOneIsAFindingAndAcceptsNothing() throws {
    let found = try found("rule: region-not-page-aligned, why: known, until: 2026-11-22")
    #expect(found.of("waiver-expired").count == 1)
    #expect(found.of("region-not-page-aligned").count == 2)
  }

  @Test func withoutADayNothingExpires() throws {
    let waiver = "rule: region-not-page-aligned, why: known, until: 2000-01-01"
    #expect(try found(waiver, today: nil).isEmpty)
  }

  @Test func anUnusedOneIsAFinding() throws {
    let found = try found("rule: region-not-page-alinged, why: known")
    #expect(found.of("waiver-unused").first?.help == "write `region-not-page-aligned`")
  }

  @Test func anotherBoardsIsNone() throws {
    let found = try found("rule: region-not-page-aligned, why: known, board: \"other,board\"")
    #expect(found.of("waiver-unused").isEmpty)
    #expect(found.of("region-not-page-aligned").count == 2)
  }

  @Test func withoutAReasonItDoesNotHold() throws {
    let found = try found("rule: region-not-page-aligned")
    #expect(found.of("waiver-without-reason").count == 1)
    #expect(found.of("region-not-page-aligned").count == 2)
  }
}
