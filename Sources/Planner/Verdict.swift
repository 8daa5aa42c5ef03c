/// What the search says of a `SearchProblem`.
enum Verdict {
  /// A base for each item.
  case feasible([UInt64])
  /// There is none.
  case infeasible(Proof)
  /// The steps ended before either was found.
  case unknown
}

/// Why a `SearchProblem` has no solution.
struct Proof {
  /// Items that already have none among themselves, ascending.
  var items: [Int]
  var kind: Kind

  enum Kind {
    /// The only item has no base.
    case noBase
    /// More multiples of 2^`shift` must be covered in a range than lie in its free memory.
    case overfull(from: UInt64, to: UInt64, shift: UInt8, demand: UInt64, capacity: UInt64)
    /// The search tried every order.
    case exhausted
  }
}
