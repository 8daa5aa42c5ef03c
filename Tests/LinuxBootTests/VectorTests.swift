import PhysicalMemory
import Testing

@testable import LinuxBoot

/// Vectors that booted kernels gave beyond the recorded cases (Annex A of the kernel model).
struct VectorTests {
  private let gib: UInt64 = 1 << 30

  @Test func `A1 mixed static and dynamic nodes go in the order of the heapsort`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, gib)])
    try board.addReservedMemory()
    try board.region("a", ["compatible": pool, "size": .number(0x100_0000), "reusable": .flag])
    try board.region("b", ["compatible": pool, "size": .number(0x200_0000), "no-map": .flag])
    try board.region("c", ["size": .number(0x12_3000)])
    try board.region(
      "d",
      [
        "compatible": pool, "size": .number(0x40_0000), "alignment": .number(0x40_0000),
        "no-map": .flag,
      ]
    )
    try board.region("e", ["compatible": pool, "size": .number(0x80_0000)])
    try board.region("f", ["reg": .numbers([0x5000_0000, 0x10_0000])])
    try board.region(
      "g",
      ["size": .number(0x20_0000), "alloc-ranges": .numbers([0x4000_0000, 0x800_0000])]
    )
    let map = try board.boot().map
    #expect(
      map.regionTexts == [
        "b 0x7e000000+0x2000000", "a 0x7d000000+0x1000000", "d 0x7cc00000+0x400000",
        "e 0x7c400000+0x800000", "c 0x7c2dd000+0x123000", "g 0x47e00000+0x200000",
        "f 0x50000000+0x100000",
      ]
    )
    #expect(map.noMapTexts == ["0x7cc00000+0x400000", "0x7e000000+0x2000000"])
    #expect(map.defaultCMA?.base == PhysicalAddress(0x7700_0000))
  }

  @Test(
    arguments: [
      (256 << 20, 0x4ba0_0000), (512 << 20, 0x5b60_0000), (1 << 30, 0x7ac0_0000),
      (2 << 30, 0xb9a0_0000), (3 << 30, 0xf880_0000), (6 << 30, 0xfc00_0000),
    ] as [(UInt64, UInt64)]
  ) func `A2 the default area lies below page tables and memmap`(
    _ ram: UInt64,
    _ base: UInt64
  ) throws {
    let map = try TestBoard(banks: [(0x4000_0000, ram)]).boot().map
    #expect(map.defaultCMA?.base == PhysicalAddress(base))
    #expect(map.defaultCMA?.size == .mib(64))
  }

  @Test func `A2 swiotlb and a crash kernel lie below the default area`() throws {
    let board = try TestBoard(banks: [(0x4000_0000, 6 * gib)])
    let map = try board.boot().map
    #expect(
      map.bounceBuffers
        == PhysicalRange(start: PhysicalAddress(0xf800_0000), saturating: .mib(64))
    )
    let crash = try board.boot(.arm64, "crashkernel=256M").map
    #expect(
      crash.crashKernel == PhysicalRange(start: PhysicalAddress(0xec00_0000), saturating: .mib(256))
    )
    let limited = try board.boot(.arm64, "mem=512M").map
    #expect(limited.defaultCMA?.base == PhysicalAddress(0x5b60_0000))
  }

  @Test func `A3 and A4 zones end at the next power of two in 6_1, exactly in 6_12`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, 3 * gib)])
    try board.bus("soc", dmaRanges: [0, 0x4000_0000, 0x3000_0000])
    let map = try board.boot().map
    #expect(map.zoneTexts == ["DMA 0x40000000-0x80000000", "DMA32 0x80000000-0x100000000"])
    #expect(map.defaultCMA?.base == PhysicalAddress(0x7c00_0000))
    let newer = try board.boot(.arm64v612, kernel: (0x4020_0000, 0x24f_0000)).map
    #expect(newer.zoneTexts.first == "DMA 0x40000000-0x70000000")

    var second = try TestBoard(banks: [(0x4000_0000, 6 * gib)])
    try second.addReservedMemory()
    try second.region(
      "xz@7f000000",
      ["compatible": pool, "reusable": .flag, "reg": .numbers([0x7f00_0000, 0x200_0000])]
    )
    try second.bus("soc", dmaRanges: [0, 0, 0x7000_0000])
    try second.bus("off", dmaRanges: [0, 0, 0x5000_0000], status: "disabled")
    let crossing = try second.boot().map
    #expect(
      crossing.zoneTexts == [
        "DMA 0x40000000-0x80000000", "DMA32 0x80000000-0x100000000",
        "Normal 0x100000000-0x1c0000000",
      ]
    )
    #expect(crossing.messages.contains("cma: CMA area xz@7f000000 could not be activated"))
    #expect(crossing.defaultCMA?.base == PhysicalAddress(0x7b00_0000))
  }

  @Test func `a reach below all RAM is stretched in 6_1 and leaves nothing in 6_12`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, gib)])
    try board.bus("soc", dmaRanges: [0, 0, 0x4000_0000])
    let older = try board.boot().map
    #expect(older.zoneTexts == ["DMA 0x40000000-0x80000000"])
    let newer = try board.boot(.arm64v612, kernel: (0x4020_0000, 0x24f_0000)).map
    #expect(newer.zoneTexts == ["DMA32 0x40000000-0x80000000"])
    #expect(newer.defaultCMA == nil)
    #expect(newer.messages.contains("cma: Failed to reserve 64 MiB on node -1"))
  }

  @Test func `A5 conflicts of static nodes`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, gib)])
    try board.addReservedMemory()
    try board.region("dtb", ["reg": .numbers([0x4800_0000, 0x1000]), "no-map": .flag])
    try board.region("p", ["reg": .numbers([0x5000_0000, 0x20_0000])])
    try board.region("q", ["reg": .numbers([0x5010_0000, 0x20_0000]), "no-map": .flag])
    try board.region(
      "bad",
      ["reg": .numbers([0x5100_1000, 0x40_0000]), "compatible": pool, "reusable": .flag]
    )
    try board.region(
      "both",
      [
        "reg": .numbers([0x5300_0000, 0x20_0000]), "compatible": pool, "reusable": .flag,
        "no-map": .flag,
      ]
    )
    try board.region("odd", ["reg": .rawCells([0, 0x5400_0000, 0])])
    try board.region("zero", ["reg": .numbers([0x5500_0000, 0])])
    try board.region("outside", ["reg": .numbers([0x2000_0000, 0x10_0000])])
    try board.region(
      "kernel",
      ["reg": .numbers([0x4030_0000, 0x10_0000]), "compatible": pool, "no-map": .flag]
    )
    try board.region("huge", ["size": .number(2 * gib)])
    try board.region("short", ["size": .rawCells([0x10_0000])])
    let map = try board.boot().map
    let outcomes = Dictionary(uniqueKeysWithValues: map.regions.map { ($0.node, $0.outcome) })
    func outcome(_ name: String) -> RegionOutcome? { outcomes["/reserved-memory/" + name] }
    #expect(
      outcome("q")
        == .refusedNoMap(by: [
          Occupant(
            owner: .node("/reserved-memory/p"),
            range: PhysicalRange(start: PhysicalAddress(0x5000_0000), saturating: .mib(2))
          )
        ])
    )
    #expect(outcome("bad") == .freed(.misaligned(granule: Alignment(shift: 21))))
    #expect(outcome("both") == .freed(.reusableNoMap))
    #expect(outcome("odd") == .malformed(property: "reg"))
    #expect(outcome("zero") == .emptyReg)
    #expect(outcome("outside") == .placed)
    #expect(outcome("short") == .malformed(property: "size"))
    #expect(
      map.messages.contains(
        "p (0x0000000050000000--0x0000000050200000) overlaps with "
          + "q (0x0000000050100000--0x0000000050300000)"
      )
    )
    #expect(
      map.messages.contains(
        "Reserved memory: created DMA memory pool at 0x0000000040300000, size 1 MiB"
      )
    )
    #expect(
      map.messages.contains(
        "OF: reserved mem: failed to allocate memory for node 'huge': size 2048 MiB"
      )
    )
    #expect(map.noMap == [])
    guard case .notPlaced(let failure)? = outcome("huge") else {
      Issue.record("a request of 2 GiB was placed")
      return
    }
    #expect(failure.size == .gib(2))
    #expect(failure.largestFree?.end == PhysicalAddress(0x8000_0000))
    #expect(failure.neighbours.first?.range.end == failure.largestFree?.start)
  }

  @Test func `A6 details of dynamic nodes`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, gib)])
    try board.addReservedMemory()
    let ranges: [UInt64] = [0x1000_0000, 0x100_0000, 0x6000_0000, 0x100_0000]
    try board.region("p", ["size": .number(0x10_0000), "alloc-ranges": .numbers(ranges)])
    try board.region("q", ["size": .number(0x12345)])
    try board.region("r", ["size": .number(0x10_0000), "alignment": .number(0x30_0000)])
    try board.region("s", ["compatible": pool, "size": .number(0x30_0001), "reusable": .flag])
    try board.region(
      "t",
      ["compatible": pool, "size": .number(0x10_0000), "reusable": .flag, "no-map": .flag]
    )
    try board.region(
      "u",
      [
        "size": .number(0x10_0000), "no-map": .flag,
        "alloc-ranges": .numbers([0x1000_0000, 0x100_0000]),
      ]
    )
    let map = try board.boot().map
    #expect(
      map.regionTexts == [
        "q 0x7ffedc80+0x12345", "r 0x7fc00000+0x100000", "s 0x7f800000+0x300001",
        "t 0x7feedc80+0x100000", "u 0x0+0x0", "p 0x60f00000+0x100000",
      ]
    )
    #expect(map.regions[2].outcome == .freed(.misaligned(granule: Alignment(shift: 21))))
    #expect(map.regions[3].outcome == .lost(.reusableNoMap))
    #expect(map.regions[3].isKept)
  }

  @Test func `A7 an area from the command line bypasses the default node and takes its place`()
    throws
  {
    var board = try TestBoard(banks: [(0x4000_0000, gib)])
    try board.addReservedMemory()
    try board.region(
      "linux,cma",
      [
        "compatible": pool, "size": .number(0x200_0000), "reusable": .flag,
        "linux,cma-default": .flag,
      ]
    )
    let alone = try board.boot().map
    #expect(alone.defaultCMA?.base == PhysicalAddress(0x7e00_0000))
    let map = try board.boot(.arm64, "cma=16M").map
    #expect(map.regions[0].outcome == .freed(.bypassedByCommandLine))
    #expect(map.defaultCMA?.base == PhysicalAddress(0x7dc0_0000))
  }

  @Test func `A8 nodes beyond the table stay reserved or are never placed`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, gib)])
    try board.addReservedMemory()
    for index in 0..<68 {
      let base = 0x5000_0000 + UInt64(index) << 17
      try board.region("r@\(index)", ["reg": .numbers([base, 0x1_0000])])
    }
    try board.region("dyn", ["size": .number(0x10_0000)])
    let map = try board.boot().map
    let line = "OF: reserved mem: not enough space for all defined regions."
    #expect(map.messages.filter { $0 == line }.count == 5)
    #expect(map.regions.filter(\.isInTable).count == 64)
    #expect(map.regions.filter { $0.outcome == .lostBeyondTable }.count == 4)
    #expect(map.regions.last?.outcome == .skippedBeyondTable)
    #expect(map.reserved.filter { $0.size == .kib(64) }.count == 68)
  }

  @Test func `A9 other cells than the root's make the whole node void`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, gib)])
    try board.addReservedMemory(width: 1)
    try board.region("a", ["reg": .rawCells([0x5000_0000, 0x10_0000])])
    let map = try board.boot().map
    #expect(map.regions.isEmpty)
    #expect(
      map.messages.first == "OF: fdt: Reserved memory: unsupported node format, ignoring"
    )
  }

  @Test func `A10 a no-map node above mem= is accepted, a dynamic one lies below`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, gib)])
    try board.addReservedMemory()
    try board.region("n", ["reg": .numbers([0x7000_0000, 0x100_0000]), "no-map": .flag])
    try board.region("d", ["size": .number(0x20_0000), "no-map": .flag])
    let map = try board.boot(.arm64, "mem=512M").map
    #expect(map.regionTexts.first == "d 0x5fe00000+0x200000")
    #expect(map.regions[1].outcome == .placed)
    #expect(!map.regions[1].isKept)
    #expect(map.messages.first == "Memory limited to 512MB")
  }

  @Test func `A11 pools without alloc-ranges go above 4 GiB`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, 6 * gib)])
    try board.addReservedMemory()
    let low = TestBoard.Value.numbers([0x4000_0000, 0x8000_0000])
    let size = TestBoard.Value.number(0x100_0000)
    try board.region("a", ["compatible": pool, "size": size, "reusable": .flag])
    try board.region(
      "b",
      ["compatible": pool, "size": size, "reusable": .flag, "alloc-ranges": low]
    )
    try board.region(
      "c",
      [
        "compatible": pool, "size": size, "reusable": .flag, "alloc-ranges": low,
        "linux,cma-default": .flag,
      ]
    )
    let map = try board.boot().map
    #expect(
      map.regionTexts == [
        "b 0xbf000000+0x1000000", "c 0xbe000000+0x1000000", "a 0x1bf000000+0x1000000",
      ]
    )
    #expect(map.defaultCMA?.name == "c")
  }

  @Test func `A12 pools beyond the last slot are refused, and the default area with them`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, gib)])
    try board.addReservedMemory()
    for index in 0..<22 {
      let base = 0x5000_0000 + UInt64(index) << 21
      try board.region(
        "p@\(index)",
        ["compatible": pool, "reusable": .flag, "reg": .numbers([base, 0x20_0000])]
      )
    }
    let map = try board.boot().map
    #expect(map.cma.count == 20)
    #expect(map.defaultCMA == nil)
    #expect(map.regions.filter { $0.outcome == .freed(.noSlot(slots: 20)) }.count == 2)
    let line = "cma: Not enough slots for CMA reserved regions!"
    #expect(map.messages.filter { $0 == line }.count == 3)
  }

  @Test func `A15 an empty alloc-ranges allows nothing`() throws {
    var board = try TestBoard(banks: [(0x4000_0000, gib)])
    try board.addReservedMemory()
    try board.region("w", ["size": .number(0x10_0000), "alloc-ranges": .flag])
    let map = try board.boot().map
    #expect(
      map.messages.first
        == "OF: reserved mem: failed to allocate memory for node 'w': size 1 MiB"
    )
    guard case .notPlaced(let failure) = map.regions[0].outcome else {
      Issue.record("the node was placed")
      return
    }
    #expect(failure.tried == [])
  }

  @Test func `movablecore takes the top of the highest zone`() throws {
    let map = try TestBoard(banks: [(0x4000_0000, 6 * gib)]).boot(.arm64, "movablecore=2G").map
    #expect(
      map.zoneTexts == [
        "DMA 0x40000000-0x100000000", "Normal 0x100000000-0x140000000",
        "Movable 0x140000000-0x1c0000000",
      ]
    )
  }

  @Test func `slots of swiotlb are rounded up to segments of 128`() throws {
    let board = try TestBoard(banks: [(0x4000_0000, gib)])
    for (slots, segments) in [(1, 1), (128, 1), (129, 2), (2049, 17)] {
      let map = try board.boot(.arm64, "swiotlb=\(slots),force").map
      #expect(map.bounceBuffers?.size == .kib(256) * UInt64(segments))
    }
  }

  @Test func `an initial RAM disk without a number is none`() throws {
    let end = TestBoard.Value.number(0x4980_0000)
    for properties in [
      [("linux,initrd-start", .flag), ("linux,initrd-end", end)],
      [("linux,initrd-start", end), ("linux,initrd-end", .flag)],
      [("linux,initrd-start", end), ("linux,initrd-end", end)],
    ] as [[(String, TestBoard.Value)]] {
      var board = try TestBoard(banks: [(0x4000_0000, gib)])
      try board.choose(properties)
      #expect(BootInput.statedInitrd(of: try board.tree()) == nil)
    }
  }

  @Test func `of nodes at one address the smaller comes first`() throws {
    for sizes in [[0x10_0000, 0x20_0000], [0x20_0000, 0x10_0000]] as [[UInt64]] {
      var board = try TestBoard(banks: [(0x4000_0000, gib)])
      try board.addReservedMemory()
      for (name, size) in zip(["a", "b"], sizes) {
        try board.region(name, ["reg": .numbers([0x5000_0000, size])])
      }
      let map = try board.boot().map
      #expect(map.regions.map(\.size) == [.mib(1), .mib(2)])
    }
  }
}
