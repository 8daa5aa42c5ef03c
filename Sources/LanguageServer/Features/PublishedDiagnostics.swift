import Diagnostics
import Formats

/// What `textDocument/publishDiagnostics` says of one file.
struct PublishedDiagnostics {
  let view: DocumentView

  /// The notification's parameters.
  var params: JSONValue {
    let document = view.document
    var params: JSONObject = ["uri": .string(document.text.uri)]
    if view.client.diagnosticVersion, let version = document.text.version {
      params["version"] = .signed(version)
    }
    params["diagnostics"] = .array(settingsProblems + document.findings.map(value))
    return .object(params)
  }

  /// What keeps the file from being held against its board, shown at the comment that names it.
  private var settingsProblems: [JSONValue] {
    let document = view.document
    let ofWords = (document.comment?.problems ?? []).map { problem(view.range($0.range), $0.text) }
    let range = document.comment.map { view.range($0.range) } ?? .top
    return ofWords + document.problems.map { problem(range, $0) }
  }

  private func problem(_ range: TextRange, _ text: String) -> JSONValue {
    .object([
      "range": range.value, "severity": .number(2), "source": .string("dmaplan"),
      "message": .string(VisibleText.of(text)),
    ])
  }

  /// A finding as the protocol's `Diagnostic`.
  func value(_ placed: PlacedFinding) -> JSONValue {
    let finding = placed.finding
    var value: JSONObject = [
      "range": view.range(placed.range).value, "severity": .number(finding.severity.number),
      "code": .string(finding.rule.rawValue), "source": .string("dmaplan"),
      "message": .string(message(placed)),
    ]
    let others = finding.related.filter { !isShown($0, placed) }
    let related = view.client.relatedInformation ? others.compactMap(related) : []
    if !related.isEmpty { value["relatedInformation"] = .array(related) }
    if let fix = finding.fix {
      value["data"] = .object(["applicability": .string(fix.applicability.rawValue)])
    }
    return .object(value)
  }

  /// Whether the finding itself stands where a label points.
  private func isShown(_ label: Label, _ placed: PlacedFinding) -> Bool {
    guard case .source(let span) = label.location, span.file == view.text.file else { return false }
    return view.text.offset(of: span.start) == placed.range.lowerBound
  }

  private func related(_ label: Label) -> JSONValue? {
    guard case .source(let span) = label.location, let place = view.places.value(of: span) else {
      return nil
    }
    return .object(["location": place, "message": .string(VisibleText.of(label.text))])
  }

  /// The sentence, what is there, the parties that no editor can open, facts, and what to do.
  private func message(_ placed: PlacedFinding) -> String {
    let finding = placed.finding
    var lines = [finding.message + (finding.variant.map { " (variant \($0))" } ?? "")]
    for label in [finding.primary] + finding.related {
      if case .tree(let tree) = label.location {
        let property = tree.excerpt?.text ?? tree.property
        lines.append("\(tree.path)\(property.map { ": " + $0 } ?? ""): \(label.text)")
      } else if label != finding.primary, isShown(label, placed) {
        lines.append(label.text)
      } else if !view.client.relatedInformation, label != finding.primary,
        case .source(let span) = label.location
      {
        lines.append("\(span.file):\(span.start.line): \(label.text)")
      }
    }
    lines += finding.notes.map { "note: " + $0 }
    if let help = finding.help { lines.append("help: " + help) }
    return lines.map { VisibleText.of($0) }.joined(separator: "\n")
  }
}

extension Severity {
  /// The protocol's `DiagnosticSeverity`.
  fileprivate var number: UInt64 {
    switch self {
    case .error: 1
    case .warning: 2
    case .note: 3
    }
  }
}
