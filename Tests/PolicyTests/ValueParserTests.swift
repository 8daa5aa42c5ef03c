import PhysicalMemory
import Testing

@testable import Policy

@Suite struct ValueParserTests {
  @Test(arguments: [
    ("96MiB", UInt64(96 << 20)), ("96M", 96 << 20), ("0x600_0000", 0x600_0000), ("4096", 4096),
    ("25%", 256 << 20), ("min(25%, 128MiB)", 128 << 20), ("max(1KiB, min(2K,3K))", 2048), ("0", 0),
  ])
  func sizes(text: String, bytes: UInt64) throws {
    #expect(try ValueParser.size(text).bytes(ram: .gib(1)) == ByteCount(bytes))
  }

  @Test(arguments: [
    "96 MB", "96MB", "96 MiB", "1.5MiB", "0o17", "017", "", "MiB", "min(1M", "min()", "-1",
    "99999999999999999999", "20000000T", "1:30", "96MiBx", "25 %", "0x", "1e3",
  ])
  func whatIsNoSize(text: String) {
    #expect(throws: ValueError.self) { try ValueParser.size(text) }
  }

  @Test func theHelpNamesTheSpelling() {
    #expect(
      throws: ValueError(
        "`96 MB` is no size",
        help: "write `96MiB` or `96M`",
        replacement: "96MiB"
      )
    ) {
      try ValueParser.size("96 MB")
    }
  }

  private static let ram = PhysicalRegionSet([
    PhysicalRange(start: PhysicalAddress(0x4000_0000), end: PhysicalAddress(0x8000_0000))
  ])

  @Test(arguments: [
    ("0x4000_0000..0x8000_0000", "0x4000_0000..<0x8000_0000"),
    ("ram.start..+256MiB", "0x4000_0000..<0x5000_0000"),
    ("ram.end-16MiB..ram.end", "0x7f00_0000..<0x8000_0000"),
    ("0..+25%", "0x0..<0x1000_0000"),
  ])
  func ranges(text: String, printed: String) throws {
    #expect(try ValueParser.range(text).range(ram: Self.ram)?.description == printed)
  }

  @Test(arguments: ["0x8000_0000..0x4000_0000", "1..", "..1", "1-2", "device.ve", "a..b", "1...2"])
  func whatIsNoRange(text: String) {
    #expect(throws: ValueError.self) { try ValueParser.range(text) }
  }

  @Test func deviceReach() throws {
    #expect(try ValueParser.range("device.ve.reach") == .reach(ofDevice: "ve"))
  }

  @Test func times() throws {
    #expect(try ValueParser.time("90s").microseconds == 90_000_000)
    #expect(try ValueParser.time("2min").description == "2min")
    #expect(try ValueParser.eventRate("4/min").per.description == "1min")
    #expect(try ValueParser.throughput("2MiB/s").0 == .mib(2))
    #expect(throws: ValueError.self) { try ValueParser.time("90") }
    #expect(throws: ValueError.self) { try ValueParser.eventRate("4/0s") }
  }

  @Test func pictures() throws {
    #expect(try PictureFormat.parse("1920x1088 nv12").bytes(ram: .zero) == ByteCount(3_133_440))
    #expect(throws: ValueError.self) { try PictureFormat.parse("1920x1088 nv99") }
  }
}
