import Diagnostics
public import DryRun
import PhysicalMemory
import Policy

/// Comparisons of systems as tables for a person.
public struct ComparisonText {
  private let comparisons: [DryRun.Comparison]
  private let width: Int

  /// The text for a terminal of `width` columns.
  public init(_ comparisons: [DryRun.Comparison], width: Int) {
    self.comparisons = comparisons
    self.width = max(width, 60)
  }

  /// A table for each workload on each variant.
  public var text: String { VisibleText.lines(of: written) }

  private var written: String {
    if comparisons.isEmpty { return "Nothing was compared: there is no workload with streams.\n" }
    var tables: [String] = []
    var rest = comparisons[...]
    while let first = rest.first {
      let own = rest.prefix { $0.variant == first.variant && $0.workload == first.workload }
      rest = rest.dropFirst(own.count)
      tables.append(table(Array(own)))
    }
    return tables.joined(separator: "\n")
      + FittedText.lines(of: Self.legend, width: width)
  }

  private static let legend = """

    Ok: runs in which every device got all. Aside is what drivers have to themselves or first; idle is what of it nobody could use on average.
    Moved: pages copied for one buffer, for half of them, for 99 of 100, at most. Reclaim: pages a run.

    """

  private static let title = [
    "system", "ok", "aside", "idle", "moved", "reclaim", "refused", "killed",
  ]

  private func table(_ rows: [DryRun.Comparison]) -> String {
    let cells = [Self.title] + rows.map(cells)
    let widths = Self.title.indices.map { column in
      cells.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
    let name = "\(rows[0].workload) on \(rows[0].variant)"
    let isWide = widths.reduce(2 * widths.count, +) > width
    return Plain.safe(name) + "\n"
      + zip(cells, [nil] + rows.map(Optional.some)).map { line, row in
        let text = line.enumerated().map { $0.element.padded(to: widths[$0.offset]) }
        return "  " + text.joined(separator: isWide ? " " : "  ").trimmedEnd + "\n" + note(row)
      }
      .joined()
  }

  private func cells(_ row: DryRun.Comparison) -> [String] {
    guard let result = row.result else { return [row.strategy.title, "-"] }
    let system = result.system
    let runs = max(1, result.success.runs)
    return [
      row.strategy.title, "\(result.success.successes)/\(result.success.runs)",
      result.reserved.approximate, result.meanIdle.approximate,
      "\(result.migratedMedian)/\(result.migrated99)/\(result.migratedMost)",
      "\(system.reclaimedPages / runs)", "\(system.refusedUnmovable)",
      "\(system.outOfMemoryKills)",
    ]
  }

  /// Why a row failed.
  private func note(_ row: DryRun.Comparison?) -> String {
    guard let row, !row.failureText.isEmpty else { return "" }
    return row.failureText.wrapped(width: width, indentation: 6)
  }
}

extension DryRun.Comparison {
  /// Why the system can not be set up, or what fails first under it; empty where nothing does.
  var failureText: String {
    if let obstacle { return obstacle }
    guard let result, result.success.successes < result.success.runs else { return "" }
    guard let failure = result.firstFailure else { return "buffers are out of a device's reach" }
    let time = result.timeToFailure.map { time in
      time.earliest.microseconds < 100_000
        ? ", at the start" : ", after \(time.earliest.rounded) at the earliest"
    }
    return "\(failure.stream): \(failure.buffer) of \(failure.size.approximate) fails\(time ?? "")"
  }
}
