import PhysicalMemory

extension Explanation {
  /// The largest run in the windows of a request that no obstacle and no other fixed request takes.
  func largestFreeRun(for request: Int, without obstacle: Int?) -> PhysicalRange? {
    var taken: [PhysicalRange] = []
    for (index, other) in problem.obstacles.enumerated() where index != obstacle {
      taken.append(other.range)
    }
    for (index, item) in search.items.enumerated() where index != request && item.isPinned {
      taken.append(
        PhysicalRange(
          start: PhysicalAddress(item.earliest),
          saturating: ByteCount(item.size)
        )
      )
    }
    let blocked = PhysicalRegionSet(taken)
    var best: PhysicalRange?
    for place in places(of: request) {
      guard let run = PhysicalRegionSet([place]).subtracting(blocked).largest else { continue }
      if run.size > best?.size ?? .zero { best = run }
    }
    return best
  }

  /// The obstacle whose removal makes the largest free run larger than any other's does; the lowest of
  /// several, nil if none does.
  func splitter(of request: Int, _ run: PhysicalRange?) -> Obstacle? {
    let places = places(of: request)
    var best: (obstacle: Obstacle, size: ByteCount)?
    for (index, obstacle) in problem.obstacles.enumerated()
    where places.contains(where: { $0.overlaps(obstacle.range) }) {
      let size = largestFreeRun(for: request, without: index)?.size ?? .zero
      if size > best?.size ?? run?.size ?? .zero { best = (obstacle, size) }
    }
    return best?.obstacle
  }

  /// Where a request could lie if nothing else were there, ascending.
  private func places(of request: Int) -> [PhysicalRange] {
    problem.banks.flatMap { bank in
      problem.requests[request].windows.compactMap { bank.intersection($0) }
    }
  }
}
