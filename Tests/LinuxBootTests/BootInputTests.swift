import DeviceTree
import LinuxBoot
import PhysicalMemory
import Testing

/// What a caller can leave out or put in beside the tree.
struct BootInputTests {
  private func range(_ start: UInt64, _ size: UInt64) -> PhysicalRange {
    PhysicalRange(start: PhysicalAddress(start), saturating: ByteCount(size))
  }

  @Test func `what is not given is assumed and listed`() throws {
    let board = try TestBoard(banks: [(0x8000_0000, 1 << 30)])
    for set in OracleCase.KernelSet.allCases {
      let map = LinuxBoot.replay(BootInput(tree: try board.tree(), target: set.target)).map
      #expect(map.assumes.map(\.subject) == ["kernel", "dtb", "initrd"])
      let places = map.assumes.compactMap(\.range)
      #expect(places.count == 2)
      #expect(places.allSatisfy(range(0x8000_0000, 1 << 30).contains))
    }
  }

  @Test func `what is assumed keeps clear of what the tree reserves`() throws {
    var board = try TestBoard(banks: [(0x8000_0000, 1 << 30)])
    try board.addReservedMemory()
    try board.region("tf-a", ["reg": .numbers([0x8000_0000, 0x100_0000]), "no-map": .flag])
    try board.region("tee", ["reg": .numbers([0x8800_0000, 0x10_0000]), "no-map": .flag])
    for set in [OracleCase.KernelSet.arm64, .arm64v612, .riscv64] {
      let map = LinuxBoot.replay(BootInput(tree: try board.tree(), target: set.target)).map
      let places = map.assumes.compactMap(\.range?.start.rawValue)
      #expect(places == [0x8101_0000 - shift(set), 0x8820_0000])
      #expect(map.noMap.count == 2)
    }
  }

  /// What lies between where a kernel is loaded and where its reservation begins.
  private func shift(_ set: OracleCase.KernelSet) -> UInt64 { set == .arm64 ? 0 : 0x1_0000 }

  @Test func `given places leave nothing to assume, and dynamic places are exact`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, 1 << 30)])
    try board.addReservedMemory()
    try board.region("d", ["size": .number(0x10_0000)])
    let given = try board.boot().map
    #expect(given.assumes.isEmpty)
    #expect(given.regions[0].confidence == .exact)
    #expect(given.defaultCMA?.confidence == .modelled)
    let assumed = LinuxBoot.replay(
      BootInput(tree: try board.tree(), target: OracleCase.KernelSet.arm64.target)
    ).map
    #expect(assumed.regions[0].confidence == .modelled)
  }

  @Test func `an unmodelled version is noted and unverified`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, 1 << 30)])
    try board.addReservedMemory()
    try board.region("d", ["size": .number(0x10_0000)])
    let map = try board.boot { $0.target.version = KernelVersion(6, 6) }.map
    #expect(map.assumes.map(\.subject) == ["version"])
    #expect(map.regions[0].confidence == .unverified)
  }

  @Test func `a variant's RAM replaces the memory nodes`() throws {
    let board = try TestBoard(banks: [(0x4000_0000, 1 << 30)])
    let map = try board.boot { $0.ram = [range(0x4000_0000, 512 << 20)] }.map
    #expect(map.memory == [range(0x4000_0000, 512 << 20)])
    #expect(map.defaultCMA?.base == PhysicalAddress(0x5b60_0000))
  }

  @Test func `firmware is removed, reserved or not mapped`() throws {
    let board = try TestBoard(banks: [(0x4000_0000, 1 << 30)])
    let hole = range(0x6000_0000, 1 << 20)
    func boot(_ kind: FirmwareRange.Kind) throws -> BootMap {
      try board.boot { $0.firmware = [FirmwareRange(range: hole, kind: kind)] }.map
    }
    #expect(try boot(.removed).memory.count == 2)
    #expect(try boot(.reserved).reserved.contains(hole))
    #expect(try boot(.noMap).noMap == [hole])
  }

  @Test func `no memory is a panic, not a crash`() throws {
    let tree = try BlobEditor().tree()
    for set in OracleCase.KernelSet.allCases {
      #expect(LinuxBoot.replay(BootInput(tree: tree, target: set.target)).panic == .noMemory)
    }
  }

  @Test func `page sizes of 16 and 64 KiB take bigger granules`() throws {
    let board = try TestBoard(banks: [(0x4000_0000, 4 << 30)])
    for (page, granule) in [(PageSize.kib16, ByteCount.mib(32)), (.kib64, .mib(512))] {
      let map = try board.boot {
        $0.target.config.pageSize = page
        $0.target.config.forceMaxOrder = nil
      }.map
      let area = try #require(map.defaultCMA)
      #expect(area.size == max(granule, .mib(64)))
      #expect(area.base.rawValue % granule.rawValue == 0)
      #expect(area.confidence == .unverified)
    }
  }
}

/// The order of work of 6.12, where it is not in the recorded cases.
struct NewerKernelTests {
  private func boot(_ board: TestBoard, _ version: KernelVersion = KernelVersion(6, 12)) throws
    -> BootMap
  {
    try board.boot(.arm64v612, kernel: (0x4020_0000, 0x24f_0000)) {
      $0.target.version = version
    }.map
  }

  private func manyRegions() throws -> TestBoard {
    var board = try TestBoard(banks: [(0x4000_0000, 1 << 30)])
    try board.addReservedMemory()
    for index in 0..<66 {
      let base = 0x5000_0000 + UInt64(index) << 17
      try board.region("r@\(index)", ["reg": .numbers([base, 0x1_0000])])
    }
    try board.region("dyn", ["size": .number(0x10_0000)])
    return board
  }

  @Test func `the table has no limit since 6_12_103, and 64 entries before`() throws {
    let newer = try boot(try manyRegions())
    #expect(newer.regions.filter(\.isInTable).count == 67)
    let older = try boot(try manyRegions(), KernelVersion(6, 12, 94))
    // The dynamic node comes first, so three static ones are left over.
    #expect(older.regions.filter(\.isInTable).count == 64)
    #expect(older.regions.filter { $0.outcome == .lostBeyondTable }.count == 3)
  }

  @Test func `a window is filled from below next to a dynamic node only`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, 1 << 30)])
    try board.addReservedMemory()
    let window = TestBoard.Value.numbers([0x6000_0000, 0x40_0000])
    let above = TestBoard.Value.numbers([0x6040_0000, 0x400_0000])
    try board.region("a", ["size": .number(0x40_0000), "alloc-ranges": window])
    try board.region("b", ["size": .number(0x10_0000), "alloc-ranges": above])
    #expect(
      try boot(board).regionTexts == ["a 0x60000000+0x400000", "b 0x60400000+0x100000"]
    )
    let older = try board.boot().map
    #expect(older.regionTexts.contains("b 0x64300000+0x100000"))
  }

  @Test func `memreserve entries do not keep dynamic nodes away`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, 1 << 30)])
    try board.addReservedMemory()
    try board.reserve(0x7f00_0000, 0x100_0000)
    try board.region("d", ["size": .number(0x10_0000)])
    #expect(try boot(board).regionTexts == ["d 0x7ff00000+0x100000"])
    #expect(try board.boot().map.regionTexts == ["d 0x7ef00000+0x100000"])
  }
}
