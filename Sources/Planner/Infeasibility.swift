public import PhysicalMemory

/// Why a problem has no placement, as facts; the wording belongs to the caller.
public struct Infeasibility: Hashable, Sendable {
  /// Requests that already have no placement among themselves, sorted by name.
  public let conflict: [String]
  /// Whether leaving any one of `conflict` out was shown to leave the others a placement.
  ///
  /// False only where the budget ended before that was shown.
  public let isIrreducible: Bool
  /// The member of `conflict` that the facts below are about: its biggest that is not fixed.
  public let request: String
  /// The obstacle whose removal would give `request` the largest free run, if any would help.
  public let obstacle: Obstacle?
  /// The largest run in the windows of `request` free of obstacles and other fixed requests.
  ///
  /// The lowest of several; nil where no byte is free.
  public let largestFreeRun: PhysicalRange?
  /// What the requests of `conflict` need.
  public let demand: ByteCount
  /// What there is for them, counted as in `reason`.
  public let capacity: ByteCount
  /// What the proof rests on.
  public let reason: InfeasibilityReason
  /// Changes that each make the whole problem feasible, cheapest first.
  ///
  /// Each was verified by planning again. Not every possible change is tried, and no single one helps
  /// where two conflicts have nothing in common.
  public let repairs: [Repair]
  /// Where no single change helps: changes that make the problem feasible together, cheapest first.
  ///
  /// Verified by planning again; without any one of them the others were shown not to be enough. At
  /// most one for each request or obstacle, so that their order does not matter.
  public let repairsTogether: [Repair]
}

/// What a proof of infeasibility rests on.
public enum InfeasibilityReason: Hashable, Sendable {
  /// The request has no place even with no other request beside it.
  case noPlace(String)
  /// More is confined to the range than it can hold.
  ///
  /// Counted are the multiples of `granule` that lie in free memory and those that each request must
  /// cover; at a granule of one byte that is the plain number of bytes.
  case overfull(range: PhysicalRange, granule: Alignment)
  /// The search tried every order of the requests.
  case exhausted
}

/// A change that makes a problem feasible.
public struct Repair: Hashable, Sendable {
  /// What to do.
  public let action: RepairAction
  /// The bytes given up, added to a window, or moved.
  public let cost: ByteCount
}

/// What to change in a problem.
public enum RepairAction: Hashable, Sendable {
  /// Make the request at most this big.
  case shrink(String, to: ByteCount)
  /// Let the request lie in this window too.
  case widen(String, to: PhysicalRange)
  /// Move the obstacle of this name and range to this base.
  case move(Obstacle, to: PhysicalAddress)
}
