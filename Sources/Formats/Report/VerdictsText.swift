public import Diagnostics
public import DryRun

/// Verdicts as a table for a person.
public struct VerdictsText {
  let verdicts: [DryRun.Verdict]
  let width: Int
  let decorator: Decorator

  /// The table for a terminal of `width` columns.
  public init(_ verdicts: [DryRun.Verdict], width: Int, decorator: Decorator) {
    self.verdicts = verdicts
    self.width = max(width, 60)
    self.decorator = decorator
  }

  /// The table, worst first, and a line that counts.
  public var text: String { VisibleText.lines(of: written, decorator) }

  private var written: String {
    if verdicts.isEmpty { return "Nothing was judged: the layout has no workload.\n" }
    var variants: [String] = []
    for verdict in verdicts where !variants.contains(verdict.variant) {
      variants.append(verdict.variant)
    }
    let table = VerdictTable(
      rows: VerdictRow.rows(verdicts),
      variants: variants,
      width: width,
      decorator: decorator
    )
    let evidence = EvidenceText(verdicts: verdicts, width: width).text
    return ([table.text, evidence].filter { !$0.isEmpty } + [closing]).joined(separator: "\n")
  }

  /// How far the verdicts can be relied on.
  private var closing: String {
    let known = verdicts.filter { $0.verdict != .unknown }
    if known.isEmpty { return "Nothing of it is known.\n" }
    switch known.count(where: { !$0.sure }) {
    case 0: return (known.count == verdicts.count ? "All of it" : "What is known") + " is sure.\n"
    case 1: return "1 verdict is not sure yet.\n"
    case let unsure: return "\(unsure) verdicts are not sure yet.\n"
    }
  }
}
