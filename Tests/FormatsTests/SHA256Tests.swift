import Formats
import Testing

@Suite struct SHA256Tests {
  /// The examples of NIST for SHA-256.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
        + "mnopqrstnopqrstu", "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func standardVectors(_ text: String, _ digest: String) {
    #expect(SHA256.hexadecimal(of: text.utf8) == digest)
  }

  @Test func manyBlocks() {
    #if DEBUG
    let count = 100_000
    let digest = "6d1cf22d7cc09b085dfc25ee1a1f3ae0265804c607bc2074ad253bcc82fd81ee"
    #else
    let count = 1_000_000
    let digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    #endif
    #expect(SHA256.hexadecimal(of: [UInt8](repeating: 0x61, count: count)) == digest)
  }

  @Test func piecesMakeTheSameHashAsTheWhole() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
    for length in 0...200 {
      var hash = SHA256()
      hash.update(bytes[..<length])
      _ = hash.digest
      hash.update(bytes[length...])
      #expect(hash.hexadecimal == SHA256.hexadecimal(of: bytes))
    }
  }
}
