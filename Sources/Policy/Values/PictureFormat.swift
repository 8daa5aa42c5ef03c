import PhysicalMemory

/// The size of a picture that policy states as `WIDTHxHEIGHT FORMAT`.
enum PictureFormat {
  /// Bits for each pixel, all planes together, of the formats that policy can name
  /// (V4L2 and DRM fourcc names in lower case).
  static let bitsPerPixel: [(name: String, bits: UInt64)] = [
    ("nv12", 12), ("nv16", 16), ("raw8", 8), ("raw10p", 10), ("raw12p", 12), ("raw16", 16),
    ("rgb565", 16), ("rgb888", 24), ("xrgb8888", 32), ("argb8888", 32), ("yuv420", 12),
    ("yuyv", 16), ("p010", 24),
  ]

  /// The bytes of a picture, rounded up to whole bytes.
  static func parse(_ text: String) throws(ValueError) -> SizeExpression {
    let words = text.split(separator: " ")
    let sides = words.first?.split(separator: "x").compactMap { UInt64($0) } ?? []
    guard words.count == 2, sides.count == 2, sides.allSatisfy({ (1...65_536).contains($0) }) else {
      throw ValueError("`\(text)` is no picture", help: "write `1920x1088 nv12`")
    }
    guard let format = bitsPerPixel.first(where: { $0.name == words[1] }) else {
      let names = bitsPerPixel.map(\.name)
      throw ValueError(
        "there is no picture format `\(words[1])`",
        help: "use one of " + names.joined(separator: ", ")
      )
    }
    return .bytes(ByteCount((sides[0] * sides[1] * format.bits + 7) / 8))
  }

  static func size(_ text: Sourced<String>?) -> Sourced<SizeExpression>? {
    guard let text, let size = try? parse(text.value) else { return nil }
    return Sourced(size, text.origin)
  }
}
