import PageAllocator
import PhysicalMemory
import Testing

/// The example of `Sources/PageAllocator/PageAllocator.docc`; a test of the house holds the page
/// against it.
private func example(_ buffers: Int) throws -> [String] {
  var lines: [String] = []
  // example
  let ram = PhysicalRange(start: PhysicalAddress(0x4000_0000), saturating: .mib(512))
  let area = PhysicalRange(start: PhysicalAddress(0x5b60_0000), saturating: .mib(64))
  var machine = Machine(zones: [ZoneDescription(.dma, ram)], memory: PhysicalRegionSet([ram]))
  machine.cmaAreas = [CMAAreaDescription(name: "frames", range: area)]
  machine.defaultCMAArea = CMAAreaID(0)
  var memory = try PageAllocator(machine)

  // The rest of the system fills memory, the idle pages of the area too.
  for _ in 0..<110_000 {
    _ = try memory.allocatePages(PageRequest(use: .anonymous, owner: OwnerID(1)))
  }
  // A camera wants frames of 12 million bytes; what is in the way moves.
  let camera = DMADevice(owner: OwnerID(2))
  for number in 1...buffers {
    let outcome = memory.dmaAllocate(ByteCount(12_000_000), for: camera)
    switch outcome.result {
    case .success(let frame):
      lines.append("frame \(number) at \(frame.first), \(outcome.pagesMigrated) pages moved")
    case .failure(let reason):
      lines.append("frame \(number): \(reason)")
    }
  }
  // end
  return lines
}

@Test func theExampleOfThePageDoesWhatItSays() throws {
  let lines = try example(6)
  #expect(lines.prefix(5).allSatisfy { $0.contains(" at pfn 0x5") })
  #expect(lines[4].contains(#/, [1-9][0-9]{3} pages moved/#))
  #expect(lines[5] == "frame 6: aboveLargestBlock")
}
