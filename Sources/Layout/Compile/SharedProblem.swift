import PhysicalMemory
import Planner

/// The problem whose placements are placements of several problems at once.
enum SharedProblem {
  /// The problem that asks of each region what all of `problems` ask; nil where they ask for
  /// different regions or sizes.
  ///
  /// Memory and windows are what all have in common, obstacles are those of any. The preferred
  /// places are those of the first.
  static func problem(_ problems: [PlacementProblem]) -> PlacementProblem? {
    guard let first = problems.first else { return nil }
    var shared = first
    for other in problems.dropFirst() {
      guard other.requests.count == shared.requests.count else { return nil }
      shared.banks = pairs(shared.banks, other.banks)
      shared.obstacles += other.obstacles.filter { !shared.obstacles.contains($0) }
      for index in shared.requests.indices {
        let one = shared.requests[index]
        guard let two = other.requests.first(where: { $0.name == one.name }),
          one.size == two.size, one.alignment == two.alignment, one.boundary == two.boundary,
          one.apart == two.apart
        else { return nil }
        shared.requests[index].windows = pairs(one.windows, two.windows)
        if two.lowMemory == .indifferent { shared.requests[index].lowMemory = .indifferent }
      }
    }
    return shared
  }

  /// What every two ranges have in common, each once.
  private static func pairs(_ some: [PhysicalRange], _ others: [PhysicalRange]) -> [PhysicalRange] {
    var result: [PhysicalRange] = []
    for one in some {
      for other in others {
        if let both = one.intersection(other), !result.contains(both) { result.append(both) }
      }
    }
    return result
  }
}
