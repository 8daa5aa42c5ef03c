import DryRun

/// A line of the verdict table: one device under one workload, for all variants where it is the same.
struct VerdictRow {
  /// The worst verdict of the device's constraints.
  let worst: DryRun.Verdict
  /// The variants that it holds for, in their order.
  var variants: [String]

  /// The rows of a report, the worst first, then by workload and device.
  static func rows(_ verdicts: [DryRun.Verdict]) -> [VerdictRow] {
    var rows: [VerdictRow] = []
    var places: [Key: Int] = [:]
    for verdict in worstOfEach(verdicts) {
      let key = Key(verdict)
      if let place = places[key] {
        rows[place].variants.append(verdict.variant)
      } else {
        places[key] = rows.count
        rows.append(VerdictRow(worst: verdict, variants: [verdict.variant]))
      }
    }
    return rows.sorted { left, right in
      let (mine, theirs) = (left.worst, right.worst)
      if mine.verdict != theirs.verdict { return mine.verdict < theirs.verdict }
      return (mine.workload ?? "~", mine.device) < (theirs.workload ?? "~", theirs.device)
    }
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

  /// What has to be the same for two variants to share a row.
  private struct Key: Hashable {
    let workload: String?
    let device: String
    let verdict: Judgement
    let text: String

    init(_ verdict: DryRun.Verdict) {
      workload = verdict.workload
      device = verdict.device
      self.verdict = verdict.verdict
      text = verdict.text
    }
  }
}
