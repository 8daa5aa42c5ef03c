public import DryRun
public import PhysicalMemory
public import Policy

/// What a search for the size of one pool came to.
public struct PoolSizingResult: Sendable {
  /// The RAM variant.
  public let variant: String
  /// The pool.
  public let pool: String
  /// What kind of region it is.
  public let kind: RegionKind
  /// The size that it has now.
  public let current: ByteCount
  /// What was found.
  public let answer: DryRun.PoolSearch.Answer
  /// Whether its devices are served with all pools of the variant at their smallest; nil where it is
  /// the only one.
  public var servesTogether: Bool?

  /// The result of searching for the size of a pool.
  public init(
    variant: String,
    pool: String,
    kind: RegionKind,
    current: ByteCount,
    answer: DryRun.PoolSearch.Answer
  ) {
    self.variant = variant
    self.pool = pool
    self.kind = kind
    self.current = current
    self.answer = answer
  }
}
