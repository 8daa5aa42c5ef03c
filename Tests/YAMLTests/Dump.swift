import Diagnostics
import YAML

/// One line for each node: place, style and text, indented by depth.
func dump(_ node: YAMLNode, indent: String = "") -> [String] {
  let place = "\(indent)\(node.span.shown)"
  switch node.content {
  case .missing: return ["\(place) missing"]
  case .scalar(let scalar): return ["\(place) \(scalar.style) '\(scalar.text)'"]
  case .sequence(let items):
    return ["\(place) sequence"] + items.flatMap { dump($0, indent: indent + "  ") }
  case .mapping(let entries):
    return ["\(place) mapping"]
      + entries.flatMap { entry in
        ["\(indent)  \(entry.key.span.shown) key '\(entry.name)'"]
          + dump(entry.value, indent: indent + "  ")
      }
  }
}

/// The trees of `text`, line by line.
func dump(_ text: String) -> [String] {
  YAMLReader.read(bytes: Array(text.utf8), file: "t.yaml").documents.flatMap { dump($0) }
}

/// The findings of `text`, one line each: place, rule, message, related places, help.
func findings(_ text: String, limits: YAMLLimits = .default) -> [String] {
  findings(Array(text.utf8), limits: limits)
}

func findings(_ bytes: [UInt8], limits: YAMLLimits = .default) -> [String] {
  YAMLReader.read(bytes: bytes, file: "t.yaml", limits: limits).diagnostics.map { finding in
    var line = "\(finding.primary.location.shown) \(finding.rule): \(finding.message)"
    for label in finding.related { line += " | \(label.location.shown) \(label.text)" }
    if let help = finding.help { line += " | help: \(help)" }
    return line
  }
}

extension SourceSpan {
  var shown: String { "\(start.line):\(start.column)-\(end.line):\(end.column)" }
}

extension Location {
  var shown: String {
    if case .source(let span) = self { span.shown } else { "elsewhere" }
  }
}
