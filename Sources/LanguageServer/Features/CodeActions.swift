import Diagnostics
import Formats
import YAML

/// The fixes of findings as `textDocument/codeAction` offers them.
struct CodeActions {
  let view: DocumentView

  /// The fixes of findings that touch `range`, and all safe ones at once; only those of the kinds
  /// that `context` asks for.
  func value(_ range: TextRange, context: YAMLNode?) -> JSONValue {
    let only = context?["only"]?.items?.compactMap(\.text)
    func wants(_ kind: String) -> Bool {
      only?.contains { kind == $0 || kind.hasPrefix($0 + ".") || $0.isEmpty } ?? true
    }
    var actions: [JSONValue] = []
    if wants("quickfix") {
      let touched = view.document.findings.filter { view.range($0.range).touches(range) }
      var seen: Set<FixIt> = []
      actions += touched.compactMap { placed in
        guard let fix = placed.finding.fix, seen.insert(fix).inserted else { return nil }
        return action(placed, fix)
      }
    }
    if wants("source.fixAll"), let all = fixAll { actions.append(all) }
    return .array(actions)
  }

  private func action(_ placed: PlacedFinding, _ fix: FixIt) -> JSONValue? {
    guard let edit = edit([fix]) else { return nil }
    let isSafe = fix.applicability == .safe
    return .object([
      "title": .string(title(fix)), "kind": .string("quickfix"),
      "diagnostics": .array([PublishedDiagnostics(view: view).value(placed)]),
      "isPreferred": .bool(isSafe), "edit": edit,
    ])
  }

  private func title(_ fix: FixIt) -> String {
    let old = view.text.offset(of: fix.span.start)..<view.text.offset(of: fix.span.end)
    let oldText = old.isEmpty ? "" : String(decoding: view.text.bytes[old], as: UTF8.self)
    let what =
      fix.replacement.isEmpty
      ? "Remove `\(oldText)`"
      : oldText.isEmpty ? "Insert `\(fix.replacement)`" : "Replace by `\(fix.replacement)`"
    let first = what.split(separator: "\n").first.map(String.init) ?? what
    return VisibleText.of(first) + (fix.applicability == .safe ? "" : " (look at it)")
  }

  /// All safe fixes that do not touch each other.
  private var fixAll: JSONValue? {
    let safe = Set(view.document.findings.compactMap(\.finding.fix))
      .filter { $0.applicability == .safe && $0.span.file == view.text.file }
      .sorted { ($0.span.start, $0.replacement) < ($1.span.start, $1.replacement) }
    var chosen: [FixIt] = []
    for fix in safe where chosen.last.map({ $0.span.end <= fix.span.start }) ?? true {
      chosen.append(fix)
    }
    guard !chosen.isEmpty, let edit = edit(chosen) else { return nil }
    return .object([
      "title": .string("Apply all safe fixes of dmaplan"), "kind": .string("source.fixAll"),
      "edit": edit,
    ])
  }

  private func edit(_ fixes: [FixIt]) -> JSONValue? {
    guard fixes.allSatisfy({ $0.span.file == view.text.file }) else { return nil }
    let edits = fixes.map { fix -> JSONValue in
      let range = view.text.range(of: fix.span, view.encoding)
      return .object(["range": range.value, "newText": .string(fix.replacement)])
    }
    return .object(["changes": .object([view.text.uri: .array(edits)])])
  }
}
