import PhysicalMemory
import Planner
import Testing

/// The example of `Sources/Planner/Planner.docc`; a test of the house holds the page against it.
private func example(_ size: ByteCount) throws -> [String] {
  var lines: [String] = []
  // example
  let ram = PhysicalRange(start: PhysicalAddress(0x4000_0000), saturating: .gib(1))
  let reach = PhysicalRange(start: ram.start, saturating: .mib(256))
  let kernel = PhysicalRange(start: PhysicalAddress(0x4020_0000), saturating: .mib(40))
  let problem = PlacementProblem(
    banks: [ram],
    obstacles: [Obstacle(name: "kernel", range: kernel)],
    requests: [
      PlacementRequest(
        name: "frames",
        size: size,
        alignment: Alignment(shift: 21),
        windows: [reach]
      ),
      PlacementRequest(name: "codec", size: .mib(64), windows: [reach, ram]),
    ]
  )
  switch try Planner.plan(problem, goal: .best) {
  case .placed(let placement):
    for region in placement.regions { lines.append("\(region.name) at \(region.base)") }
  case .infeasible(let why):
    lines.append("\(why.conflict) need \(why.demand), there are \(why.capacity)")
  case .unknown(let steps):
    lines.append("undecided after \(steps) steps")
  }
  // end
  return lines
}

@Test func theExampleOfThePageDoesWhatItSays() throws {
  let lines = try example(.mib(96))
  #expect(lines == ["codec at 0x42a0_0000", "frames at 0x46a0_0000"])
  #expect(try example(.mib(232)).first?.hasPrefix("[\"frames\"] need 232 MiB") == true)
}
