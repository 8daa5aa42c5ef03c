import PhysicalMemory

/// The size of a picture that policy states as `WIDTHxHEIGHT FORMAT`.
enum PictureFormat {
  /// A format: the bits of a pixel in the first plane, and in all planes together.
  struct Pixel: Sendable {
    let name: String
    let first: UInt64
    let all: UInt64

    init(_ name: String, _ first: UInt64, _ all: UInt64) {
      self.name = name
      self.first = first
      self.all = all
    }
  }

  /// The formats that policy can name (V4L2 and DRM fourcc names in lower case).
  static let pixels = [
    Pixel("nv12", 8, 12), Pixel("nv16", 8, 16), Pixel("raw8", 8, 8), Pixel("raw10p", 10, 10),
    Pixel("raw12p", 12, 12), Pixel("raw16", 16, 16), Pixel("rgb565", 16, 16),
    Pixel("rgb888", 24, 24), Pixel("xrgb8888", 32, 32), Pixel("argb8888", 32, 32),
    Pixel("yuv420", 8, 12), Pixel("yuyv", 16, 16), Pixel("p010", 16, 24),
  ]

  /// The bytes of a picture, rounded up to whole bytes.
  ///
  /// A line of the first plane is rounded up to `stride` bytes, the number of lines to `lines`; the
  /// other planes follow in proportion, as V4L2's `v4l2_fill_pixfmt` has it.
  static func parse(
    _ text: String,
    stride: UInt64 = 0,
    lines: UInt64 = 0
  ) throws(ValueError) -> SizeExpression {
    let words = text.split(separator: " ")
    let sides = words.first?.split(separator: "x").compactMap { UInt64($0) } ?? []
    guard words.count == 2, sides.count == 2, sides.allSatisfy({ (1...65_536).contains($0) }) else {
      throw ValueError("`\(text)` is no picture", help: "write `1920x1088 nv12`")
    }
    guard let pixel = pixels.first(where: { $0.name == words[1] }) else {
      throw ValueError(
        "there is no picture format `\(words[1])`",
        help: "use one of " + pixels.map(\.name).joined(separator: ", ")
      )
    }
    let height = rounded(sides[1], to: lines)
    guard stride > 0 else { return .bytes(ByteCount((sides[0] * height * pixel.all + 7) / 8)) }
    let line = rounded((sides[0] * pixel.first + 7) / 8, to: stride)
    let (product, overflow) = line.multipliedReportingOverflow(by: height * pixel.all)
    guard !overflow else { throw ValueError("`\(text)` is more than 64 bits hold") }
    return .bytes(ByteCount((product + pixel.first - 1) / pixel.first))
  }

  /// The largest step that a line or a number of lines is rounded to.
  static let maximumStep: UInt64 = 65_536

  private static func rounded(_ value: UInt64, to step: UInt64) -> UInt64 {
    let step = min(step, maximumStep)
    return step == 0 ? value : (value + step - 1) / step * step
  }

  /// The size of the picture that a buffer states.
  static func size(of buffer: PolicyValue) -> Sourced<SizeExpression>? {
    guard let text = buffer.text("format") else { return nil }
    let stride = buffer.count("stride")?.value ?? 0
    let lines = buffer.count("lines")?.value ?? 0
    guard let size = try? parse(text.value, stride: stride, lines: lines) else { return nil }
    return Sourced(size, text.origin)
  }
}
