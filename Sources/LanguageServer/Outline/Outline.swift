/// The keys and items of a policy file as far as they can be made out, for a file that is being
/// typed.
///
/// The strict reader stops at the first fault of syntax; an outline never does. It follows
/// indentation in block style and brackets in flow style, and takes a line without a colon for a
/// key that is half typed. Places are bytes.
struct Outline {
  /// A step from a mapping or list to what is in it.
  enum Step: Hashable {
    case key(String)
    case item(Int)
  }

  /// A key with its value, or an item of a list.
  struct Entry {
    let step: Step
    /// The entry that it stands in; nil at the top of a document.
    let parent: Int?
    /// Which document of the file it is in, from 0.
    let document: Int
    /// The key as it is written, with its quotes; of an item the dash, or nothing in flow style.
    let head: Range<Int>
    /// The colon behind a key; nil where it is not typed yet.
    var colon: Int?
    /// What stands behind it on the same line, or the whole value in flow style; empty for nothing.
    var value: Range<Int>
    /// How far the line is indented up to the head, in block style.
    let column: Int
    /// Everything between the separators around it, in flow style.
    var extent: Range<Int>?

    var isFlow: Bool { extent != nil }
    var isItem: Bool { if case .item = step { true } else { false } }
  }

  /// A pair of brackets, or one that is not closed yet.
  struct Flow {
    let isMapping: Bool
    /// From behind the bracket that opens to the one that closes.
    var inside: Range<Int>
    /// The entry whose value it is.
    let owner: Int?
    /// The entries directly inside.
    var entries: [Int] = []
  }

  /// The entries in the order of the file.
  var entries: [Entry] = []
  /// The pairs of brackets, outer before inner.
  var flows: [Flow] = []
  /// Where documents other than the first begin.
  var documentStarts: [Int] = []
  /// Comments and block texts, where nothing is to be completed.
  var texts: [Range<Int>] = []

  /// The outline of a file.
  ///
  /// Linear in its size.
  init(_ document: TextDocument) {
    var parser = OutlineParser(document)
    parser.parse()
    self = parser.outline
  }

  /// An outline of nothing, for the parser to fill.
  init() {}

  // MARK: Questions

  /// The way from the top of the document to an entry.
  func path(of entry: Int?) -> [Step] {
    var path: [Step] = []
    var current = entry
    while let index = current {
      path.append(entries[index].step)
      current = entries[index].parent
    }
    return path.reversed()
  }

  /// The entries directly inside another one.
  func children(of parent: Int?, document: Int) -> [Int] {
    entries.indices.filter { entries[$0].parent == parent && entries[$0].document == document }
  }

  /// The keys of the mapping that `parent` holds.
  func keys(of parent: Int?, document: Int) -> [String] {
    children(of: parent, document: document).compactMap { index in
      if case .key(let name) = entries[index].step, entries[index].colon != nil {
        name
      } else {
        nil
      }
    }
  }

  /// Which document of the file the byte at `offset` is in.
  func document(at offset: Int) -> Int { documentStarts.count { $0 <= offset } }

  /// The entry whose head or value the byte at `offset` is in, the innermost one.
  func entry(at offset: Int) -> Int? {
    entries.indices.last { index in
      let entry = entries[index]
      return (entry.head.lowerBound...entry.head.upperBound).contains(offset)
        || (!entry.value.isEmpty
          && (entry.value.lowerBound...entry.value.upperBound).contains(offset))
    }
  }

  /// The entry at a path in a document.
  func entry(atPath path: [Step], document: Int) -> Int? {
    var current: Int?
    for step in path {
      let found = children(of: current, document: document).last { entries[$0].step == step }
      guard let found else { return nil }
      current = found
    }
    return current
  }
}

extension [Outline.Step] {
  /// The names of the keys, `+` left out; nil where an item of a list is on the way.
  var names: [String]? {
    var names: [String] = []
    for step in self {
      guard case .key(let name) = step else { return nil }
      names.append(name.withoutPlus)
    }
    return names
  }
}

extension String {
  /// The key without the sign that appends to a list.
  var withoutPlus: String { hasSuffix("+") ? String(dropLast()) : self }
}
