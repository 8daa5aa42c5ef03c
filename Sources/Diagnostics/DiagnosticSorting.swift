extension Sequence<Diagnostic> {
  /// The findings by file or DTB, there by line or node path, then by rule.
  ///
  /// The order does not depend on the order given. O(n log n)
  public func sortedByPlace() -> [Diagnostic] {
    map { (key: SortKey($0), finding: $0) }.sorted { $0.key < $1.key }.map(\.finding)
  }

  /// The findings with errors first, then warnings, then notes; among them by place.
  ///
  /// The order does not depend on the order given. O(n log n)
  public func sortedWorstFirst() -> [Diagnostic] {
    let sorted = sortedByPlace()
    return Severity.allCases.sorted(by: >).flatMap { severity in
      sorted.filter { $0.severity == severity }
    }
  }

  /// The findings with each said once, in the order in which they come first.
  ///
  /// Findings that differ in the variant alone become one: without a variant if all of `variants`
  /// have it, else with their names in order, `1g, 2g`. O(n)
  public func withoutDuplicates(variants: [String] = []) -> [Diagnostic] {
    var order: [Diagnostic] = []
    var found: [Diagnostic: Set<String?>] = [:]
    for finding in self {
      var key = finding
      key.variant = nil
      if found[key] == nil { order.append(key) }
      found[key, default: []].insert(finding.variant)
    }
    return order.map { key in
      var finding = key
      let inVariants = found[key] ?? []
      let isEverywhere =
        inVariants.contains(nil) || (!variants.isEmpty && inVariants.isSuperset(of: variants))
      let names = inVariants.compactMap(\.self).sorted()
      finding.variant = isEverywhere ? nil : names.joined(separator: ", ")
      return finding
    }
  }
}

/// What findings are ordered by; the last parts only make the order total.
private struct SortKey: Comparable {
  let file: String
  let start: SourcePosition
  let path: String
  let property: String
  let rule: RuleID
  let rest: [String]

  init(_ finding: Diagnostic) {
    let none = SourcePosition(line: 0, column: 0)
    switch finding.primary.location {
    case .source(let span): (file, start, path, property) = (span.file, span.start, "", "")
    case .tree(let tree):
      (file, start, path, property) = (tree.dtb, none, tree.path, tree.property ?? "")
    case .input(let name): (file, start, path, property) = (name, none, "", "")
    }
    rule = finding.rule
    let labels = [finding.primary] + finding.related
    rest =
      ["\(finding.severity)", finding.message, finding.variant ?? ""]
      + labels.map { "\($0.location) \($0.text)" } + finding.notes + [finding.help ?? ""]
  }

  static func < (lhs: SortKey, rhs: SortKey) -> Bool {
    if lhs.file != rhs.file { return lhs.file < rhs.file }
    if lhs.start != rhs.start { return lhs.start < rhs.start }
    if lhs.path != rhs.path { return lhs.path < rhs.path }
    if lhs.rule != rhs.rule { return lhs.rule < rhs.rule }
    if lhs.property != rhs.property { return lhs.property < rhs.property }
    return lhs.rest.lexicographicallyPrecedes(rhs.rest)
  }
}
