import Foundation
import LinuxBoot
import PhysicalMemory
import Testing

/// The logs of recorded boots, and what can happen to a log on its way to a file.
struct BootLogTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures/oracle-logs")

  static func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: name + ".txt")), as: UTF8.self)
  }

  private func facts(_ log: BootLog) -> String {
    "\(log.versionText ?? "") \(log.model ?? "") \(log.commandLine ?? "") \(log.memory) "
      + "\(log.nodeRanges) \(log.reserved.count) \(log.zones) \(log.messages)"
  }

  @Test func readsWhatTheKernelSays() throws {
    let log = BootLog(bytes: Array(try Self.text("cma-0-dt-default").utf8))
    #expect(log.version == KernelVersion(6, 1))
    #expect(log.model == "dmaplan oracle")
    #expect(log.commandLine?.hasSuffix("cma=0") == true)
    #expect(log.ram == PhysicalRegionSet([range(0x4000_0000, 0x2000_0000)]))
    #expect(log.zones.map(\.kind) == [.dma, .dma32, .normal])
    #expect(log.zones[1].range == nil)
    #expect(log.hasLists && log.isFromStart && log.reachedUserSpace && !log.panicked)
    #expect(
      log.messages.first == "Reserved memory: bypass cma node, using cmdline CMA params instead"
    )
  }

  @Test(arguments: ["cma-0-dt-default", "mix-8g", "banks-three-reversed"])
  func aLogSurvivesItsTransport(name: String) throws {
    let lines = try Self.text(name).split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0) }
    let wanted = facts(BootLog(bytes: Array(try Self.text(name).utf8)))
    // `dmesg -t`, without time stamps and levels.
    let bare = lines.map { line in
      guard let bracket = line.firstIndex(of: "]"), line.contains("[ ") else { return line }
      return String(line[line.index(after: bracket)...].dropFirst())
    }
    let transports: [(String, [String])] = [
      ("serial", lines.map { "\u{1B}[0m\($0)\u{1B}[K\r\r" }),
      ("bare", bare),
      ("journal", bare.map { "Nov 23 07:00:00 board kernel: \($0)" }),
      ("caller", lines.map { $0.replacing("] ", with: "][    T0] ", maxReplacements: 1) }),
      ("capture tool", lines.map { "[2026-11-23 07:00:00.123] \($0)" }),
      ("boot loader before", ["U-Boot 2023.01", "Starting kernel ..."] + lines),
      ("an earlier boot", ["[    0.000000] Linux version 5.10.0 (x) #1"] + lines),
      ("user space after", lines + ["Linux version 6.1.0 (x)", "cma: nothing", "login:"]),
    ]
    for (transport, lines) in transports {
      let log = BootLog(bytes: Array(lines.joined(separator: "\n").utf8))
      #expect(facts(log) == wanted, "\(transport)")
    }
  }

  @Test func aLogThatBeginsLateSaysSo() throws {
    let text = try Self.text("cma-64m")
    let late = text.split(separator: "\n").drop { !$0.contains("cma: Reserved") }
    let log = BootLog(bytes: Array(late.joined(separator: "\n").utf8))
    #expect(!log.isFromStart)
    #expect(log.messages.count == 1)
  }

  @Test func whatIsNoLogSaysNothing() {
    for text in ["", "\n\n", "hello", "{\"a\": 1}", "\u{0}\u{0}"] {
      #expect(BootLog(bytes: Array(text.utf8)).saysNothing)
    }
  }

  /// Any bytes are a log: nothing traps, and numbers out of range are left out.
  @Test func hostileBytes() throws {
    let odd = [
      "reserved[0x0] [0xffffffffffffffff-0xffffffffffffffff], 0x1 bytes flags: 0x0",
      "memory[0x0] [0x5-0x1]", "memory[", "reserved[]", "memory[0x0] [mem 0x-0x]", "[",
      "[99999999999999999999999.000000] Linux version", "[ 0.0000000] x", "\u{1B}[", "\u{1B}",
      "Zone ranges:", "  DMA", "  DMA [mem 0xg-0x1]", "Early memory node ranges",
      "  node 0: [mem 0x0-0xffffffffffffffff]", "MEMBLOCK configuration:",
      "Kernel command line: ", "Linux version ", "<>", "<6", "<6>", " kernel: ",
      "OF: reserved mem: initialized node ", "x (0x) overlaps with ", "''",
      "cma: Reserved 99999999999999999999 MiB",
    ]
    _ = BootLog(bytes: Array((odd + odd.reversed()).joined(separator: "\n").utf8))
    var bytes = Array(try Self.text("mix-8g").utf8)
    var state: UInt64 = 1
    for _ in 0..<60 {
      for _ in 0..<40 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 25)
      }
      _ = BootLog(bytes: bytes)
    }
  }
}

private func range(_ start: UInt64, _ size: UInt64) -> PhysicalRange {
  PhysicalRange(start: PhysicalAddress(start), saturating: ByteCount(size))
}
