import TestSupport
import Testing

@testable import LanguageServer

@Suite struct MessageStreamTests {
  private func items(_ bytes: [UInt8]) -> [MessageStream.Item] {
    var stream = MessageStream()
    stream.feed(bytes)
    var items: [MessageStream.Item] = []
    while let item = stream.next() { items.append(item) }
    return items
  }

  private func bodies(_ items: [MessageStream.Item]) -> [String] {
    items.compactMap { item in
      if case .message(let body) = item { String(decoding: body, as: UTF8.self) } else { nil }
    }
  }

  private func faults(_ items: [MessageStream.Item]) -> Int {
    items.count { if case .fault = $0 { true } else { false } }
  }

  @Test func severalMessagesComeOutInOrder() {
    let bytes = MessageStream.framed("{}") + MessageStream.framed("[é]") + MessageStream.framed("")
    #expect(
      items(bytes) == [.message(Array("{}".utf8)), .message(Array("[é]".utf8)), .message([])]
    )
  }

  @Test func everyCutIsTheSame() {
    let bytes = MessageStream.framed("{\"a\":1}") + MessageStream.framed("[2]")
    for cut in bytes.indices {
      var stream = MessageStream()
      var found: [MessageStream.Item] = []
      stream.feed(bytes[..<cut])
      while let item = stream.next() { found.append(item) }
      stream.feed(bytes[cut...])
      while let item = stream.next() { found.append(item) }
      #expect(bodies(found) == ["{\"a\":1}", "[2]"], "cut at \(cut)")
    }
  }

  @Test(arguments: [
    "content-length: 2\r\n\r\n{}", "CONTENT-LENGTH:2\r\n\r\n{}", "Content-Length: 2\n\n{}",
    "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}",
  ])
  func headersAreReadAsTheyAreWritten(text: String) {
    #expect(items(Array(text.utf8)) == [.message(Array("{}".utf8))])
  }

  /// One fault, and what comes afterwards is heard.
  @Test(arguments: [
    "garbage\r\n\r\n", "\0\u{1}\u{2}garbage\r\n\r\n", "Content-Length: x\r\n\r\n",
    "Content-Length: -1\r\n\r\n", "Content-Length: 99999999999999999999999\r\n\r\nabc",
    "Content-Length: 9999999999\r\n\r\n{\"a\":1}", "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "Content-Length:\r\n\r\n", "Content-Type: x\r\n\r\n{}", "\r\n\r\n", "\n\n\n\n",
  ])
  func afterAFaultTheNextMessageIsHeard(garbage: String) {
    let found = items(Array(garbage.utf8) + MessageStream.framed("{\"good\":1}"))
    #expect(faults(found) == 1)
    #expect(bodies(found) == ["{\"good\":1}"])
  }

  @Test func aHeaderWithoutEndIsGivenUp() {
    var stream = MessageStream()
    for _ in 0..<100 { stream.feed([UInt8](repeating: 0x61, count: 1000)) }
    var found: [MessageStream.Item] = []
    while let item = stream.next() { found.append(item) }
    #expect(faults(found) == 1 && found.count == 1)
    stream.feed(MessageStream.framed("{}"))
    #expect(stream.next() == .message(Array("{}".utf8)))
  }

  /// Noise of any kind never traps, and a message behind it is heard if the noise is no header.
  @Test func noiseIsPassedOver() {
    var random = SeededGenerator(seed: 8)
    let alphabet = Array("Content-Length: 0123456789\r\n\r\n{}\"x\0\u{7f}é".utf8)
    for _ in 0..<300 {
      let count = Int(random.next() % 60)
      let noise = (0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
      var stream = MessageStream()
      stream.feed(noise)
      while stream.next() != nil {}
      stream.feed(Array("\r\n\r\n".utf8))
      while stream.next() != nil {}
    }
  }
}
