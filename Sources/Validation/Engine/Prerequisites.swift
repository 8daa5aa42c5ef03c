import Diagnostics

/// Where each rule fired, so that the rules that depend on it are silent there.
struct Prerequisites {
  private let paths: [RuleID: Set<String>]
  private let spans: [RuleID: Set<SourceSpan>]

  /// The places of `findings`, before any of them is left out; a note explains nothing else.
  init(_ findings: [Diagnostic]) {
    var paths: [RuleID: Set<String>] = [:]
    var spans: [RuleID: Set<SourceSpan>] = [:]
    for finding in findings where finding.severity > .note {
      switch finding.primary.location {
      case .tree(let tree): paths[finding.rule, default: []].insert(tree.path)
      case .source(let span): spans[finding.rule, default: []].insert(span)
      case .input: break
      }
    }
    self.paths = paths
    self.spans = spans
  }

  /// The findings without those that a prerequisite already explains.
  func silence(_ found: [(rule: any Rule.Type, findings: [Diagnostic])]) -> [Diagnostic] {
    found.flatMap { rule, findings in
      rule.requires.isEmpty
        ? findings : findings.filter { finding in !rule.requires.contains { fired($0, finding) } }
    }
  }

  /// Whether `rule` fired at a place that `finding` is about, or above one.
  private func fired(_ rule: RuleID, _ finding: Diagnostic) -> Bool {
    guard paths[rule] != nil || spans[rule] != nil else { return false }
    return ([finding.primary] + finding.related).contains { label in
      switch label.location {
      case .tree(let tree): firedAbove(tree.path, paths[rule] ?? [])
      case .source(let span): spans[rule]?.contains(span) ?? false
      case .input: false
      }
    }
  }

  private func firedAbove(_ path: String, _ fired: Set<String>) -> Bool {
    var rest = Substring(path)
    while !rest.isEmpty {
      if fired.contains(String(rest)) { return true }
      guard let slash = rest.lastIndex(of: "/"), slash > rest.startIndex else { break }
      rest = rest[..<slash]
    }
    return fired.contains("/")
  }
}
