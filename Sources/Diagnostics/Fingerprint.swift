extension Diagnostic {
  /// What makes this finding the same one in another run: the material of its fingerprint.
  ///
  /// Lines: the board, the rule, and then each place. A place in a tree is node path and property.
  /// A place in a policy file is the last component of the file's name, the path of keys that
  /// encloses it, and the marked text; line numbers, columns, addresses in texts and the wording
  /// stay out, so that the key outlives edits elsewhere in the file and new releases. If
  /// `sources` lacks the file, the names that the message has in backticks stand for the marked
  /// text. Places of second parties are sorted. Two findings with equal keys are one for a
  /// baseline. O(lines of the file) for a place in a policy file
  public func fingerprintKey(board: String, sources: [String: SourceText] = [:]) -> String {
    let others = related.map { fingerprint(of: $0.location, sources) }.sorted()
    let places = [fingerprint(of: primary.location, sources)] + others
    return ([board, rule.rawValue] + places).map(VisibleText.of).joined(separator: "\n")
  }

  private func fingerprint(of location: Location, _ sources: [String: SourceText]) -> String {
    switch location {
    case .input(let name): return "input \(Self.lastComponent(name))"
    case .tree(let tree): return "tree \(tree.path) \(tree.property ?? "")"
    case .source(let span):
      let file = Self.lastComponent(span.file)
      guard let source = sources[span.file] else {
        return "policy \(file) \(Self.quotedNames(message).joined(separator: " "))"
      }
      let keys = source.enclosingKeys(of: span.start).joined(separator: "/")
      return "policy \(file) \(keys) \(source.text(of: span))"
    }
  }

  private static func lastComponent(_ name: String) -> String {
    name.split(separator: "/").last.map(String.init) ?? name
  }

  /// The names that stand in backticks.
  private static func quotedNames(_ message: String) -> [String] {
    let parts = message.split(separator: "`", omittingEmptySubsequences: false)
    return parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }
  }
}

extension SourceText {
  /// The keys of block mappings around `position`, outermost first, by indentation alone.
  ///
  /// Items of lists have no key and are passed over. O(lines above)
  func enclosingKeys(of position: SourcePosition) -> [String] {
    var keys: [String] = []
    var indent = Int.max
    for number in stride(from: min(position.line, lineCount), through: 1, by: -1) {
      let line = line(number) ?? ""
      let text = line.drop { $0 == " " || $0 == "-" }
      let column = line.count - text.count
      if line.hasPrefix("---"), number < position.line { break }
      guard column < indent, let first = text.first, first != "#" else { continue }
      indent = column
      guard let colon = text.firstIndex(of: ":") else { continue }
      keys.append(String(text[..<colon]))
      if indent == 0 { break }
    }
    return keys.reversed()
  }
}
