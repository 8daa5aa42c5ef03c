/// A word of the command line whose value the kernel reads otherwise than it was meant.
public struct CommandLineFault: Hashable, Sendable {
  /// How much of it the kernel can use.
  public enum Kind: Hashable, Sendable {
    /// Nothing: there is no number.
    case nothing
    /// The number, but what follows is passed over without a word.
    case part(rest: String)
    /// All of it, with letters behind the unit that mean nothing.
    case unitTail(rest: String)
  }

  /// The word.
  public let word: CommandLine.Word
  /// How much of it counts.
  public let kind: Kind
  /// What the kernel takes the value for.
  public let reading: UInt64
  /// How the value is written.
  public let form: String
}

extension CommandLine {
  /// The words that set memory aside and are not written as `lib/cmdline.c: memparse` reads them.
  ///
  /// Of a size list with nodes or ranges only the beginning is looked at. O(length)
  public var memoryFaults: [CommandLineFault] {
    words.compactMap { word in
      guard let form = Self.sizeForms[word.name.replacing("-", with: "_")] else { return nil }
      return Self.fault(word, form: form)
    }
  }

  /// The words with a size in front, and how they are written.
  private static let sizeForms = [
    "cma": "SIZE[@BASE[-LIMIT]]", "mem": "SIZE", "coherent_pool": "SIZE",
    "crashkernel": "SIZE[@OFFSET]", "hugetlb_cma": "SIZE", "cma_pernuma": "SIZE",
    "vmalloc": "SIZE",
  ]

  /// What may follow the first number of each.
  private static let separators: [String: Set<Character>] = [
    "cma": ["@"], "mem": ["@"], "crashkernel": ["@", "-", ",", ":"], "hugetlb_cma": [":"],
  ]

  private static func fault(_ word: Word, form: String) -> CommandLineFault? {
    guard let value = word.value, !value.isEmpty else {
      return CommandLineFault(word: word, kind: .nothing, reading: 0, form: form)
    }
    // Words with a meaning of their own.
    if word.name == "mem", value == "nopentium" { return nil }
    let first = value.first ?? " "
    let (number, rest) = MemParse.parse(Substring(value))
    guard first.isASCII, first.isNumber else {
      return CommandLineFault(word: word, kind: .nothing, reading: number, form: form)
    }
    guard let next = rest.first,
      !(separators[word.name.replacing("-", with: "_")] ?? []).contains(next)
    else { return nil }
    let isTail = ["iB", "B", "ib", "b"].contains { rest == $0 || rest.hasPrefix($0 + "@") }
    let tail = String(rest)
    return CommandLineFault(
      word: word,
      kind: isTail && rest.count <= 2 ? .unitTail(rest: tail) : .part(rest: tail),
      reading: number,
      form: form
    )
  }
}
