import Diagnostics
import Testing
import Validation

@Suite struct NoRoomTests {
  @Test func twoPoolsInAWindowForOne() throws {
    let window = "within: 0x5000_0000..0x5600_0000"
    let found = try findings(
      TreeText.board(),
      policy: quirk(
        "pools: {a: {kind: cma, size: 64MiB, \(window)}, b: {kind: cma, size: 64MiB, \(window)}}"
      )
    )
    let finding = try #require(found.of("no-room").first)
    #expect(finding.message == "2 regions need 128 MiB of a window that has 96 MiB free")
    #expect(finding.help?.contains("make `") == true)
  }

  @Test func oneOfThem() throws {
    let found = try findings(
      TreeText.board(),
      policy: quirk("pools: {a: {kind: cma, size: 64MiB, within: 0x5000_0000..0x5600_0000}}")
    )
    #expect(found.of("no-room").isEmpty)
  }

  /// The repair is a size that a CMA area can have, at the line of policy that states it.
  @Test func theFixIsAWholeSizeAtItsLine() throws {
    let found = try findings(
      TreeText.board(),
      policy: quirk("pools: {a: {kind: cma, size: 64MiB, within: 0x5010_0000..0x5310_0000}}")
    )
    let finding = try #require(found.of("no-room").first)
    let fix = try #require(finding.fix)
    #expect(fix.replacement == "46MiB")
    #expect(fix.applicability == .review)
    #expect(finding.help?.hasPrefix("make `a` at most 46 MiB") == true)
    guard case .source(let span) = finding.primary.location else {
      Issue.record("the finding is not at the policy")
      return
    }
    #expect(span == fix.span)
  }

  @Test func aVariantWithRoomIsNamed() throws {
    let found = try findings(
      TreeText.board(),
      policy: quirk(
        """
        variants: {small: [0x4000_0000..+512MiB], big: [0x4000_0000..+2GiB]}
        pools: {a: {kind: cma, size: 600MiB}, b: {kind: coherent, size: 1MiB}}
        """
      )
    )
    let finding = try #require(found.of("no-room").first)
    #expect(finding.variant == "small")
    #expect(finding.help?.hasSuffix("drop to variant `big`") == true, "\(finding.help ?? "")")
  }

  /// Where it is our guess of the boot loader's doing that splits the space, the user can correct it.
  @Test func anAssumedObstacleIsCalledSo() throws {
    let found = try findings(
      TreeText.board(),
      policy: quirk("pools: {a: {kind: cma, size: 100MiB, within: 0x4400_0000..0x4c00_0000}}")
    )
    let finding = try #require(found.of("no-room").first)
    #expect(finding.related.contains { $0.text.hasSuffix(", as assumed") }, "\(finding.related)")
    #expect(finding.notes.contains { $0.contains("`--boot-object dtb=BASE+SIZE`") })
  }
}
