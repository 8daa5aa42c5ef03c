import PhysicalMemory

extension Explanation {
  /// The largest run in the windows of a request that no obstacle and no other fixed request takes.
  func largestFreeRun(for request: Int) -> PhysicalRange? {
    let blocked = PhysicalRegionSet(taken(for: request).map(\.range))
    var best: PhysicalRange?
    for place in places(of: request) {
      guard let run = PhysicalRegionSet([place]).subtracting(blocked).largest else { continue }
      if run.size > best?.size ?? .zero { best = run }
    }
    return best
  }

  /// The obstacle whose removal makes the largest free run larger than any other's does; the lowest of
  /// several, nil if none does.
  ///
  /// - Complexity: O(n log n) in obstacles for each window and bank.
  func splitter(of request: Int, _ run: PhysicalRange?) -> Obstacle? {
    let taken = taken(for: request)
    var sizes = Array(repeating: run?.size ?? .zero, count: problem.obstacles.count)
    for place in places(of: request) {
      for (obstacle, size) in runsWithoutOne(taken, in: place) {
        sizes[obstacle] = max(sizes[obstacle], size)
      }
    }
    guard let most = sizes.max(), most > run?.size ?? .zero else { return nil }
    return sizes.firstIndex(of: most).map { problem.obstacles[$0] }
  }

  /// Memory that is taken, and the obstacle that takes it or -1 for a request.
  private typealias Taken = (range: PhysicalRange, obstacle: Int)

  private func taken(for request: Int) -> [Taken] {
    var taken = problem.obstacles.enumerated().map { Taken(range: $1.range, obstacle: $0) }
    for (index, item) in search.items.enumerated() where index != request && item.isPinned {
      let base = PhysicalAddress(item.earliest)
      let range = PhysicalRange(start: base, saturating: ByteCount(item.size))
      taken.append(Taken(range: range, obstacle: -1))
    }
    return taken
  }

  /// The sizes of the runs of `place` that would be free without one obstacle, and which one.
  ///
  /// Between two neighbouring ends of taken ranges it is always the same ranges that take the memory. A run
  /// goes on through pieces that are free and through those that one and the same obstacle takes alone.
  private func runsWithoutOne(
    _ taken: [Taken],
    in place: PhysicalRange
  ) -> [(obstacle: Int, size: ByteCount)] {
    var events: [(at: UInt64, count: Int, sum: Int)] = []
    for one in taken {
      guard let range = one.range.intersection(place) else { continue }
      // A request counts twice, so that it never takes memory alone.
      let count = one.obstacle < 0 ? 2 : 1
      events.append((range.start.rawValue, count, one.obstacle))
      events.append((range.end.rawValue, -count, -one.obstacle))
    }
    events.sort { $0.at < $1.at }
    var runs: [(obstacle: Int, size: ByteCount)] = []
    var owner: Int?
    var (start, lastEnd, position) = (
      place.start.rawValue, place.start.rawValue, place.start.rawValue
    )
    var (count, sum) = (0, 0)
    func finish(at end: UInt64) {
      if let owner { runs.append((owner, ByteCount(end - start))) }
    }
    for event in events {
      if event.at > position, count > 0 {
        let alone = count == 1 ? sum : nil
        if alone == nil || (owner != nil && owner != alone) {
          finish(at: position)
          start = alone == nil ? event.at : lastEnd
        }
        owner = alone
        lastEnd = event.at
      }
      position = max(position, event.at)
      count += event.count
      sum += event.sum
    }
    finish(at: place.end.rawValue)
    return runs
  }

  /// Where a request could lie if nothing else were there, ascending.
  private func places(of request: Int) -> [PhysicalRange] {
    problem.banks.flatMap { bank in
      problem.requests[request].windows.compactMap { bank.intersection($0) }
    }
  }
}
