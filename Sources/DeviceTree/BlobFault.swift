/// What is wrong with a malformed blob, and where: for people, after libfdt has refused it.
///
/// libfdt decides whether a blob is read, but for `misaligned(_:)`. Its error numbers say little, so
/// this looks for the first thing that can not be, in the order in which a reader meets it (Devicetree
/// Specification, chapter 5). O(bytes)
public struct BlobFault: Hashable, Sendable {
  /// What can not be, to be read behind "the blob is malformed: ".
  public let text: String
  /// The byte of the file where it stands.
  public let byte: Int

  /// The first fault of `blob`, whose header is all there; nil where nothing is found.
  init?(_ blob: [UInt8]) {
    var search = FaultSearch(blob)
    guard let fault = search.header() ?? search.reservations() ?? search.structure() else {
      return nil
    }
    self = fault
  }

  /// A block that is not where its kind has to begin (Devicetree Specification 5.6); nil where both are.
  ///
  /// libfdt reads them as they lie, which C leaves undefined and some machines trap.
  static func misaligned(_ blob: [UInt8]) -> BlobFault? {
    for (name, byte, alignment) in [("off_dt_struct", 8, 4), ("off_mem_rsvmap", 16, 8)] {
      let offset = Int(blob.bigEndian32(at: byte))
      if offset % alignment != 0 {
        return BlobFault("`\(name)` is \(offset), no multiple of \(alignment)", at: byte)
      }
    }
    return nil
  }

  init(_ text: String, at byte: Int) {
    self.text = text
    self.byte = byte
  }
}

/// One walk over a blob that something is wrong with.
private struct FaultSearch {
  private let blob: [UInt8]
  private let total: Int
  /// Where the names of the open nodes lie.
  private var open: [Range<Int>] = []

  /// The blob ends where its header says, or where the file does.
  init(_ blob: [UInt8]) {
    self.blob = blob
    total = min(Int(blob.bigEndian32(at: 4)), blob.count)
  }

  private func field(_ byte: Int) -> Int { Int(blob.bigEndian32(at: byte)) }

  // MARK: Header (5.2)

  func header() -> BlobFault? {
    if total < 40 {
      return BlobFault("`totalsize` is \(total), less than the header's own 40", at: 4)
    }
    for (name, byte) in [("off_dt_struct", 8), ("off_dt_strings", 12), ("off_mem_rsvmap", 16)] {
      let offset = field(byte)
      if offset < 40 { return BlobFault("`\(name)` is \(offset), inside the header", at: byte) }
      if offset > total {
        return BlobFault("`\(name)` is \(offset), past the end at byte \(total)", at: byte)
      }
    }
    if let fault = BlobFault.misaligned(blob) { return fault }
    let sizes = [("size_dt_strings", 32, 12)] + (field(20) >= 17 ? [("size_dt_struct", 36, 8)] : [])
    for (name, byte, start) in sizes where field(byte) > total - field(start) {
      return BlobFault(
        "`\(name)` is \(field(byte)), but only \(total - field(start)) bytes follow",
        at: byte
      )
    }
    return nil
  }

  // MARK: Reservations (5.3)

  func reservations() -> BlobFault? {
    let start = field(16)
    var offset = start
    while offset + 16 <= total {
      if blob.bigEndian64(at: offset + 8) == 0, blob.bigEndian64(at: offset) == 0 { return nil }
      // A list that runs into the next block has lost its end.
      if offset < field(8), offset + 16 > field(8), start < field(8) { break }
      offset += 16
    }
    return BlobFault("the list of memory reservations has no end", at: start)
  }

  // MARK: Structure (5.4)

  mutating func structure() -> BlobFault? {
    let start = field(8)
    let end = field(20) >= 17 ? start + field(36) : total
    var offset = start
    var hasRoot = false
    var hadChild = false
    while offset + 4 <= end {
      let token = offset
      offset += 4
      switch blob.bigEndian32(at: token) {
      case 1:
        if open.isEmpty, hasRoot { return BlobFault("there is a second root", at: token) }
        guard let name = text(offset, end) else {
          return BlobFault("the name of a node \(inside) has no end", at: offset)
        }
        if !hasRoot, !name.isEmpty { return BlobFault("the root has a name", at: offset) }
        (hasRoot, hadChild) = (true, false)
        open.append(name)
        offset = (name.upperBound + 4) & ~3
      case 2:
        if open.popLast() == nil { return BlobFault("a node ends that never began", at: token) }
        hadChild = true
      case 3:
        if let fault = property(token, end, hadChild) { return fault }
        offset = (offset + 8 + field(token + 4) + 3) & ~3
      case 4: break
      case 9:
        if !hasRoot { return BlobFault("there is no root", at: token) }
        return open.isEmpty
          ? nil : BlobFault("the tree ends \(inside), which is not closed", at: token)
      case let number:
        return BlobFault("there is no token 0x\(String(number, radix: 16)) (\(inside))", at: token)
      }
    }
    return BlobFault(
      open.isEmpty
        ? "the structure block has no end token" : "the structure block ends \(inside)",
      at: offset
    )
  }

  private func property(_ token: Int, _ end: Int, _ hadChild: Bool) -> BlobFault? {
    if open.isEmpty { return BlobFault("a property stands outside all nodes", at: token) }
    if hadChild { return BlobFault("a property of \(node) stands behind a child", at: token) }
    guard token + 12 <= end else {
      return BlobFault("the structure block ends in a property of \(node)", at: token)
    }
    let strings = field(12)..<field(12) + field(32)
    let name = field(token + 8)
    guard name < strings.count, let text = text(strings.lowerBound + name, strings.upperBound)
    else {
      let why = name < strings.count ? "has no end" : "lies past the block of strings"
      return BlobFault("the name of a property of \(node) \(why)", at: token + 8)
    }
    if field(token + 4) > end - token - 12 {
      return BlobFault(
        "`\(words(text))` of \(node) has \(field(token + 4)) bytes, more than follow",
        at: token + 4
      )
    }
    return nil
  }

  /// The bytes before the next NUL.
  private func text(_ start: Int, _ end: Int) -> Range<Int>? {
    guard start <= end, let zero = blob[start..<end].firstIndex(of: 0) else { return nil }
    return start..<zero
  }

  private func words(_ range: Range<Int>) -> String {
    String(decoding: blob[range].prefix(80), as: UTF8.self)
  }

  /// The innermost open node; of a path too deep for a line the end.
  private var node: String {
    if open.count <= 1 { return "`/`" }
    let shown = open.dropFirst().suffix(8).map { "/" + words($0) }.joined()
    return open.count > 9 ? "`...\(shown)`" : "`\(shown)`"
  }

  private var inside: String { open.isEmpty ? "outside all nodes" : "in \(node)" }
}
