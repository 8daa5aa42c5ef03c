import Diagnostics
import Testing
import Validation

@Suite struct CommandLineOverriddenTests {
  private func found(_ bootargs: String) throws -> [Diagnostic] {
    let tree = try TreeText.board {
      try $0.node("/chosen", [("bootargs", .strings([bootargs]))])
    }
    return try findings(tree).of("command-line-overridden")
  }

  @Test func memmapIsIgnored() throws {
    let finding = try #require(try found("memmap=64M$0x50000000").first)
    #expect(finding.severity == .warning)
    #expect(finding.message.contains("is ignored"))
    #expect(finding.path == "/chosen")
  }

  @Test func theLastOfTwoHolds() throws {
    let found = try found("cma=64M quiet cma=128M")
    #expect(found.map(\.message) == ["`cma=128M` overrides `cma=64M`"])
  }

  @Test func wordsOfInitAreNotTheKernels() throws {
    #expect(try found("cma=64M -- cma=128M memmap=1M").isEmpty)
  }

  @Test func policysLineBeatsTheDefaultPool() throws {
    let tree = try TreeText.board {
      try $0.region(
        "pool@50000000",
        .fixed(0x5000_0000, 0x400_0000, "pool", "reusable", "linux,cma-default")
      )
    }
    let found = try findings(tree, policy: quirk("target: {cmdline: cma=64M}"))
      .of("command-line-overridden")
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.related.count == 1)
  }

  @Test func anOrdinaryLine() throws {
    #expect(try found("console=ttyS0 cma=64M root=/dev/sda").isEmpty)
  }

  @Test func aPoolOfPolicyIsBeatenToo() throws {
    let pool = "pools: {own: {kind: cma, size: 4MiB, default: true}}"
    let policy = quirk("target: {cmdline: cma=64M}\n\(pool)")
    let finding = try #require(
      try findings(TreeText.board(), policy: policy).of("command-line-overridden").first
    )
    #expect(finding.severity == .warning)
    #expect(finding.message == "`cma=64M` switches pool `own` off")
    #expect(finding.related.count == 1 && finding.help != nil)
  }
}
