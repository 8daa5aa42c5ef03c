/// What can be typed at a place of a policy file.
struct CursorContext {
  /// Where in the text the place is.
  enum Place {
    /// On a line of its own.
    case line
    /// Behind a colon.
    case value
    /// Behind a dash, or between brackets.
    case item
    /// Between braces, where a key stands.
    case flowKey
    /// Between braces, behind a colon.
    case flowValue
  }

  let place: Place
  /// The way to the mapping, list or value that is being typed in.
  let path: [Outline.Step]
  /// The bytes that what is chosen replaces: the word that is being typed.
  let replaced: Range<Int>
  /// Whether a colon stands behind the word already.
  let hasColon: Bool
  /// Whether a space has to be written first.
  let needsSpace: Bool
  /// The keys that stand beside the word.
  let used: Set<String>
  /// The document of the file, from 0.
  let document: Int

  /// The word up to the cursor.
  let typed: String

  /// What the cursor at `offset` is in; nil in comments and texts, and behind whole values.
  init?(_ document: TextDocument, _ outline: Outline, at offset: Int) {
    let isInText = outline.texts.contains { $0.lowerBound < offset && offset <= $0.upperBound }
    if isInText { return nil }
    let number = outline.document(at: offset)
    let flow = outline.flows.last {
      $0.inside.lowerBound <= offset && offset <= $0.inside.upperBound
    }
    let found =
      flow.map { Finder(document, outline, number).inFlow($0, offset) }
      ?? Finder(document, outline, number).inBlock(offset)
    guard let found else { return nil }
    self = found
  }

  fileprivate init(
    _ place: Place,
    _ path: [Outline.Step],
    _ replaced: Range<Int>,
    typed: String,
    hasColon: Bool = false,
    needsSpace: Bool = false,
    used: Set<String> = [],
    document: Int
  ) {
    self.place = place
    self.path = path
    self.replaced = replaced
    self.hasColon = hasColon
    self.needsSpace = needsSpace
    self.used = used
    self.document = document
    self.typed = typed
  }
}

/// Looks for the context of a cursor.
private struct Finder {
  let text: TextDocument
  let outline: Outline
  let number: Int

  init(_ text: TextDocument, _ outline: Outline, _ number: Int) {
    self.text = text
    self.outline = outline
    self.number = number
  }

  private func typed(_ replaced: Range<Int>, _ offset: Int) -> String {
    String(
      decoding: text.bytes[
        replaced.lowerBound..<max(replaced.lowerBound, min(offset, replaced.upperBound))
      ],
      as: UTF8.self
    )
  }

  /// The keys beside `entry`, which is not counted itself.
  private func used(_ parent: Int?, but entry: Int?) -> Set<String> {
    let names = outline.children(of: parent, document: number).filter { $0 != entry }
      .compactMap { index -> String? in
        if case .key(let name) = outline.entries[index].step { name } else { nil }
      }
    return Set(names)
  }

  /// `range` if the cursor is in it or at an end of it, else nothing at the cursor.
  private func word(_ range: Range<Int>, _ offset: Int) -> Range<Int> {
    (range.lowerBound...range.upperBound).contains(offset) ? range : offset..<offset
  }

  // MARK: Flow style

  func inFlow(_ flow: Outline.Flow, _ offset: Int) -> CursorContext? {
    let index = flow.entries.last { index in
      guard let extent = outline.entries[index].extent else { return false }
      return extent.lowerBound <= offset && offset <= extent.upperBound
    }
    guard let index else { return nil }
    let entry = outline.entries[index]
    if !flow.isMapping {
      return context(.item, outline.path(of: index), word(entry.value, offset), offset)
    }
    if let colon = entry.colon, offset > colon {
      let replaced = word(entry.value, offset)
      return context(
        .flowValue,
        outline.path(of: index),
        replaced,
        offset,
        needsSpace: offset == colon + 1 && replaced.lowerBound == offset
      )
    }
    return context(
      .flowKey,
      outline.path(of: entry.parent),
      word(entry.head, offset),
      offset,
      hasColon: entry.colon != nil,
      used: used(entry.parent, but: index)
    )
  }

  // MARK: Block style

  func inBlock(_ offset: Int) -> CursorContext? {
    let line = text.line(text.lineNumber(ofOffset: offset))
    let onLine = outline.entries.indices.filter { index in
      let entry = outline.entries[index]
      return !entry.isFlow && line.startIndex <= entry.head.lowerBound
        && entry.head.lowerBound <= line.endIndex
    }
    guard let index = onLine.last(where: { outline.entries[$0].head.lowerBound <= offset }) else {
      // In front of what stands on the line nothing is to be completed.
      return onLine.isEmpty ? onBlankLine(offset, column: offset - line.startIndex) : nil
    }
    let entry = outline.entries[index]
    if entry.isItem { return afterDash(index, entry, offset) }
    if let colon = entry.colon, offset > colon {
      let replaced = word(entry.value, offset)
      // Behind a whole value and a blank the line is done.
      if replaced != entry.value, !entry.value.isEmpty { return nil }
      return context(
        .value,
        outline.path(of: index),
        replaced,
        offset,
        needsSpace: offset == colon + 1
      )
    }
    guard offset <= entry.head.upperBound else { return nil }
    return context(
      place(onLineOf: entry),
      outline.path(of: entry.parent),
      entry.head,
      offset,
      hasColon: entry.colon != nil,
      used: used(entry.parent, but: index)
    )
  }

  /// A key behind a dash stands on the dash's line.
  private func place(onLineOf entry: Outline.Entry) -> CursorContext.Place {
    guard let parent = entry.parent, outline.entries[parent].isItem else { return .line }
    let dash = outline.entries[parent].head.lowerBound
    let isSameLine =
      text.lineNumber(ofOffset: dash) == text.lineNumber(ofOffset: entry.head.lowerBound)
    return isSameLine ? .item : .line
  }

  private func afterDash(_ index: Int, _ entry: Outline.Entry, _ offset: Int) -> CursorContext? {
    guard offset > entry.head.lowerBound else { return nil }
    return context(
      .item,
      outline.path(of: index),
      word(entry.value, offset),
      offset,
      needsSpace: offset == entry.head.upperBound,
      used: used(index, but: nil)
    )
  }

  /// The nearest line above that is indented less is what a new line belongs to.
  private func onBlankLine(_ offset: Int, column: Int) -> CursorContext? {
    let parent = outline.entries.indices.last { index in
      let entry = outline.entries[index]
      return !entry.isFlow && entry.document == number && entry.head.upperBound <= offset
        && entry.column < column && (entry.colon != nil || entry.isItem)
    }
    if let parent, !outline.entries[parent].value.isEmpty { return nil }
    return context(
      .line,
      outline.path(of: parent),
      offset..<offset,
      offset,
      used: used(parent, but: nil)
    )
  }

  private func context(
    _ place: CursorContext.Place,
    _ path: [Outline.Step],
    _ replaced: Range<Int>,
    _ offset: Int,
    hasColon: Bool = false,
    needsSpace: Bool = false,
    used: Set<String> = []
  ) -> CursorContext {
    CursorContext(
      place,
      path,
      replaced,
      typed: typed(replaced, offset),
      hasColon: hasColon,
      needsSpace: needsSpace,
      used: used,
      document: number
    )
  }
}
