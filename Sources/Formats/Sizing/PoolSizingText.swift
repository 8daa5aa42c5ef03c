import Diagnostics
import DryRun
import PhysicalMemory
import Policy

/// Sizes of pools for a person, with the cliff of each as a chart.
public struct PoolSizingText {
  private let results: [PoolSizingResult]
  private let width: Int
  private let success: String

  /// The text for a terminal of `width` columns; `success` is the share that was asked for.
  public init(_ results: [PoolSizingResult], width: Int, success: String) {
    self.results = results
    self.width = max(width, 60)
    self.success = success
  }

  /// A paragraph and a chart for each pool.
  public var text: String { VisibleText.lines(of: written) }

  private var written: String {
    if results.isEmpty { return "No workload allocates from a pool.\n" }
    return results.map(text).joined(separator: "\n")
  }

  private func text(_ result: PoolSizingResult) -> String {
    Plain.safe("\(result.pool) on \(result.variant)") + "\n"
      + Self.answers(result, success: success)
      .map { $0.wrapped(width: width, indentation: 2, hanging: 2) }.joined()
      + chart(result.answer)
  }

  /// What was found, a sentence each.
  static func answers(_ result: PoolSizingResult, success: String) -> [String] {
    let answer = result.answer
    var lines = ["\(result.current.approximate) now"]
    if let smallest = answer.smallest {
      lines.append("smallest that serves \(success) of the runs: \(smallest.approximate)")
    } else {
      lines.append("no size that was tried serves \(success) of the runs")
    }
    if let largest = answer.largest {
      lines.append("largest that leaves the system its floor: \(largest.approximate)")
    } else if answer.smallest != nil {
      lines.append("even the smallest refuses the kernel memory, or has processes killed")
    }
    if let together = result.servesTogether {
      lines.append(
        together
          ? "serves as well with all pools at their smallest"
          : "does not serve with all pools at their smallest"
      )
    }
    if !answer.islands.isEmpty {
      let sizes = answer.islands.map(\.approximate).joined(separator: ", ")
      lines.append("by luck also \(sizes): a size above fails")
    }
    return lines
  }

  /// Success against size: a bar for each size that was tried near the smallest.
  private func chart(_ answer: DryRun.PoolSearch.Answer) -> String {
    let trials = Self.near(answer)
    let sizes = trials.map(\.size.approximate)
    let column = sizes.map(\.count).max() ?? 0
    return zip(trials, sizes).map { trial, size in
      let padding = String(repeating: " ", count: column - size.count)
      return "    \(padding)\(size)  \(bar(trial))\(mark(trial, answer))".trimmedEnd + "\n"
    }
    .joined()
  }

  /// At most twenty trials: those nearest to the answers.
  static func near(_ answer: DryRun.PoolSearch.Answer) -> [DryRun.SizeTrial] {
    let most = 20
    guard answer.trials.count > most else { return answer.trials }
    let marks = [answer.smallest, answer.largest].compactMap(\.self)
    func distance(_ trial: DryRun.SizeTrial) -> UInt64 {
      marks.map { $0 > trial.size ? ($0 - trial.size).rawValue : (trial.size - $0).rawValue }
        .min() ?? 0
    }
    let kept = answer.trials.sorted { (distance($0), $0.size) < (distance($1), $1.size) }
      .prefix(most)
    return kept.sorted { $0.size < $1.size }
  }

  private static let columns: UInt64 = 24

  private func bar(_ trial: DryRun.SizeTrial) -> String {
    guard trial.isPlaceable else {
      return "|" + "no place".padded(to: Int(Self.columns)) + "|"
    }
    let share = trial.success.map { $0.successes * Self.columns / $0.runs }
    let filled = Int(share ?? (trial.serves ? Self.columns : 0))
    let bar =
      String(repeating: "#", count: filled)
      + String(repeating: " ", count: Int(Self.columns) - filled)
    let rate = trial.success.map { "\($0.successes)/\($0.runs)" } ?? "proof"
    return "|\(bar)| \(rate)" + (trial.leavesFloor ? "" : ", too little for the system")
  }

  private func mark(_ trial: DryRun.SizeTrial, _ answer: DryRun.PoolSearch.Answer) -> String {
    var marks: [String] = []
    if trial.size == answer.smallest { marks.append("smallest") }
    if trial.size == answer.largest { marks.append("largest") }
    return marks.isEmpty ? "" : "  <- " + marks.joined(separator: ", ")
  }
}
