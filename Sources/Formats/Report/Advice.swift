import DryRun
import Layout
import PhysicalMemory
import Policy

/// What to do about each constraint that is not met, in the end as a layer of policy.
struct Advice {
  let report: Report
  let width: Int

  init(_ report: Report, width: Int) {
    self.report = report
    self.width = width
  }

  var text: String {
    let pools = shortPools
    let lines = pools.map(explanation) + others
    if lines.isEmpty { return "" }
    return "What to do\n"
      + lines.map { $0.wrapped(width: width, indentation: 2, hanging: 2) }.joined()
      + layer
  }

  /// A pool that is too small for some workload.
  private struct ShortPool {
    let name: String
    /// What it has for devices now, less what the kernel itself takes of it.
    let capacity: ByteCount
    /// What would do for every workload.
    let size: ByteCount
    /// The workload that needs most.
    let workload: String
  }

  /// Each pool once, with the most that a workload needs, in the order of their names.
  private var shortPools: [ShortPool] {
    var needed: [String: ShortPool] = [:]
    for verdict in report.verdicts where verdict.verdict.isUnmet {
      guard let shortfall = verdict.reason.shortfall, let pool = shortfall.pool,
        let size = shortfall.neededPoolSize, size > shortfall.capacity,
        needed[pool].map({ $0.size < size }) ?? true
      else { continue }
      needed[pool] = ShortPool(
        name: pool,
        capacity: shortfall.capacity,
        size: size,
        workload: verdict.workload ?? "-"
      )
    }
    return needed.values.sorted { $0.name < $1.name }
  }

  private func explanation(_ pool: ShortPool) -> String {
    let region = report.variants.lazy.compactMap { $0.layout?.region(named: pool.name) }.first
    let whole = region.map { $0.range.size } ?? pool.capacity
    let taken = whole - pool.capacity
    let kernel = taken == .zero ? "" : " (\(taken.approximate) of them taken by the kernel)"
    return "\(pool.name): \(whole.approximate)\(kernel) are too little for \(pool.workload); "
      + "\(pool.size.approximate) would do"
  }

  /// The layer that makes the pools big enough, ready for a file; nil where none is too small.
  var suggestedLayer: String? {
    let pools = shortPools
    guard !pools.isEmpty, let board = report.compatible.first else { return nil }
    let sizes = pools.map { pool -> String in
      let keys = (isKernelMade(pool.name) ? "kind: cma, default: true, " : "") + "size: "
      return "  \(Self.quoted(pool.name)): {\(keys)\(policySize(pool.size))}\n"
    }
    // What a layer of the user's says already, another one must say louder.
    let isStated = pools.contains { pool in
      report.variants.contains {
        $0.policy.value[path: ["pools", pool.name, "size"]]?.origin.isOfUser ?? false
      }
    }
    return "dmaplan: 1\nname: bigger-pools\nwhy: what the workloads need at once\n"
      + (isStated ? "override: true\n" : "")
      + "match: {compatible: \(Self.quoted(board))}\npools:\n" + sizes.joined()
  }

  /// The layer as a part of the report, with where it does not help.
  private var layer: String {
    guard let text = suggestedLayer else { return "" }
    let lines = text.split(separator: "\n").map { "    \($0)\n" }.joined()
    let faults = report.suggestionFaults.map {
      Plain.safe($0).wrapped(width: width, indentation: 2, hanging: 2)
    }
    return "\n  As a layer of policy, for --policy FILE:\n\n" + lines
      + (faults.isEmpty ? "" : "\n" + faults.joined())
  }

  private func isKernelMade(_ pool: String) -> Bool {
    report.variants.contains { $0.layout?.region(named: pool).map { $0.node == nil } ?? false }
  }

  private func policySize(_ size: ByteCount) -> String { size.description.filter { $0 != " " } }

  /// A name as a YAML scalar.
  private static func quoted(_ text: String) -> String {
    let escaped = Plain.safe(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"" + escaped + "\""
  }

  /// What is not a matter of size.
  private var others: [String] {
    var lines: [String] = []
    for verdict in report.verdicts where verdict.verdict == .notMet {
      let line: String? =
        switch verdict.reason {
        case .reach(let pool?, _, _):
          "\(verdict.device): place \(pool) within its reach: "
            + "`pools: {\(Self.quoted(pool)): {within: device.\(verdict.device).reach}}`"
        case .missingPool(let pool):
          "\(verdict.device): pool \(pool) has no place; see the findings"
        case .alignment(let buffer, let needed, let guaranteed):
          "\(verdict.device): \(buffer) needs \(needed), Linux gives \(guaranteed): "
            + "raise CONFIG_CMA_ALIGNMENT or give it a pool of its own"
        default: nil
        }
      if let line, !lines.contains(line) { lines.append(line) }
    }
    return lines
  }
}
