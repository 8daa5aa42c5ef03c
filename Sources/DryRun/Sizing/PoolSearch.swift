public import PhysicalMemory

extension DryRun {
  /// The smallest and the largest size of a pool, found by trying.
  ///
  /// Success is not monotone in the size: another size means another base, other alignment gaps,
  /// other neighbours. So a bisection only guesses. The guess is right when the sizes just below it
  /// fail and those just above it serve; where they do not, the search walks on.
  public struct PoolSearch: Sendable {
    /// What every size is a multiple of.
    public let granule: ByteCount
    /// The smallest size that is tried.
    public let least: ByteCount
    /// The largest size that is tried.
    public let most: ByteCount
    /// Granules above and below the guess that are looked at.
    public static let neighbours: UInt64 = 2
    /// Granules that the search walks in all when neighbours disagree.
    static let maximumSteps = 32

    /// A search from `least` to `most`, both multiples of `granule`, which is not zero.
    public init(granule: ByteCount, least: ByteCount, most: ByteCount) {
      precondition(granule > .zero, "sizes are multiples of something")
      self.granule = granule
      self.least = max(granule, least)
      self.most = max(self.least, most)
    }

    /// What a search came to.
    public struct Answer: Sendable {
      /// The smallest size that serves, as its neighbours above do; nil where no size does.
      public var smallest: ByteCount?
      /// The largest size that serves and leaves the rest of the system its floor.
      public var largest: ByteCount?
      /// Smaller sizes that serve by luck: a neighbour above them does not.
      public var islands: [ByteCount] = []
      /// Everything that was tried, ascending by size.
      public var trials: [SizeTrial] = []
    }

    /// A trial of one size: quickly for a guess, thoroughly to be sure.
    public typealias Trial = @Sendable (ByteCount, _ isThorough: Bool) async -> SizeTrial

    /// Searches; `hint` is a size that is likely near the smallest.
    public func run(hint: ByteCount, _ trial: Trial) async -> Answer {
      var log = Log()
      var answer = Answer()
      answer.smallest = await smallest(hint, trial, &log, &answer.islands)
      if let smallest = answer.smallest {
        answer.largest = await largest(from: smallest, trial, &log)
      }
      if log.trials.isEmpty { _ = await log.trial(least, true, trial) }
      await drawCliff(answer.smallest ?? hint, trial, &log)
      answer.trials = log.trials.values.sorted { $0.size < $1.size }
      return answer
    }

    // MARK: Smallest

    private func smallest(
      _ hint: ByteCount,
      _ trial: Trial,
      _ log: inout Log,
      _ islands: inout [ByteCount]
    ) async -> ByteCount? {
      guard var guess = await bracket(hint, trial, &log) else { return nil }
      var low = guess.low
      while low + granule < guess.high {
        let middle = low + rounded((guess.high - low).rawValue / 2)
        if await log.trial(middle, false, trial).serves {
          guess.high = middle
        } else {
          low = middle
        }
      }
      return await verified(guess.high, trial, &log, &islands)
    }

    /// Two sizes of which the smaller one fails and the larger one serves; nil where none serves.
    private func bracket(
      _ hint: ByteCount,
      _ trial: Trial,
      _ log: inout Log
    ) async -> (low: ByteCount, high: ByteCount)? {
      let start = min(max(up(hint), least), most)
      var step = granule
      var high = start
      if await log.trial(start, false, trial).serves {
        var low = start
        while low > least {
          low = low > least + step ? low - step : least
          guard await log.trial(low, false, trial).serves else { return (low, high) }
          high = low
          step = step * 2
        }
        return (high > granule ? high - granule : .zero, high)
      }
      while high < most {
        let low = high
        high = min(high + step, most)
        if await log.trial(high, false, trial).serves { return (low, high) }
        step = step * 2
      }
      return nil
    }

    /// The guess, or the next size of which the neighbours agree.
    private func verified(
      _ guess: ByteCount,
      _ trial: Trial,
      _ log: inout Log,
      _ islands: inout [ByteCount]
    ) async -> ByteCount? {
      var size = guess
      // Down while the sizes below serve as well.
      var below = size
      for _ in 0..<Self.neighbours {
        guard below > least else { break }
        below = below - granule
        if await log.trial(below, false, trial).serves { size = below }
      }
      for _ in 0..<Self.maximumSteps {
        var failing: ByteCount?
        for step in 0...Self.neighbours {
          let above = size + granule * step
          guard above <= most else { break }
          if !(await log.trial(above, true, trial).serves) { failing = above }
        }
        guard let failing else { return size }
        if await log.trial(size, true, trial).serves { islands.append(size) }
        size = failing + granule
        guard size <= most else { return nil }
      }
      return nil
    }

    // MARK: Largest

    /// The largest size that serves and leaves the floor, from one that serves.
    private func largest(
      from smallest: ByteCount,
      _ trial: Trial,
      _ log: inout Log
    ) async -> ByteCount? {
      guard await log.trial(smallest, true, trial).isGood else { return nil }
      var low = smallest
      var high = most
      if await log.trial(high, false, trial).isGood { return high }
      while low + granule < high {
        let middle = low + rounded((high - low).rawValue / 2)
        if await log.trial(middle, false, trial).isGood { low = middle } else { high = middle }
      }
      // Down until the sizes below agree.
      for _ in 0..<Self.maximumSteps {
        var isAgreed = await log.trial(low, true, trial).isGood
        for step in 1...Self.neighbours where isAgreed && low > smallest + granule * step {
          isAgreed = await log.trial(low - granule * step, false, trial).isGood
        }
        if isAgreed || low <= smallest { return low }
        low = low - granule
      }
      return smallest
    }

    // MARK: The cliff

    /// Tries a few more sizes around the smallest, for a chart.
    private func drawCliff(_ size: ByteCount, _ trial: Trial, _ log: inout Log) async {
      for percent in [50, 75, 90, 110, 125, 150] as [UInt64] {
        let other = rounded(size.rawValue / 100 * percent)
        if other >= least, other <= most { _ = await log.trial(other, false, trial) }
      }
    }

    private func rounded(_ bytes: UInt64) -> ByteCount {
      ByteCount(max(granule.rawValue, bytes / granule.rawValue * granule.rawValue))
    }

    private func up(_ size: ByteCount) -> ByteCount {
      ByteCount((size.rawValue + granule.rawValue - 1) / granule.rawValue * granule.rawValue)
    }

    /// What was tried so far.
    private struct Log {
      var trials: [ByteCount: SizeTrial] = [:]
      private var thorough: Set<ByteCount> = []

      mutating func trial(_ size: ByteCount, _ isThorough: Bool, _ trial: Trial) async -> SizeTrial
      {
        if let known = trials[size], !isThorough || known.isSure || thorough.contains(size) {
          return known
        }
        let result = await trial(size, isThorough)
        trials[size] = result
        if isThorough { thorough.insert(size) }
        return result
      }
    }
  }
}

extension DryRun.SizeTrial {
  /// Whether it serves and leaves the rest of the system its floor.
  public var isGood: Bool { serves && leavesFloor }
}
