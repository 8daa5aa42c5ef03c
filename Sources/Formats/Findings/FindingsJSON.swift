public import Diagnostics
import YAML

/// Findings as JSON, `dmaplan-findings/1`; what a finding does not have is left out.
public enum FindingsJSON {
  /// The value of the key `schema`.
  public static let schema = "dmaplan-findings/1"

  /// The findings of one board.
  public struct BoardFindings: Sendable {
    /// What names the board in fingerprints: the first string of its root `compatible`.
    public let board: String
    /// The DTB as it was named on the command line; nil where no board is concerned.
    public let dtb: String?
    /// The findings in the order in which they are written.
    public let findings: [Diagnostic]
    /// The names of the RAM variants that were looked at.
    public let variants: [String]
    /// Findings that policy knows and accepts; no part of `findings`.
    public let accepted: [AcceptedFinding]

    /// `findings` of `board`, which was read from `dtb`.
    public init(
      board: String,
      dtb: String?,
      findings: [Diagnostic],
      variants: [String] = [],
      accepted: [AcceptedFinding] = []
    ) {
      self.board = board
      self.dtb = dtb
      self.findings = findings
      self.variants = variants
      self.accepted = accepted
    }
  }

  /// The document for the findings of `boards`, in the order given.
  ///
  /// `sources` are the policy files by name; fingerprints of findings in them are made of their
  /// text.
  public static func value(
    _ boards: [BoardFindings],
    sources: [String: SourceText] = [:]
  ) -> JSONValue {
    .object([
      "schema": .string(schema),
      "findings": .array(
        boards.flatMap { board in
          board.findings.map { value($0, board: board.board, dtb: board.dtb, sources: sources) }
        }
      ),
    ])
  }

  /// One finding.
  public static func value(
    _ finding: Diagnostic,
    board: String,
    dtb: String?,
    sources: [String: SourceText] = [:]
  ) -> JSONValue {
    var object: JSONObject = [
      "rule": .string(finding.rule.rawValue), "severity": .string(finding.severity.description),
      "message": .string(finding.message),
    ]
    object["dtb"] = dtb.map { .string($0) }
    place(finding.primary, in: &object)
    if !finding.related.isEmpty {
      object["related"] = .array(
        finding.related.map { label in
          var related = JSONObject()
          place(label, in: &related)
          return .object(related)
        }
      )
    }
    if !finding.notes.isEmpty { object["notes"] = .strings(finding.notes) }
    object["help"] = finding.help.map { .string($0) }
    object["fix"] = finding.fix.map(fix)
    object["variant"] = finding.variant.map { .string($0) }
    object["fingerprint"] = .string(fingerprint(of: finding, board: board, sources: sources))
    return .object(object)
  }

  /// What makes `finding` the same one in another run, in 64 hexadecimal digits.
  public static func fingerprint(
    of finding: Diagnostic,
    board: String,
    sources: [String: SourceText] = [:]
  ) -> String {
    SHA256.hexadecimal(of: finding.fingerprintKey(board: board, sources: sources).utf8)
  }

  /// The fingerprints in a document of findings, for a baseline, and what is wrong with it.
  public static func fingerprints(
    bytes: [UInt8],
    file: String
  ) -> (fingerprints: Set<String>, diagnostics: [Diagnostic]) {
    var reader = JSONReader()
    guard let top = reader.document(bytes: bytes, file: file, schema: schema) else {
      return ([], reader.diagnostics)
    }
    let found = reader.items("findings", of: top).compactMap {
      reader.text("fingerprint", of: $0)
    }
    return (Set(found), reader.diagnostics)
  }

  private static func place(_ label: Label, in object: inout JSONObject) {
    switch label.location {
    case .tree(let tree):
      object["dtb"] = .string(tree.dtb)
      object["node"] = .string(tree.path)
      object["property"] = tree.property.map { .string($0) }
    case .source(let span): place(span, in: &object)
    case .input(let name): object["file"] = .string(name)
    }
    object["label"] = .string(label.text)
  }

  private static func place(_ span: SourceSpan, in object: inout JSONObject) {
    object["file"] = .string(span.file)
    object["line"] = number(span.start.line)
    object["column"] = number(span.start.column)
    object["endLine"] = number(span.end.line)
    object["endColumn"] = number(span.end.column)
  }

  private static func number(_ position: Int) -> JSONValue { .number(UInt64(max(0, position))) }

  private static func fix(_ fix: FixIt) -> JSONValue {
    var object = JSONObject()
    place(fix.span, in: &object)
    object["replacement"] = .string(fix.replacement)
    object["applicability"] = .string(fix.applicability.rawValue)
    return .object(object)
  }
}
