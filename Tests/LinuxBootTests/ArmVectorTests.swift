import LinuxBoot
import PhysicalMemory
import Testing

/// What booted 32-bit kernels did beyond the recorded cases.
struct ArmVectorTests {
  private let ram: UInt64 = 0x4000_0000
  private let mib: UInt64 = 1 << 20

  private func boot(_ board: TestBoard, _ commandLine: String = "") throws -> BootOutcome {
    try board.boot(.arm, commandLine, kernel: (0x4030_0000, 0x130_7588)) { input in
      input.objects.kernelLoad = PhysicalAddress(0x4020_8000)
      input.objects.initrd = PhysicalRange(
        start: PhysicalAddress(0x4800_0000),
        saturating: .mib(1)
      )
      input.objects.dtb = PhysicalRange(
        start: PhysicalAddress(0x4820_0000),
        saturating: ByteCount(0x5e8)
      )
    }
  }

  @Test(
    arguments: [
      (512, "", 0x5f00_0000), (1024, "", 0x7f00_0000), (2048, "", 0xbf00_0000),
      (3072, "", 0xfe80_0000), (776, "", 0x6f00_0000), (1024, "cma=256M", 0x7000_0000),
      (1024, "cma=264M", 0x5f80_0000), (1024, "cma=64M@0-1792M", 0x6c00_0000),
      (512, "cma=64M@0x150000000", 0x5000_0000),
    ] as [(UInt64, String, UInt64)]
  )
  func `the default area prefers highmem and never straddles the border`(
    _ size: UInt64,
    _ commandLine: String,
    _ base: UInt64
  ) throws {
    let board = try TestBoard(banks: [(ram, size * mib)])
    #expect(try boot(board, commandLine).map.defaultCMA?.base == PhysicalAddress(base))
  }

  @Test(
    arguments: [
      ("", 0x7000_0000), ("vmalloc=16M", 0x7e00_0000), ("vmalloc=1M", 0x7e00_0000),
      ("vmalloc=100M", 0x78c0_0000), ("vmalloc=300M", 0x6c40_0000), ("vmalloc=512M", 0x5f00_0000),
      ("vmalloc=2G", 0x4200_0000),
    ] as [(String, UInt64)]
  ) func `vmalloc= moves the border`(
    _ commandLine: String,
    _ border: UInt64
  ) throws {
    let board = try TestBoard(banks: [(ram, 1024 * mib)])
    #expect(try boot(board, commandLine).map.lowMemoryEnd == PhysicalAddress(border))
  }

  @Test func `a region that ends inside the last page below 4 GiB wraps and kills`() throws {
    var board = try TestBoard(banks: [(ram, 3072 * mib)])
    try board.addReservedMemory()
    try board.region("d", ["size": .number(0x40_0000)])
    let outcome = try boot(board)
    #expect(outcome.map.regionTexts == ["d 0xffbfffc0+0x400000"])
    guard case .wrapsAddressSpace? = outcome.panic else {
      Issue.record("the kernel survived")
      return
    }
  }

  @Test func `no more memory than the tree describes, and some of it for the kernel`() throws {
    let board = try TestBoard(banks: [(ram, 512 * mib)])
    #expect(try boot(board, "mem=0").panic == .noMemory)
    #expect(
      try boot(board, "mem=1G").panic
        == .memoryDoesNotExist(
          PhysicalRange(start: PhysicalAddress(0x6000_0000), saturating: .mib(512))
        )
    )
    guard case .kernelOutsideMemory? = try boot(board, "mem=64M@0x50000000").panic else {
      Issue.record("a kernel outside memory survived")
      return
    }
  }

  @Test func `a no-map node in the gap below the kernel's text is fatal`() throws {
    var board = try TestBoard(banks: [(ram, 512 * mib)])
    try board.addReservedMemory()
    try board.region("gap", ["reg": .numbers([0x4028_0000, 0x1000]), "no-map": .flag])
    guard case .noMapInKernel? = try boot(board).panic else {
      Issue.record("the kernel survived")
      return
    }
  }

  @Test func `a pool outside RAM kills where lowmem would be, and is survived above`() throws {
    func outcome(_ base: UInt64, _ commandLine: String) throws -> BootOutcome {
      var board = try TestBoard(banks: [(ram, 512 * mib)])
      try board.addReservedMemory()
      try board.region(
        "cma",
        ["compatible": pool, "reusable": .flag, "reg": .numbers([base, 32 * mib])]
      )
      return try boot(board, commandLine)
    }
    guard case .areaWithoutMemory? = try outcome(0x5400_0000, "mem=256M").panic else {
      Issue.record("the kernel survived")
      return
    }
    let far = try outcome(0x8000_0000, "")
    #expect(far.panic == nil)
    #expect(far.map.hazards.count == 1)
    #expect(far.map.cma.map(\.isActive) == [true, true])
  }

  @Test func `pools on mapped memory are refused`() throws {
    var board = try TestBoard(banks: [(ram, 512 * mib)])
    try board.addReservedMemory()
    try board.region("p", ["compatible": pool, "reg": .numbers([0x5000_0000, 0x10_0000])])
    let map = try boot(board).map
    #expect(map.regions[0].outcome == .freed(.needsNoMap))
    #expect(!map.regions[0].isKept)
  }

  @Test func `a machine with a DMA zone keeps the default area in it`() throws {
    var board = try TestBoard(banks: [(ram, 2048 * mib)])
    try board.set("compatible", .strings(["raspberrypi,4-model-b", "brcm,bcm2711"]), at: "/")
    let map = try boot(board).map
    #expect(map.dmaLimit == PhysicalAddress(0x8000_0000))
    // The limit is the last address of the zone, so its last granule is lost.
    #expect(map.defaultCMA?.base == PhysicalAddress(0x7e80_0000))
  }
}
