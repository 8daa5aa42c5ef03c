import DryRun

/// A line of the verdict table: one device under one workload, for all variants where it stands the
/// same and for the same constraint.
struct VerdictRow {
  /// The worst verdict of the device's constraints, of the last variant.
  var worst: DryRun.Verdict
  /// The variants that it holds for, in their order.
  var variants: [String]
  /// The instances of the device, in their order.
  var devices: [String]
  /// Whether the variants differ in the facts, so that those shown are the last one's.
  var factsDiffer = false

  /// The device's name; several instances as `usb[0..1]`.
  var device: String {
    guard devices.count > 1, let first = devices.first, let last = devices.last,
      let bracket = last.lastIndex(of: "[")
    else { return devices.first ?? "" }
    return first.dropLast() + ".." + last[last.index(after: bracket)...]
  }

  /// The rows of a report, the worst first, then by workload and device.
  static func rows(_ verdicts: [DryRun.Verdict]) -> [VerdictRow] {
    var rows: [VerdictRow] = []
    var places: [Key: Int] = [:]
    for verdict in worstOfEach(verdicts) {
      let key = Key(verdict)
      if let place = places[key] {
        rows[place].add(verdict)
      } else {
        places[key] = rows.count
        rows.append(
          VerdictRow(worst: verdict, variants: [verdict.variant], devices: [verdict.device])
        )
      }
    }
    return rows.sorted { left, right in
      let (mine, theirs) = (left.worst, right.worst)
      if mine.verdict != theirs.verdict { return mine.verdict < theirs.verdict }
      return (mine.workload ?? "~", mine.device) < (theirs.workload ?? "~", theirs.device)
    }
  }

  private mutating func add(_ verdict: DryRun.Verdict) {
    if verdict.text != worst.text { factsDiffer = true }
    if !variants.contains(verdict.variant) { variants.append(verdict.variant) }
    if !devices.contains(verdict.device) { devices.append(verdict.device) }
    worst = verdict
  }

  /// For each variant, workload and device the worst of its constraints, in the given order.
  private static func worstOfEach(_ verdicts: [DryRun.Verdict]) -> [DryRun.Verdict] {
    var worst: [DryRun.Verdict] = []
    var places: [[String]: Int] = [:]
    for verdict in verdicts {
      let key = [verdict.variant, verdict.workload ?? "", verdict.device]
      if let place = places[key] {
        if isWorse(verdict, worst[place]) { worst[place] = verdict }
      } else {
        places[key] = worst.count
        worst.append(verdict)
      }
    }
    return worst
  }

  /// Of equal verdicts the count says most, since it is what the runs have tried.
  private static func isWorse(_ verdict: DryRun.Verdict, _ other: DryRun.Verdict) -> Bool {
    verdict.verdict != other.verdict
      ? verdict.verdict < other.verdict
      : verdict.constraint == .count && verdict.verdict == .met
  }

  /// What has to be the same for two verdicts to share a row.
  ///
  /// Instances share one only where they stand well: what is wrong is said of each.
  private struct Key: Hashable {
    let workload: String?
    let device: String
    let verdict: Judgement
    let constraint: Constraint

    init(_ verdict: DryRun.Verdict) {
      workload = verdict.workload
      self.verdict = verdict.verdict
      constraint = verdict.constraint
      let isFine = verdict.verdict >= .unknown
      device = isFine ? String(verdict.device.prefix { $0 != "[" }) : verdict.device
    }
  }
}
