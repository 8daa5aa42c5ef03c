public import PhysicalMemory

extension DryRun {
  /// How a workload fares with a pool of one size.
  public struct SizeTrial: Hashable, Sendable {
    /// The size of the pool.
    public let size: ByteCount
    /// The runs in which no device failed for want of the pool; nil where arguments decided it, or
    /// where there is no place for such a pool.
    public let success: SuccessRate?
    /// Whether every device that uses the pool gets what it asks for as surely as was asked.
    public let serves: Bool
    /// Whether that is sure: an argument, or an interval clear of the target.
    public let isSure: Bool
    /// Whether the rest of the system has its floor: nothing of the kernel's own was refused and no
    /// process killed.
    public let leavesFloor: Bool
    /// Whether there is a place for a pool of this size at all.
    public let isPlaceable: Bool

    /// A pool of this size that there is no place for.
    public static func unplaceable(_ size: ByteCount) -> SizeTrial {
      SizeTrial(
        size: size,
        success: nil,
        serves: false,
        isSure: true,
        leavesFloor: false,
        isPlaceable: false
      )
    }

    /// A trial with these results.
    public init(
      size: ByteCount,
      success: SuccessRate?,
      serves: Bool,
      isSure: Bool,
      leavesFloor: Bool,
      isPlaceable: Bool = true
    ) {
      self.size = size
      self.success = success
      self.serves = serves
      self.isSure = isSure
      self.leavesFloor = leavesFloor
      self.isPlaceable = isPlaceable
    }
  }
}

extension DryRun.SizeTrial {
  /// What the verdicts on a layout say about a pool of this size.
  ///
  /// Only devices count that allocate from the pool; of a device the worst of `size` and `count`.
  public init(
    _ verdicts: [DryRun.Verdict],
    pool: String,
    size: ByteCount,
    target: Proportion
  ) {
    let own = verdicts.filter { verdict in
      guard verdict.constraint == .size || verdict.constraint == .count else { return false }
      let named = verdict.measured?.pools.contains { $0.pool == pool } ?? false
      return named || verdict.reason.shortfall?.pool == pool || verdict.firstFailure?.pool == pool
    }
    let rates = own.filter { $0.basis == .seeds }.compactMap(\.success)
    let worst = rates.min { $0.successes * $1.runs < $1.successes * $0.runs }
    let refused = own.contains { $0.basis == .proof && $0.verdict == .notMet }
    let isServed = own.allSatisfy { verdict in
      switch verdict.basis {
      case .proof: verdict.verdict >= .met
      case .seeds: verdict.success.map { $0.upper >= target && $0.isAtLeast(target) } ?? false
      }
    }
    let systems = verdicts.compactMap(\.measured?.system)
    self.init(
      size: size,
      success: refused ? nil : worst,
      serves: isServed && !own.isEmpty,
      isSure: refused || own.allSatisfy(\.sure),
      leavesFloor: systems.allSatisfy { $0.refusedUnmovable == 0 && $0.outOfMemoryKills == 0 }
    )
  }
}

extension SuccessRate {
  /// Whether the share that was counted is the target or more.
  func isAtLeast(_ target: Proportion) -> Bool {
    successes * 1_000_000 >= target.partsPerMillion * runs
  }
}
