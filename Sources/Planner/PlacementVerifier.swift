import PhysicalMemory

/// A promise that a placement breaks.
public enum PlacementViolation: Hashable, Sendable {
  /// The request has no place.
  case missing(String)
  /// The name is placed more than once.
  case placedTwice(String)
  /// No request has this name.
  case unrequested(String)
  /// The region would end above the last address.
  case pastTheEnd(String)
  /// The base is no multiple of the alignment.
  case misaligned(String)
  /// The region lies wholly in no bank.
  case outsideBanks(String)
  /// The region lies wholly in none of its windows.
  case outsideWindows(String)
  /// A multiple of the boundary lies inside.
  case crossesBoundary(String)
  /// The region shares memory with an obstacle.
  case onObstacle(String, Obstacle)
  /// Two regions share memory.
  case overlap(String, String)
  /// Two regions share what they should be apart by; the first asked for it.
  case together(String, String, Separation.Block)
}

/// Checks a placement against the problem, the slow obvious way.
///
/// It shares no code with the search, so an error has to be made twice to go unnoticed.
public enum PlacementVerifier {
  /// All promises that `placement` breaks, by request in the order of the problem.
  ///
  /// - Complexity: O(n²) in requests, plus requests times obstacles.
  public static func violations(
    of placement: Placement,
    in problem: PlacementProblem
  ) -> [PlacementViolation] {
    var violations: [PlacementViolation] = []
    var placed: [(request: PlacementRequest, range: PhysicalRange)] = []
    for request in problem.requests {
      let bases = placement.regions.filter { $0.name == request.name }.map(\.base)
      if bases.isEmpty { violations.append(.missing(request.name)) }
      if bases.count > 1 { violations.append(.placedTwice(request.name)) }
      guard let base = bases.first else { continue }
      guard let range = PhysicalRange(start: base, size: request.size) else {
        violations.append(.pastTheEnd(request.name))
        continue
      }
      violations += alone(request, range, problem)
      placed.append((request, range))
    }
    let requested = Set(problem.requests.map(\.name))
    for region in placement.regions where !requested.contains(region.name) {
      violations.append(.unrequested(region.name))
    }
    for (index, one) in placed.enumerated() {
      for other in placed[(index + 1)...] where one.range.overlaps(other.range) {
        violations.append(.overlap(one.request.name, other.request.name))
      }
      violations += notApart(one.request, one.range, placed, problem.banks)
    }
    return violations
  }

  private static func alone(
    _ request: PlacementRequest,
    _ range: PhysicalRange,
    _ problem: PlacementProblem
  ) -> [PlacementViolation] {
    let name = request.name
    var violations: [PlacementViolation] = []
    if range.start.rawValue % request.alignment.bytes.rawValue != 0 {
      violations.append(.misaligned(name))
    }
    if !problem.banks.contains(where: { $0.contains(range) }) {
      violations.append(.outsideBanks(name))
    }
    if !request.windows.contains(where: { $0.contains(range) }) {
      violations.append(.outsideWindows(name))
    }
    if let boundary = request.boundary?.rawValue, boundary != 0, !range.isEmpty,
      range.start.rawValue / boundary != (range.end.rawValue - 1) / boundary
    {
      violations.append(.crossesBoundary(name))
    }
    for obstacle in problem.obstacles where obstacle.range.overlaps(range) {
      violations.append(.onObstacle(name, obstacle))
    }
    return violations
  }

  private static func notApart(
    _ request: PlacementRequest,
    _ range: PhysicalRange,
    _ placed: [(request: PlacementRequest, range: PhysicalRange)],
    _ banks: [PhysicalRange]
  ) -> [PlacementViolation] {
    var violations: [PlacementViolation] = []
    for separation in request.apart {
      for other in placed where separation.from.contains(other.request.name) {
        if share(separation.block, range, other.range, banks) {
          violations.append(.together(request.name, other.request.name, separation.block))
        }
      }
    }
    return violations
  }

  private static func share(
    _ block: Separation.Block,
    _ one: PhysicalRange,
    _ other: PhysicalRange,
    _ banks: [PhysicalRange]
  ) -> Bool {
    switch block {
    case .bank:
      return banks.contains { $0.overlaps(one) && $0.overlaps(other) }
    case .bytes(let size):
      guard size != .zero, !one.isEmpty, !other.isEmpty else { return false }
      let low = max(one.start.rawValue / size.rawValue, other.start.rawValue / size.rawValue)
      let high = min(
        (one.end.rawValue - 1) / size.rawValue,
        (other.end.rawValue - 1) / size.rawValue
      )
      return low <= high
    }
  }
}
