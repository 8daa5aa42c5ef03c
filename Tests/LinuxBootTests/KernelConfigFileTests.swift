import Testing

@testable import LinuxBoot

/// A `.config` is read plain or packed, and nothing that is neither gets through.
@Suite struct KernelConfigFileTests {
  private static let plain = "CONFIG_CMA=y\nCONFIG_CMA_SIZE_MBYTES=96\n# CONFIG_NUMA is not set\n"

  /// `plain`, packed by `gzip -n -9`.
  private static let packed: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x73, 0xf6, 0xf7, 0x73, 0xf3, 0x74,
    0x8f, 0x77, 0xf6, 0x75, 0xb4, 0xad, 0xe4, 0x72, 0x86, 0x73, 0xe2, 0x83, 0x3d, 0xa3, 0x5c, 0xe3,
    0x7d, 0x9d, 0x22, 0x43, 0x5c, 0x83, 0x6d, 0x2d, 0xcd, 0xb8, 0x94, 0x15, 0xa0, 0x72, 0x7e, 0xa1,
    0xbe, 0x8e, 0x0a, 0x99, 0xc5, 0x0a, 0x79, 0xf9, 0x25, 0x0a, 0xc5, 0xa9, 0x25, 0x5c, 0x00, 0x4b,
    0x90, 0x02, 0xbd, 0x40, 0x00, 0x00, 0x00,
  ]

  /// 17 MiB of zeros, packed by `gzip -n -9` into 17 KiB, most of which are the same.
  private static let bomb: [UInt8] =
    [
      0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xec, 0xc1, 0x01, 0x01, 0x00,
      0x00, 0x00, 0x80, 0x90, 0xfe, 0xaf, 0xee, 0x08, 0x0a,
    ]
    + repeated(0x00, 8190)
    + [0x80, 0xd9, 0x83, 0x03, 0x01, 0x00, 0x00, 0x00, 0x00, 0x20, 0xff, 0xd7, 0x46, 0x50]
    + repeated(0x55, 8191)
    + [0x69, 0x0f, 0x0e, 0x09, 0x00, 0x00, 0x00, 0x00, 0x04, 0xfd, 0x7f, 0xed, 0x07, 0x33]
    + repeated(0x00, 890)
    + [0xf0, 0x04, 0x0b, 0x09, 0x77, 0x8f, 0x00, 0x00, 0x10, 0x01]

  private static func repeated(_ byte: UInt8, _ count: Int) -> [UInt8] {
    [UInt8](repeating: byte, count: count)
  }

  @Test func packedAndPlainAreTheSame() throws {
    #expect(try KernelConfigFile.text(Array(Self.plain.utf8)) == Self.plain)
    #expect(try KernelConfigFile.text(Self.packed) == Self.plain)
  }

  @Test func membersFollowEachOther() throws {
    #expect(try KernelConfigFile.text(Self.packed + Self.packed) == Self.plain + Self.plain)
    #expect(try KernelConfigFile.text(Self.packed + [0, 0, 0]) == Self.plain)
    let failure = #expect(throws: KernelConfigFile.Failure.self) {
      try KernelConfigFile.text(Self.packed + Array("tail".utf8))
    }
    #expect(failure?.description.contains("something else follows") == true)
    #expect(failure?.description.contains("byte \(Self.packed.count)") == true)
  }

  @Test func everyTruncationIsSaid() {
    for count in 0..<Self.packed.count {
      let failure = #expect(throws: KernelConfigFile.Failure.self, "\(count) bytes") {
        try KernelConfigFile.text(Array(Self.packed.prefix(count)))
      }
      if count >= GZip.mark.count {
        #expect(failure?.description == "the gzip file ends too early, at byte \(count)")
      }
      #expect(failure?.help.isEmpty == false)
    }
  }

  /// No flipped bit gives another text: the header's free bits change nothing, all others are
  /// found by the format or by its checksum.
  @Test func noFlippedBitGivesAnotherText() {
    var refused = 0
    for bit in 0..<Self.packed.count * 8 {
      var bytes = Self.packed
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      do throws(KernelConfigFile.Failure) {
        let text = try KernelConfigFile.text(bytes)
        #expect(text == Self.plain, "bit \(bit)")
      } catch {
        refused += 1
      }
    }
    // Everything behind the header of ten bytes is covered by the checksum.
    #expect(refused >= (Self.packed.count - 10) * 8)
  }

  @Test func nothingUnpacksWithoutEnd() throws {
    #expect(throws: GZip.Failure.tooLarge(limit: 10)) {
      try GZip.unpack(Self.packed, limit: 10)
    }
    #expect(
      try GZip.unpack(Self.packed, limit: Self.plain.utf8.count).count == Self.plain.utf8.count
    )
    #expect(throws: GZip.Failure.tooLarge(limit: Self.plain.utf8.count - 1)) {
      try GZip.unpack(Self.packed, limit: Self.plain.utf8.count - 1)
    }
    let failure = #expect(throws: KernelConfigFile.Failure.self) {
      try KernelConfigFile.text(Self.bomb)
    }
    #expect(failure?.description.contains("more than 16 MiB") == true)
  }

  @Test func aTextWithoutSymbolsIsNone() {
    let failure = #expect(throws: KernelConfigFile.Failure.self) {
      try KernelConfigFile.text(Array("hello".utf8))
    }
    #expect(failure?.description.contains("no CONFIG_ symbol") == true)
  }
}
