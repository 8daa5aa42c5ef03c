import PhysicalMemory

/// Makes a placement the lexicographic best, one criterion after the other.
///
/// Each criterion is brought down to the question whether items with fewer bases left can still be placed.
/// What is settled stays as a list of *variants*: all the ways to restrict the items that are equally good so
/// far. Where steps or the limits below end, what was found so far stands, but is not called optimal.
struct BestSearch {
  /// A way to restrict the items, and a solution within it.
  struct Variant {
    var items: [SearchItem]
    var bases: [UInt64]
  }

  /// More items than this are not tried in every combination.
  static let mostCombined = 20
  /// More equally good variants than this are not followed.
  static let mostVariants = 200

  let preferred: [UInt64?]
  /// Zero where no low memory is to be avoided.
  let lowEnd: UInt64
  let avoidsLow: [Bool]
  let space: FreeSpace
  var effort: SearchEffort
  var variants: [Variant]
  var isOptimal = true

  init(
    _ problem: PlacementProblem,
    _ search: SearchProblem,
    first bases: [UInt64],
    _ effort: SearchEffort
  ) {
    preferred = problem.requests.map { $0.preferred?.rawValue }
    lowEnd = problem.lowMemoryEnd?.rawValue ?? 0
    avoidsLow = problem.requests.map { $0.lowMemory == .avoided }
    space = search.space
    self.effort = effort
    variants = [Variant(items: search.items, bases: bases)]
  }

  /// The best bases found, and whether they are proven to be the best.
  mutating func run() -> (bases: [UInt64], isOptimal: Bool) {
    guard !variants[0].items.isEmpty else { return ([], true) }
    keepPreferred()
    leaveLowMemory()
    let run = keepLargestRun()
    lowerBases(aroundRunOf: run)
    return (variants[0].bases, isOptimal)
  }

  /// Bases for `items` and, if not zero, a free run of `run` bytes; nil where there are none or the
  /// steps ended, in which case the result is no longer called optimal.
  mutating func solve(_ items: [SearchItem], run: UInt64 = 0) -> [UInt64]? {
    var items = items
    let count = items.count
    if run > 0 {
      let windows = space.segments.map {
        PhysicalRange(start: PhysicalAddress($0.start), end: PhysicalAddress($0.end))
      }
      items.append(
        SearchItem(size: run, alignment: .byte, boundary: 0, windows: windows, space: space)
      )
    }
    effort.spend(1)
    switch Solver.solve(SearchProblem(space: space, items: items), &effort) {
    case .feasible(let bases):
      return Array(bases.prefix(count))
    case .infeasible:
      return nil
    case .unknown:
      isOptimal = false
      return nil
    }
  }

  /// The variants to go on with: `found` unless the steps ended before any was found.
  mutating func settle(_ found: [Variant]) {
    if found.count > Self.mostVariants { isOptimal = false }
    if found.isEmpty {
      isOptimal = false
    } else {
      variants = Array(found.prefix(Self.mostVariants))
    }
  }
}
