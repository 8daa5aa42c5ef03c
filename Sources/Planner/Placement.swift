public import PhysicalMemory

/// A region with its place.
public struct PlacedRegion: Hashable, Sendable {
  /// The name of the request.
  public let name: String
  /// The address of its first byte.
  public let base: PhysicalAddress

  /// The region `name` at `base`.
  public init(name: String, base: PhysicalAddress) {
    self.name = name
    self.base = base
  }
}

/// A place for every request of a problem.
public struct Placement: Hashable, Sendable {
  /// The regions, sorted by name.
  public let regions: [PlacedRegion]
  /// Whether it is proven that no placement is better by the goal that was asked for.
  ///
  /// Always true for `PlacementGoal.any`, which calls no placement better than another.
  public let isOptimal: Bool

  /// The placement of `regions`, which are sorted here.
  public init(_ regions: [PlacedRegion], isOptimal: Bool = true) {
    self.regions = regions.sorted { $0.name < $1.name }
    self.isOptimal = isOptimal
  }

  /// The base of the request `name`, or nil.
  ///
  /// - Complexity: O(log n).
  public subscript(name: String) -> PhysicalAddress? {
    var low = regions.startIndex
    var high = regions.endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if regions[middle].name < name { low = middle + 1 } else { high = middle }
    }
    return low < regions.endIndex && regions[low].name == name ? regions[low].base : nil
  }
}

/// What a placement should be besides right.
public enum PlacementGoal: Hashable, Sendable {
  /// Nothing: a placement that is a function of the set of requests, whatever their order.
  case any
  /// The lexicographic best.
  ///
  /// First the fewest requests away from where they are preferred, then the fewest bytes of low
  /// memory under requests that avoid it, then the largest run of a bank left free, then the lowest
  /// bases in the order of names.
  case best
}

/// How many steps the search may take; a step is one look at one candidate base.
public struct StepBudget: Hashable, Sendable {
  /// The number of steps.
  public let steps: Int

  /// A budget of this many steps, not below zero.
  public init(steps: Int) {
    precondition(steps >= 0, "a budget has no steps or more")
    self.steps = steps
  }

  /// What a command uses unless told otherwise: some seconds of one core.
  public static let standard = StepBudget(steps: 100_000_000)
}

/// What planning a problem came to.
public enum PlacementOutcome: Hashable, Sendable {
  /// A verified placement.
  case placed(Placement)
  /// A proof that there is none.
  case infeasible(Infeasibility)
  /// The budget ended after this many steps, before either was found.
  case unknown(steps: Int)
}
