import DryRun
import Layout
import PhysicalMemory

/// What to do about each constraint that is not met, as lines of policy.
struct Advice {
  let report: Report

  let width: Int

  init(_ report: Report, width: Int) {
    self.report = report
    self.width = width
  }

  var text: String {
    let lines = (sizes + others).map { $0.wrapped(width: width, indentation: 2, hanging: 2) }
    return lines.isEmpty ? "" : "What to do\n" + lines.joined()
  }

  /// Pools that are too small, each with the size that every workload would need.
  private var sizes: [String] {
    var needed: [String: (size: ByteCount, workload: String, now: ByteCount)] = [:]
    for verdict in report.verdicts where verdict.verdict == .notMet || verdict.verdict == .atRisk {
      guard let shortfall = verdict.reason.shortfall, let pool = shortfall.pool,
        let size = shortfall.neededPoolSize, size > shortfall.capacity
      else { continue }
      if let known = needed[pool], known.size >= size { continue }
      needed[pool] = (size, verdict.workload ?? "-", shortfall.capacity)
    }
    return needed.sorted { $0.key < $1.key }.map { pool, need in
      "\(Plain.safe(pool)): \(need.now.approximate) is too little; \(need.workload) needs "
        + "\(need.size.approximate): \(setting(pool, need.size))"
    }
  }

  private func setting(_ pool: String, _ size: ByteCount) -> String {
    let isKernelMade = report.variants.contains {
      $0.layout?.region(named: pool).map { $0.node == nil } ?? false
    }
    return isKernelMade
      ? "`cma=\(kernelSize(size))`, or a pool with `default: true, size: \(policySize(size))`"
      : "`pools: {\"\(Plain.safe(pool))\": {size: \(policySize(size))}}`"
  }

  private func kernelSize(_ size: ByteCount) -> String {
    size.rawValue % (1 << 20) == 0 ? "\(size.rawValue >> 20)M" : "\(size.rawValue)"
  }

  private func policySize(_ size: ByteCount) -> String {
    size.description.filter { $0 != " " }
  }

  /// What is not a matter of size.
  private var others: [String] {
    var lines: [String] = []
    for verdict in report.verdicts where verdict.verdict == .notMet {
      let line: String? =
        switch verdict.reason {
        case .reach(let pool?, _, _):
          "\(verdict.device): place \(pool) within its reach: "
            + "`pools: {\"\(pool)\": {within: device.\(verdict.device).reach}}`"
        case .missingPool(let pool):
          "\(verdict.device): pool \(pool) has no place; see the findings"
        case .alignment(let buffer, let needed, let guaranteed):
          "\(verdict.device): \(buffer) needs \(needed), Linux gives \(guaranteed): "
            + "raise CONFIG_CMA_ALIGNMENT or give it a pool of its own"
        default: nil
        }
      if let line, !lines.contains(line) { lines.append(line) }
    }
    return lines.map(Plain.safe)
  }
}

extension Reason {
  /// The pool that lacks room and what it lacks, if that is the reason.
  var shortfall: Shortfall? {
    switch self {
    case .tooLarge(let shortfall, _), .overCapacity(let shortfall): shortfall
    case .counted(let shortfall): shortfall
    default: nil
    }
  }
}
