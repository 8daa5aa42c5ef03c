import LinuxBoot
import PhysicalMemory
import Testing

/// Replays every recorded boot and compares all that design promises to agree.
struct OracleTests {
  private func check(_ oracle: OracleCase) throws {
    let expected = try oracle.expected()
    let input = try oracle.input(expected)
    let outcome = LinuxBoot.replay(input)
    let comparison = OracleComparison(outcome.map, expected, kernel: input.objects.kernel)
    #expect(comparison.differences == [])
  }

  @Test func `all recorded boots are there`() {
    #expect(OracleCase.KernelSet.allCases.map(\.cases.count) == [149, 149, 160, 43])
  }

  @Test(arguments: OracleCase.KernelSet.arm64.cases)
  func `Linux 6.1 on arm64`(_ oracle: OracleCase) throws { try check(oracle) }

  @Test(arguments: OracleCase.KernelSet.arm.cases)
  func `Linux 6.1 on arm`(_ oracle: OracleCase) throws { try check(oracle) }

  @Test(arguments: OracleCase.KernelSet.arm64v612.cases)
  func `Linux 6.12 on arm64`(_ oracle: OracleCase) throws { try check(oracle) }

  @Test(arguments: OracleCase.KernelSet.riscv64.cases)
  func `Linux 6.12 on riscv64`(_ oracle: OracleCase) throws { try check(oracle) }
}
