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
    public var findings: [Diagnostic]
    /// The names of the RAM variants that were looked at.
    public let variants: [String]
    /// Findings that policy knows and accepts; no part of `findings`.
    public let accepted: [AcceptedFinding]
    /// What names the board where a DTB may be there more than once: the DTB and its overlays.
    public var title: String?
    /// The settings of each variant; empty where they were not asked for.
    public var settings: [SettingsJSON.VariantSettings] = []
    /// The place of the board in a `--boards` file, from 0.
    public var entry: Int?

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

    /// The same board with other findings.
    public func with(_ findings: [Diagnostic]) -> BoardFindings {
      var board = self
      board.findings = findings
      return board
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
    let settings = boards.flatMap(\.settings)
    var document: JSONObject = [
      "schema": .string(schema),
      "findings": .array(
        boards.flatMap { board in
          board.findings.map { value($0, of: board, sources: sources) }
        }
      ),
    ]
    let listed = boards.filter { $0.entry != nil }
    if !listed.isEmpty { document["boards"] = .array(listed.map(entry)) }
    if !settings.isEmpty { document["settings"] = SettingsJSON.value(settings) }
    return .object(document)
  }

  /// One board of a `--boards` file, whose place in the list findings have as `entry`.
  private static func entry(_ board: BoardFindings) -> JSONValue {
    var object: JSONObject = ["entry": number(board.entry ?? 0), "board": .string(board.board)]
    object["dtb"] = board.dtb.map { .string($0) }
    object["title"] = board.title.map { .string($0) }
    object["variants"] = .strings(board.variants)
    for severity in Severity.allCases.reversed() {
      object["\(severity)s"] = number(board.findings.count { $0.severity == severity })
    }
    return .object(object)
  }

  private static func value(
    _ finding: Diagnostic,
    of board: BoardFindings,
    sources: [String: SourceText]
  ) -> JSONValue {
    let value = value(finding, board: board.board, dtb: board.dtb, sources: sources)
    guard let entry = board.entry, case .object(var object) = value else { return value }
    object["entry"] = number(entry)
    return .object(object)
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
