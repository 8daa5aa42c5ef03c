public import Diagnostics
import Layout

/// A whole report as JSON (`dmaplan-report/1`): findings, layouts, verdicts.
public enum ReportJSON {
  /// The value of the key `schema`.
  public static let schema = "dmaplan-report/1"

  /// The document for `report`; `sources` are the policy files by name, for fingerprints.
  public static func value(_ report: Report, sources: [String: SourceText]) -> JSONValue {
    var document: JSONObject = ["schema": .string(schema)]
    for member in object(report, sources: sources).members { document[member.name] = member.value }
    return .object(document)
  }

  /// The document for the reports of a `--boards` file: `reports`, an object for each board with
  /// its `dtb`.
  public static func value(_ reports: [Report], sources: [String: SourceText]) -> JSONValue {
    .object([
      "schema": .string(schema),
      "reports": .array(
        reports.map { report in
          var document: JSONObject = ["dtb": .string(report.file)]
          for member in object(report, sources: sources).members {
            document[member.name] = member.value
          }
          return .object(document)
        }
      ),
    ])
  }

  private static func object(_ report: Report, sources: [String: SourceText]) -> JSONObject {
    let board = report.compatible.first ?? report.file
    return [
      "findings": .array(
        report.findings.map {
          FindingsJSON.value($0, board: board, dtb: report.file, sources: sources)
        }
      ),
      "layouts": .array(report.variants.compactMap(\.layout).map(LayoutJSON.value)),
      "verdicts": VerdictsJSON.list(report.verdicts),
    ]
  }
}
