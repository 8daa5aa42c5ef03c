import PhysicalMemory
import Testing

@testable import LinuxBoot

struct CommandLineTests {
  @Test(arguments: [
    ("64M", 64 << 20), ("0x10k", 16 << 10), ("010", 8), ("50%", 50), ("", 0), ("1g", 1 << 30),
    ("abc", 0), ("0x", 0), ("18446744073709551615", UInt64.max), ("16E", 0),
  ]) func `sizes are read as memparse reads them`(_ text: String, _ value: UInt64) {
    #expect(MemParse.value(text) == value)
  }

  @Test func `what follows a number is left over`() {
    let (value, rest) = MemParse.parse("64M@0x50000000")
    #expect(value == 64 << 20)
    #expect(rest == "@0x50000000")
  }

  @Test func `quotes protect blanks and go away`() {
    let line = CommandLine(#"quiet a="b c" "d=e f" cma=64M -- cma=1M"#)
    #expect(line.words.map(\.name) == ["quiet", "a", "d", "cma"])
    #expect(line.words.map(\.value) == [nil, "b c", "e f", "64M"])
    #expect(line.last("cma")?.characters == 22..<29)
  }

  @Test func `dashes and underscores are the same in names`() {
    #expect(CommandLine("hugetlb-cma=1G").last("hugetlb_cma")?.value == "1G")
  }
}

struct KernelVersionTests {
  @Test(arguments: [
    ("6.1", "6.1"), ("v6.12.94", "6.12.94"), ("6.1.0-56-arm64", "6.1"), ("6.12.0", "6.12.0"),
    ("6.10", "6.10"),
  ]) func `versions are read`(_ text: String, _ printed: String) {
    #expect(KernelVersion(text)?.description == printed)
  }

  @Test(arguments: ["", "6", "6.x", "6.1.2.3", "six", "6.1rc", "99999.1", "6..1"])
  func `anything else is refused`(_ text: String) { #expect(KernelVersion(text) == nil) }

  @Test func `six-ten is newer than six-nine, a series is its newest patch`() {
    #expect(KernelVersion(6, 9) < KernelVersion(6, 10))
    #expect(KernelVersion(6, 12, 94) < KernelVersion(6, 12))
    #expect(KernelVersion(6, 12) < KernelVersion(6, 13, 0))
  }

  @Test func `versions without a model use the nearest one`() {
    #expect(KernelVersion(6, 6).nearestModelled == KernelVersion(6, 1))
    #expect(KernelVersion(6, 18).nearestModelled == KernelVersion(6, 12))
    #expect(KernelVersion(6, 12, 94).nearestModelled == KernelVersion(6, 12, 94))
  }
}

struct KernelTargetTests {
  private func granule(
    _ version: KernelVersion,
    _ architecture: Architecture,
    _ text: String
  ) -> ByteCount {
    let config = KernelConfig(text: text, version: version, architecture: architecture)
    return KernelTarget(version: version, architecture: architecture, config: config)
      .cmaMinAlignment.bytes
  }

  @Test func `the CMA granule follows page size, huge pages and the biggest block`() {
    let v61 = KernelVersion(6, 1)
    let v612 = KernelVersion(6, 12)
    #expect(granule(v61, .arm64, "CONFIG_HUGETLB_PAGE=y") == .mib(2))
    #expect(granule(v61, .arm64, "CONFIG_TRANSPARENT_HUGEPAGE=y") == .mib(4))
    #expect(granule(v612, .arm64, "CONFIG_TRANSPARENT_HUGEPAGE=y") == .mib(2))
    #expect(granule(v61, .arm64, "CONFIG_ARM64_16K_PAGES=y\nCONFIG_HUGETLBFS=y") == .mib(32))
    #expect(granule(v61, .arm64, "CONFIG_ARM64_64K_PAGES=y\nCONFIG_HUGETLBFS=y") == .mib(512))
    #expect(granule(v61, .arm, "CONFIG_ARCH_FORCE_MAX_ORDER=12") == .mib(8))
    #expect(granule(v612, .arm, "CONFIG_ARCH_FORCE_MAX_ORDER=12") == .mib(16))
    #expect(granule(v61, .arm, "") == .mib(4))
  }

  /// Bigger blocks than a section of memory build in no kernel.
  @Test func `the largest order is 15`() {
    func order(_ version: KernelVersion, _ forced: Int) -> Order {
      let text = "CONFIG_ARCH_FORCE_MAX_ORDER=\(forced)\n"
      let config = KernelConfig(text: text, version: version, architecture: .arm64)
      return KernelTarget(version: version, architecture: .arm64, config: config).maxOrder
    }
    #expect(
      [15, 16, 17].map { order(KernelVersion(6, 1), $0) } == [Order(14), Order(15), Order(10)]
    )
    #expect(
      [15, 16, 17].map { order(KernelVersion(6, 12), $0) } == [Order(15), Order(15), Order(10)]
    )
  }

  @Test func `the number of CMA areas has one more up to 6.8`() {
    func slots(_ version: KernelVersion, _ text: String) -> Int {
      let config = KernelConfig(text: text, version: version, architecture: .arm64)
      return KernelTarget(version: version, architecture: .arm64, config: config).cmaAreaSlots
    }
    #expect(slots(KernelVersion(6, 1), "CONFIG_CMA=y\nCONFIG_CMA_AREAS=19") == 20)
    #expect(slots(KernelVersion(6, 12), "CONFIG_CMA=y\nCONFIG_CMA_AREAS=20") == 20)
    #expect(slots(KernelVersion(6, 1), "CONFIG_CMA=y\nCONFIG_NUMA=y") == 20)
    #expect(slots(KernelVersion(6, 1), "CONFIG_CMA=y") == 8)
    #expect(slots(KernelVersion(6, 1), "") == 0)
  }

  @Test func `a config remembers the line of each symbol and takes the last value`() {
    let text =
      "# comment\nCONFIG_CMA=y\nCONFIG_CMA_SIZE_MBYTES=64\n# CONFIG_NUMA is not set\n"
      + "CONFIG_CMA_SIZE_MBYTES=32\nCONFIG_CMDLINE=\"a \\\"b\\\"\"\nnonsense\n"
    let config = KernelConfig(text: text, version: KernelVersion(6, 1), architecture: .arm64)
    #expect(config.cma)
    #expect(config.defaultAreaSize == .bytes(.mib(32)))
    #expect(config.lines["CMA_SIZE_MBYTES"] == 5)
    #expect(config.lines["NUMA"] == 4)
    #expect(config.commandLine == #"a "b""#)
    #expect(config.hugetlbPage == false)
  }
}
