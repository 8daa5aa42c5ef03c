public import Diagnostics

/// Reads YAML, and JSON as a part of it, into a tree in which every node knows its place.
public enum YAMLReader {
  /// Findings after which the rest of a file is unknown, so that nothing can be said of what it holds.
  public static let fatal: Set<RuleID> = ["yaml-syntax", "yaml-limit", "yaml-encoding"]

  /// The documents in `bytes` and what is wrong with them.
  ///
  /// No bytes make it trap, and it does not stop at the first fault: a missing value or a duplicate
  /// key is reported and left behind. At a fault of syntax or a limit it stops; the documents that
  /// were complete by then are returned. Findings are in the order of their places. Linear in the
  /// size of the file.
  public static func read(
    bytes: [UInt8],
    file: String,
    limits: YAMLLimits = .default
  ) -> (documents: [YAMLNode], diagnostics: [Diagnostic]) {
    var findings = Findings(file: file, bytes: bytes, limit: limits.findings)
    guard bytes.count <= limits.bytes else {
      findings.reportLimit(
        "the file is larger than \(limits.bytes) bytes",
        "it has \(bytes.count) bytes",
        help: "split it into several files"
      )
      return ([], findings.sorted)
    }
    let encoding = EncodingCheck(bytes)
    if encoding.count > 0 {
      if let finding = encoding.diagnostic(in: findings.source) { findings.report(finding) }
      return ([], findings.sorted)
    }
    guard encoding.directives <= limits.directives else {
      findings.reportLimit(
        "more than \(limits.directives) lines begin with `%`",
        "\(encoding.directives) lines of this file do",
        help: "remove them: no value here needs a tag"
      )
      return ([], findings.sorted)
    }
    var builder = TreeBuilder(limits: limits, findings: findings)
    let parser = EventParser(bytes)
    do throws(SyntaxProblem) {
      while !builder.isDone { builder.take(try parser.next()) }
    } catch {
      builder.findings.report(error, openBracket: builder.openBracket)
    }
    return (builder.documents, builder.findings.sorted)
  }
}
