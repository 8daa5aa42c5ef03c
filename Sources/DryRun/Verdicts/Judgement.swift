/// How one constraint of one device stands, the worst first.
public enum Judgement: UInt8, CaseIterable, Comparable, Hashable, Sendable {
  /// It is violated: in every run.
  case notMet
  /// It is violated in some runs, or only luck keeps it.
  case atRisk
  /// Nothing is known: no RAM or no workload is stated.
  case unknown
  /// It holds.
  case met
  /// The device needs no such thing.
  case notNeeded

  /// Orders by badness, the worst first.
  public static func < (lhs: Judgement, rhs: Judgement) -> Bool { lhs.rawValue < rhs.rawValue }

  /// Whether something is not as it should be: `not-met` or `at-risk`.
  public var isUnmet: Bool { self == .notMet || self == .atRisk }

  /// The word in reports: `at-risk`.
  public var word: String {
    switch self {
    case .notMet: "not-met"
    case .atRisk: "at-risk"
    case .unknown: "unknown"
    case .met: "met"
    case .notNeeded: "not-needed"
    }
  }
}

/// What a device asks of its memory.
public enum Constraint: String, CaseIterable, Comparable, Hashable, Sendable {
  /// Its buffers lie where it can address them.
  case reach
  /// They start at a multiple of its alignment.
  case alignment
  /// They cross no multiple of its boundary.
  case boundary
  /// Each buffer fits its pool when nothing else is allocated.
  case size
  /// All buffers of the workload are there when they are asked for, under load.
  case count

  /// Orders as reports list them.
  public static func < (lhs: Constraint, rhs: Constraint) -> Bool { lhs.place < rhs.place }

  private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// What a judgement rests on.
public enum Basis: String, Hashable, Sendable {
  /// An argument that holds for every run.
  case proof
  /// Runs that were counted.
  case seeds
}
