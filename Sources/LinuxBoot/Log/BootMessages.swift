/// The kernel's lines about reserved memory, each with whom it is about.
struct BootMessages {
  /// The lines of each subject in order; subjects in the order of their first line.
  private(set) var subjects: [(name: String, lines: [String])] = []
  private var placeOfName: [String: Int] = [:]

  /// What lines without a node's name are about.
  static let defaultArea = "default CMA area"
  static let crashKernel = "crashkernel"
  static let memory = "memory"

  init(_ lines: [String]) {
    // Pools say what became of them before they say who they are.
    var anonymous: [String] = []
    for line in lines {
      let name = Self.subject(of: line)
      if name == nil, line.hasPrefix("Reserved memory: ") {
        anonymous.append(line)
        continue
      }
      for line in anonymous { add(line, to: name ?? Self.memory) }
      anonymous = []
      if line.hasSuffix("OVERLAP DETECTED!") { continue }
      add(line, to: name ?? Self.memory)
    }
    for line in anonymous { add(line, to: Self.memory) }
  }

  private mutating func add(_ line: String, to name: String) {
    if let place = placeOfName[name] {
      subjects[place].lines.append(line)
    } else {
      placeOfName[name] = subjects.count
      subjects.append((name, [line]))
    }
  }

  /// The lines of `name`.
  func lines(of name: String) -> [String] { placeOfName[name].map { subjects[$0].lines } ?? [] }

  /// The node that a line is about, or another subject; nil where it does not say.
  static func subject(of line: String) -> String? {
    let text = Substring(line)
    for (prefix, end) in [
      ("OF: reserved mem: initialized node ", ", compatible id"), ("OF: reserved mem: node ", " "),
      ("Reserved memory: bypass ", " "), ("cma: CMA area ", " "),
    ] {
      guard let rest = text.after(prefix) else { continue }
      return String(rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.endIndex)])
    }
    if let overlap = text.firstRange(of: " (0x"), text.contains(") overlaps with ") {
      return String(text[..<overlap.lowerBound])
    }
    if let quoted = text.quoted { return String(quoted) }
    if text.hasPrefix("OF: reserved mem: 0x") {
      return text.split(separator: " ").last.map { String($0) }
    }
    if text.hasPrefix("cma: ") || text.hasPrefix("hugetlb_cma:") { return defaultArea }
    if text.contains("crashkernel") { return crashKernel }
    return nil
  }
}

extension Substring {
  /// What stands between the first two apostrophes, or nil.
  fileprivate var quoted: Substring? {
    guard let open = firstIndex(of: "'") else { return nil }
    let rest = self[index(after: open)...]
    guard let close = rest.firstIndex(of: "'") else { return nil }
    return rest[..<close]
  }
}
