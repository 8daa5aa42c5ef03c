import PhysicalMemory
import Testing

@testable import LinuxBoot

/// What the kernel takes for itself, against the whole reserved list of the recorded boots.
struct BootAllocationTests {
  @Test(arguments: OracleCase.KernelSet.arm64.cases + OracleCase.KernelSet.arm64v612.cases)
  func `page tables, memmap and the rest are those of the recorded boot`(
    _ oracle: OracleCase
  ) throws {
    let expected = try oracle.expected()
    let input = try oracle.input(expected)
    let (replay, _) = LinuxBoot.run(input)
    var mine = PhysicalRegionSet(replay.map.reserved + replay.bootAllocations)
    var theirs = PhysicalRegionSet(expected.reservedBootmemInit.map(\.range))
    // The kernel gives parts of its own image back.
    if let kernel = input.objects.kernel {
      mine.remove(kernel)
      theirs.remove(kernel)
    }
    #expect(mine.subtracting(theirs).ranges == [])
    #expect(theirs.subtracting(mine).ranges == [])
  }
}
