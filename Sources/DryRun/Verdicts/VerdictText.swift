import PageAllocator
import PhysicalMemory
import Policy

extension DryRun.Verdict {
  /// How it stands and how much is known: `met (20/20, at least 77 %)`, `not-met (proof)`.
  public var standing: String {
    evidence.isEmpty ? verdict.word : "\(verdict.word) (\(evidence))"
  }

  /// How much is known: `20/20, at least 77 %`, `proof`; empty where nothing was judged.
  public var evidence: String {
    guard verdict != .unknown, verdict != .notNeeded else { return "" }
    guard basis == .seeds, let success else { return "proof" }
    let low = "\(success.lower.wholePercent) %"
    let high = "\((success.upper.partsPerMillion + 9999) / 10_000) %"
    let range: String
    switch success.successes {
    case success.runs: range = "at least \(low)"
    case 0: range = "at most \(high)"
    default: range = "\(low) to \(high)"
    }
    return "\(success.successes)/\(success.runs), \(range)"
  }

  /// The facts behind it; empty where it is simply met.
  public var facts: String {
    let known = VerdictText.facts(of: reason, firstFailure)
    guard let unattached, unattached != verdict else { return known }
    let note = "\(unattached.word) if the driver does not attach its region"
    return known.isEmpty ? note : "\(known); \(note)"
  }

  /// The verdict in one line: its standing, and the facts where it is not simply met.
  public var text: String {
    facts.isEmpty ? standing : "\(standing): \(facts)"
  }
}

/// The wording of reasons; the facts are in `Reason`.
enum VerdictText {
  static func facts(of reason: Reason, _ failure: FirstFailure?) -> String {
    switch reason {
    case .noMemory: "no RAM is stated"
    case .noLayout: "the regions have no layout"
    case .noWorkload: "no workload is known"
    case .notRun: "no run was finished"
    case .neverOpened: "the workload never opens it"
    case .contiguityNotNeeded: "needs no contiguous memory"
    case .noLimit: "no such limit"
    case .guaranteed, .fits: ""
    case .machine(let error): "this memory can not be set up: \(error)"
    case .missingPool(let pool): "`\(pool)` is not in RAM"
    case .notAllocatable(let pool): "the DMA API does not allocate from `\(pool)`"
    case .reach(let pool, let reachable, let whole): reach(pool, reachable, whole)
    case .strayed(let buffer, let address):
      "`\(buffer)` was put at \(address), out of its reach"
    case .alignment(let buffer, let needed, let guaranteed):
      "`\(buffer)` needs \(needed), only \(guaranteed) is guaranteed"
    case .boundary(let buffer, let size, let boundary, let guaranteed):
      size > boundary
        ? "`\(buffer)` has \(size), more than its boundary of \(boundary)"
        : "`\(buffer)`, \(size) aligned to \(guaranteed), may cross a multiple of \(boundary)"
    case .tooLarge(let shortfall, _): tooLarge(shortfall)
    case .overCapacity(let shortfall): overCapacity(shortfall)
    case .counted(let shortfall): counted(shortfall, failure)
    }
  }

  private static func reach(_ pool: String?, _ reachable: ByteCount, _ whole: ByteCount) -> String {
    let place = pool.map { "`\($0)`" } ?? "memory of the page allocator"
    return reachable == .zero
      ? "nothing of \(place) is in its reach"
      : "only \(reachable.approximate) of \(whole.approximate) of \(place) are in its reach"
  }

  private static func tooLarge(_ shortfall: Reason.Shortfall) -> String {
    let place = shortfall.pool.map { "`\($0)` has" } ?? "the largest block of the page allocator is"
    return "`\(shortfall.buffer)` takes \(shortfall.needed.approximate), "
      + "\(place) \(shortfall.capacity.approximate)" + remedy(shortfall)
  }

  private static func overCapacity(_ shortfall: Reason.Shortfall) -> String {
    let times = shortfall.count > 1 ? " x\(shortfall.count)" : ""
    return "with `\(shortfall.buffer)` (\(shortfall.size)\(times)) it needs "
      + "\(shortfall.needed.approximate) at once, \(place(shortfall)) has "
      + shortfall.capacity.approximate + remedy(shortfall)
  }

  private static func counted(_ shortfall: Reason.Shortfall?, _ failure: FirstFailure?) -> String {
    guard let failure else { return "" }
    let largest = failure.largestFree.map { "largest free run \($0.approximate), " } ?? ""
    let holder = failure.holders.first.map { "`\($0.owner)` held \($0.size.approximate), " } ?? ""
    let pool = failure.pool.map { " from `\($0)`" } ?? ""
    return "`\(failure.buffer)` (\(failure.size.approximate))\(pool) at \(clock(failure)): "
      + "\(largest)\(holder)ret \(failure.errno)" + (shortfall.map(remedy) ?? "")
  }

  private static func place(_ shortfall: Reason.Shortfall) -> String {
    shortfall.pool.map { "`\($0)`" } ?? "the page allocator"
  }

  /// The size that would do, where the pool is smaller than that.
  private static func remedy(_ shortfall: Reason.Shortfall) -> String {
    guard let size = shortfall.neededPoolSize, size > shortfall.poolSize else { return "" }
    return shortfall.pool == nil
      ? "; a pool of \(size.approximate) would do" : "; \(size.approximate) would do"
  }

  /// The time of a failure in whole seconds.
  private static func clock(_ failure: FirstFailure) -> String {
    "\(failure.time.microseconds / 1_000_000) s"
  }
}
