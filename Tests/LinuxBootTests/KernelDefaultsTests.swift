import LinuxBoot
import PhysicalMemory
import Testing

/// What a kernel is like of which nothing but version and architecture is known.
@Suite struct KernelDefaultsTests {
  @Test func defaultsOfTheArchitectures() {
    func config(_ architecture: Architecture, _ minor: Int) -> KernelConfig {
      KernelConfig(version: KernelVersion(6, minor), architecture: architecture)
    }
    let (arm64, arm, riscv) = (config(.arm64, 1), config(.arm, 1), config(.riscv64, 12))
    #expect([arm64, arm, riscv].map(\.nodesShift) == [4, 4, 2])
    #expect([arm64, arm, riscv].map(\.highmem) == [false, true, false])
    #expect([arm64, arm, riscv].map(\.zoneDMA) == [true, false, false])
    #expect([arm64, arm, riscv].map(\.zoneDMA32) == [true, false, true])
    #expect([arm64, arm, riscv].map(\.cpus) == [256, 4, 64])
    #expect([arm64, arm, riscv].map(\.sparsemem) == [true, false, true])
    #expect([arm64, arm, riscv].map(\.cmaAreas) == [7, 7, 8])
    #expect([arm64, arm, riscv].map(\.virtualAddressBits) == [39, 48, 48])
    #expect(
      config(.arm64, 9).virtualAddressBits == 52 && config(.arm64, 8).virtualAddressBits == 39
    )
    #expect(config(.arm64, 9).cpus == 256 && config(.arm64, 10).cpus == 512)
    #expect(config(.arm64, 8).cmaAreas == 7 && config(.arm64, 9).cmaAreas == 8)
  }

  @Test(arguments: [
    ("CONFIG_CMDLINE=\"quiet\"\n", KernelConfig.CommandLineUse.ifNoneGiven),
    ("CONFIG_CMDLINE_FORCE=y\n", .force), ("CONFIG_CMDLINE_EXTEND=y\n", .extend),
    ("# CONFIG_CMDLINE_FORCE is not set\n# CONFIG_CMDLINE_EXTEND is not set\n", .ifNoneGiven),
  ])
  func howCommandLinesGoTogether(_ text: String, _ use: KernelConfig.CommandLineUse) {
    let config = KernelConfig(text: text, version: KernelVersion(6, 1), architecture: .arm64)
    #expect(config.commandLineUse == use)
  }

  @Test(arguments: [
    (Architecture.arm64, KernelVersion(6, 1), true), (.arm64, KernelVersion(6, 2), false),
    (.arm64, KernelVersion(6, 12, 93), false), (.arm64, KernelVersion(6, 12, 94), true),
    (.arm64, KernelVersion(6, 12), true), (.arm, KernelVersion(6, 1), true),
    (.arm, KernelVersion(6, 12), false), (.riscv64, KernelVersion(6, 12, 102), false),
    (.riscv64, KernelVersion(6, 12, 103), true), (.riscv64, KernelVersion(6, 1), false),
  ])
  func whatWasRecorded(_ architecture: Architecture, _ version: KernelVersion, _ isCovered: Bool) {
    var target = KernelTarget(version: version, architecture: architecture)
    #expect(target.isCoveredByRecordedBoots == isCovered)
    target.config.pageSize = .kib64
    #expect(!target.isCoveredByRecordedBoots)
  }

  @Test(arguments: [("", 256), ("CONFIG_NR_CPUS=64\n", 64), ("CONFIG_NR_CPUS=99999999\n", 65536)])
  func processors(_ text: String, _ count: Int) {
    let config = KernelConfig(text: text, version: KernelVersion(6, 1), architecture: .arm64)
    #expect(config.cpus == count)
  }

  /// `of_property_read_u32` fails, and so does the whole set-up of nodes.
  @Test func aNodeNumberWithoutANumberIsNone() throws {
    func nodes(_ number: TestBoard.Value) throws -> Set<Int> {
      var board = try TestBoard(banks: [(0x4000_0000, 1 << 30)])
      try board.addMemory([(1 << 36, 1 << 30)], node: 1)
      try board.set("numa-node-id", number, at: "/memory@0")
      let map = try board.boot { $0.target.config.numa = true }.map
      return Set(map.zones.map(\.node))
    }
    #expect(try nodes(.rawCells([0])) == [0, 1])
    #expect(try nodes(.flag) == [0])
  }

  @Test func aKernelThatDiesEarlyHasTheMemoryThatItSaw() throws {
    let board = try TestBoard(banks: [(0x4000_0000, 0x400_0000), (0x5000_0000, 0x400_0000)])
    let outcome = try board.boot(.arm, kernel: (0x4821_0000, 0x80_0000))
    // What lies below the kernel is ignored.
    let bank = PhysicalRange(start: PhysicalAddress(0x5000_0000), saturating: .mib(64))
    #expect(outcome.panic != nil)
    #expect(PhysicalRegionSet(outcome.map.memory) == PhysicalRegionSet([bank]))
  }
}

@Suite struct LogCornerTests {
  @Test func onlyTheLineOfInitEndsTheBoot() {
    let text = """
      Linux version 6.1.0
      Run /etc/rc as it comes
      random words as init process
      cma: Reserved 16 MiB at 0x0000000050000000
      Run /init as init process
      cma: Reserved 32 MiB at 0x0000000060000000
      """
    let log = BootLog(bytes: Array(text.utf8))
    #expect(log.messages == ["cma: Reserved 16 MiB at 0x0000000050000000"])
    #expect(log.reachedUserSpace)
  }

  @Test func onlyWhatIsReservedForACrashKernelIsOfThisMatter() {
    let text = """
      Linux version 6.1.0
      Reserving 64 KiB for the firmware
      Memory is kept for crashkernel
      Reserving 16MB of memory at 1024MB for crashkernel (System RAM: 2048MB)
      """
    let found = BootLog(bytes: Array(text.utf8)).messages
    #expect(found == ["Reserving 16MB of memory at 1024MB for crashkernel (System RAM: 2048MB)"])
  }

  /// A version that nobody stated is the log's, to its patch level; a stated one stays.
  @Test(arguments: [true, false])
  func theVersionOfALog(isStated: Bool) throws {
    let board = try TestBoard(banks: [(0x4000_0000, 1 << 30)])
    let comparison = BootComparison(
      BootLog(bytes: Array("Linux version 6.1.55\n".utf8)),
      BootInput(
        tree: try board.tree(),
        target: OracleCase.KernelSet.arm64.target,
        commandLine: ""
      ),
      isVersionStated: isStated,
      isConfigStated: false
    )
    #expect(
      comparison.input.target.version == (isStated ? KernelVersion(6, 1) : KernelVersion(6, 1, 55))
    )
  }

  @Test func anAreaOfNoMachineIsCutAtOneTebibyte() throws {
    let board = try TestBoard(banks: [(0x4000_0000, 1 << 30)])
    let text = "Linux version 6.1.0\ncma: Reserved 99999999999 MiB at 0x0000000050000000\n"
    var target = OracleCase.KernelSet.arm64.target
    target.config.defaultAreaSize = .bytes(.mib(16))
    let comparison = BootComparison(
      BootLog(bytes: Array(text.utf8)),
      BootInput(tree: try board.tree(), target: target, commandLine: ""),
      isVersionStated: true,
      isConfigStated: false
    )
    #expect(comparison.differences.contains(.assumedDefaultSize(.mib(16), log: .gib(1024))))
  }
}
