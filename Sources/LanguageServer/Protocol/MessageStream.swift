/// Splits the bytes of a client into messages: a header with `Content-Length`, an empty line, a body
/// (LSP 3.17, base protocol).
///
/// No bytes make it trap or grow without bound. After a header that makes no sense it looks for the
/// next one that does and passes over what lies between.
struct MessageStream {
  /// What comes out of the stream.
  enum Item: Hashable {
    /// The body of a message.
    case message([UInt8])
    /// Why bytes were passed over; said once for each place.
    case fault(String)
  }

  /// The biggest body that is taken: a document of 16 MiB with every character escaped fits.
  static let maximumBody = 64 << 20
  /// The biggest header that is taken.
  static let maximumHeader = 4096

  private var buffer: [UInt8] = []
  private var start = 0
  /// Whether the place of the next header is not known.
  private var isLost = false

  /// Adds bytes in the order in which they came.
  mutating func feed(_ bytes: some Sequence<UInt8>) { buffer += bytes }

  /// The next item, or nil where more bytes are needed.
  ///
  /// Linear in the bytes of all items.
  mutating func next() -> Item? {
    if isLost, !findHeader() { return nil }
    guard let end = Self.headerEnd(buffer[start...]) else {
      guard buffer.count - start > Self.maximumHeader else { return nil }
      return lose("a header has more than \(Self.maximumHeader) bytes", at: start)
    }
    guard let length = Self.contentLength(buffer[start..<end]) else {
      // Noise may end in a header that makes sense.
      return lose("a header has no `Content-Length`", at: start)
    }
    guard length >= 0 else {
      return lose("the `Content-Length` of a header is no number, or two", at: end)
    }
    guard length <= Self.maximumBody else {
      return lose(
        "a message has more than \(Self.maximumBody >> 20) MiB, which is refused",
        at: end
      )
    }
    guard buffer.count - end >= length else { return nil }
    let body = Array(buffer[end..<end + length])
    drop(to: end + length)
    return .message(body)
  }

  private mutating func lose(_ reason: String, at place: Int) -> Item {
    isLost = true
    drop(to: place)
    return .fault(reason)
  }

  private mutating func drop(to place: Int) {
    start = place
    // Moving the rest costs as much as what was read, so it is done when half of it is dead.
    guard start > buffer.count / 2 else { return }
    buffer.removeFirst(start)
    start = 0
  }

  /// Moves to the next whole header that makes sense; false where none is there yet.
  ///
  /// A JSON text holds no raw line break inside a string, so no body looks like a header.
  private mutating func findHeader() -> Bool {
    let name = Array("content-length:".utf8)
    var place = start
    while place + name.count <= buffer.count {
      guard Self.lowercased(buffer[place..<place + name.count]).elementsEqual(name) else {
        place += 1
        continue
      }
      let rest = buffer[place...].prefix(Self.maximumHeader)
      if let end = Self.headerEnd(rest) {
        if let length = Self.contentLength(buffer[place..<end]),
          (0...Self.maximumBody).contains(length)
        {
          isLost = false
          drop(to: place)
          return true
        }
      } else if rest.count < Self.maximumHeader {
        drop(to: place)
        return false
      }
      place += 1
    }
    drop(to: max(start, min(place, buffer.count - name.count + 1)))
    return false
  }

  /// The place behind the empty line that ends a header; nil where there is none within the limit.
  private static func headerEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
    var previous: Int?
    for place in bytes.indices.prefix(maximumHeader) where bytes[place] == 0x0A {
      if let previous, bytes[(previous + 1)..<place].allSatisfy({ $0 == 0x0D }),
        place - previous <= 2
      {
        return place + 1
      }
      previous = place
    }
    return nil
  }

  /// The number behind `Content-Length`; nil where there is none, -1 where it is no number or where
  /// two differ.
  private static func contentLength(_ header: ArraySlice<UInt8>) -> Int? {
    var found: Int?
    for line in header.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        lowercased(line[..<colon]).elementsEqual("content-length".utf8)
      else { continue }
      let digits = line[(colon + 1)...].filter { $0 != 0x20 && $0 != 0x09 }
      guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return -1 }
      // What does not fit into 64 bits is too long in any case.
      let length = Int(String(decoding: digits, as: UTF8.self)) ?? Int.max
      if let found, found != length { return -1 }
      found = length
    }
    return found
  }

  private static func lowercased(_ bytes: ArraySlice<UInt8>) -> some Sequence<UInt8> {
    bytes.lazy.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }

  /// `body` with its header.
  static func framed(_ body: String) -> [UInt8] {
    Array("Content-Length: \(body.utf8.count)\r\n\r\n".utf8) + Array(body.utf8)
  }
}
