/// What the program said of an input, taken apart.
struct HostileAnswer {
  struct Finding {
    let severity: String
    let rule: String?
    let message: String
    var place: String?
    var hasHelp = false
  }

  /// Findings and errors in the order of the text.
  var findings: [Finding] = []
  /// The errors that the language server sent.
  var replies: [String]
  /// Everything, with the lines that were wrapped joined again.
  let text: String

  init(_ run: BoundedRun) {
    replies = run.output.split(separator: "Content-Length:").filter { $0.contains(#""error":{"#) }
      .map { String($0) }
    text = (run.output + "\n" + run.errors).replacing(#/\n +/#, with: " ")
    for part in [run.output, run.errors] { read(part) }
  }

  /// People are told in blocks: a headline, wrapped where it is long, then the place, then the help.
  private mutating func read(_ text: String) {
    var isHeadline = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let match = line.wholeMatch(of: #/(error|warning|note)(?:\[([a-z0-9-]+)\])?: (.*)/#) {
        findings.append(
          Finding(
            severity: String(match.1),
            rule: match.2.map { String($0) },
            message: String(match.3)
          )
        )
        isHeadline = true
        continue
      }
      guard !findings.isEmpty else { continue }
      let last = findings.count - 1
      if let match = line.wholeMatch(of: #/ +--> (.*)/#) {
        if findings[last].place == nil { findings[last].place = String(match.1) }
        isHeadline = false
      } else if isHeadline, line.hasPrefix("    ") {
        let old = findings[last]
        findings[last] = Finding(
          severity: old.severity,
          rule: old.rule,
          message: old.message + " " + line.drop { $0 == " " }
        )
      } else {
        isHeadline = false
        if line.contains(#/^( += )?help: ./#) { findings[last].hasHelp = true }
      }
    }
  }
}
