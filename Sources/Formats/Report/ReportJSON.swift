public import Diagnostics
import Layout

/// A whole report as JSON (`dmaplan-report/1`): findings, layouts, verdicts.
public enum ReportJSON {
  /// The value of the key `schema`.
  public static let schema = "dmaplan-report/1"

  /// The document for `report`; `sources` are the policy files by name, for fingerprints.
  public static func value(_ report: Report, sources: [String: SourceText]) -> JSONValue {
    let board = report.compatible.first ?? report.file
    return .object([
      "schema": .string(schema),
      "findings": .array(
        report.findings.map {
          FindingsJSON.value($0, board: board, dtb: report.file, sources: sources)
        }
      ),
      "layouts": .array(report.variants.compactMap(\.layout).map(LayoutJSON.value)),
      "verdicts": VerdictsJSON.list(report.verdicts),
    ])
  }
}
