import PhysicalMemory
import Testing

@testable import PageAllocator

/// 512 MiB as booted with `cma=64M`.
private func booted() throws -> PageAllocator {
  let area = PhysicalRange(start: PhysicalAddress(0x5b60_0000), saturating: .mib(64))
  return try PageAllocator(virtBoard(ram: .mib(512), cma: area))
}

private func address(_ outcome: DMAOutcome) -> UInt64? {
  outcome.buffer?.first.address(.kib4).rawValue
}

@Test func alignmentGapsAreThoseOfABootedKernel() throws {
  // The workload `align-gaps`: sizes and the addresses that Linux 6.1 gave them.
  let expected: [(size: UInt64, address: UInt64)] = [
    (4097, 0x5b66_0000), (8192, 0x5b66_2000), (12288, 0x5b66_4000), (20000, 0x5b66_8000),
    (65536, 0x5b67_0000), (65537, 0x5b68_0000), (131_072, 0x5b6a_0000), (200_000, 0x5b6c_0000),
    (524_288, 0x5b70_0000), (600_000, 0x5b80_0000), (1_048_576, 0x5b90_0000),
    (1_048_577, 0x5ba0_0000), (1_500_000, 0x5bc0_0000), (2_097_152, 0x5be0_0000),
    (2_200_000, 0x5c00_0000), (4_194_304, 0x5c30_0000), (4_194_305, 0x5c70_0000),
  ]
  var engine = try booted()
  let device = DMADevice(owner: OwnerID(1))
  let page = engine.dmaAllocate(ByteCount(4096), for: device)
  #expect(page.buffer?.source == .buddy)
  for (size, start) in expected {
    let outcome = engine.dmaAllocate(ByteCount(size), for: device)
    #expect(outcome.buffer?.source == .cma(CMAAreaID(0)))
    #expect(address(outcome) == start)
  }
  // 47632 kB of CmaFree were left.
  #expect(engine.freeCMAPageCount == 47632 / 4)
}

@Test func aFullAreaFallsBackToTheBuddyUpToTheLargestBlock() throws {
  var engine = try booted()
  let device = DMADevice(owner: OwnerID(1))
  let all = engine.dmaAllocate(.mib(63), for: device)
  #expect(address(all) == 0x5b70_0000)
  let large = engine.dmaAllocate(.mib(4), for: device)
  #expect(large.buffer?.source == .buddy)
  #expect(large.cma?.result == .failure(.noRoom))
  let above = engine.dmaAllocate(ByteCount((4 << 20) + 1), for: device)
  #expect(above.failure == .aboveLargestBlock)
  if let buffer = all.buffer { engine.dmaFree(buffer) }
  if let buffer = large.buffer { engine.dmaFree(buffer) }
  #expect(engine.freeCMAPageCount == 16288)
  #expect(engine.checkInvariants() == nil)
}

@Test func aBufferOutOfReachIsTakenFromALowerZone() throws {
  // The workload `pool-above-4g`: a 32-bit device, the default area above 4 GiB.
  let area = PhysicalRange(start: PhysicalAddress(0x1_3c00_0000), saturating: .mib(64))
  var engine = try PageAllocator(virtBoard(ram: .gib(4), cma: area))
  #expect(engine.freeCMAPageCount == 65024 / 4)
  let device = DMADevice(owner: OwnerID(1))
  let fits = engine.dmaAllocate(ByteCount(3_110_400), for: device)
  #expect(fits.buffer?.source == .buddy)
  #expect(fits.cmaWasOutOfReach)
  #expect(fits.buffer?.isWithinReach == true)
  let large = engine.dmaAllocate(ByteCount(12_441_600), for: device)
  #expect(large.failure == .aboveLargestBlock)
  #expect(engine.freeCMAPageCount == 65024 / 4)
}

@Test func theOwnAreaServesSinglePagesAndIsNotFollowedByTheDefaultOne() throws {
  var machine = virtBoard(ram: .mib(512), cma: mib(0x5b0, 64))
  machine.cmaAreas.append(CMAAreaDescription(name: "camera", range: mib(0x500, 8)))
  var engine = try PageAllocator(machine)
  var device = DMADevice(owner: OwnerID(1))
  device.cmaArea = CMAAreaID(1)
  #expect(address(engine.dmaAllocate(ByteCount(1), for: device)) == 0x5000_0000)
  let large = engine.dmaAllocate(.mib(16), for: device)
  #expect(large.cma?.result == .failure(.tooLarge))
  #expect(large.failure == .aboveLargestBlock)
}

@Test func armHasNoFallbackAndTrimsBlocks() throws {
  var machine = virtBoard(ram: .mib(512), cma: mib(0x5b0, 16))
  machine.architecture = .arm
  machine.hasZoneDMA32 = false
  var engine = try PageAllocator(machine)
  #expect(engine.atomicPoolReports().map(\.pages) == [64])
  #expect(engine.freeCMAPageCount == 4096 - 64)
  let device = DMADevice(owner: OwnerID(1))
  let page = engine.dmaAllocate(ByteCount(1), for: device)
  #expect(page.buffer?.source == .cma(CMAAreaID(0)))
  #expect(engine.dmaAllocate(.mib(16), for: device).failure == .cma(.noRoom))
  let atomic = engine.dmaAllocate(.kib(8), for: device, mayWait: false)
  #expect(atomic.buffer?.source == .atomicPool)
  machine.defaultCMAArea = nil
  machine.atomicPools = .none
  var plain = try PageAllocator(machine)
  let before = plain.freePageCount
  let trimmed = plain.dmaAllocate(.kib(20), for: device)
  #expect(trimmed.buffer?.pages == 5)
  #expect(plain.freePageCount == before - 5)
  if let buffer = trimmed.buffer { plain.dmaFree(buffer) }
  #expect(plain.freePageCount == before)
  #expect(plain.checkInvariants() == nil)
}

@Test func atomicRequestsOfNonCoherentDevicesUseTheAtomicPools() throws {
  var engine = try booted()
  var device = DMADevice(owner: OwnerID(1))
  let one = engine.dmaAllocate(.kib(12), for: device, mayWait: false)
  let two = engine.dmaAllocate(.kib(12), for: device, mayWait: false)
  // The DMA pool is the second one; chunks start at multiples of four pages.
  #expect(address(one) == 0x5b62_0000)
  #expect(address(two) == 0x5b62_4000)
  #expect(engine.dmaAllocate(.kib(256), for: device, mayWait: false).failure == .atomicPoolsFull)
  if let buffer = one.buffer { engine.dmaFree(buffer) }
  #expect(engine.atomicPoolReports().map(\.usedPages) == [0, 3, 0])
  device.isCoherent = true
  #expect(engine.dmaAllocate(.kib(256), for: device, mayWait: false).buffer?.source == .buddy)
}

@Test func anIOMMUNeedsNoContiguousPages() throws {
  var engine = try booted()
  let before = engine.freePageCount
  var device = DMADevice(owner: OwnerID(1))
  device.isBehindIOMMU = true
  let outcome = engine.dmaAllocate(ByteCount(5 << 20), for: device)
  #expect(outcome.buffer?.extents.map(\.pages).prefix(3) == [512, 512, 1])
  #expect(outcome.buffer?.pages == 1280)
  if let buffer = outcome.buffer { engine.dmaFree(buffer) }
  #expect(engine.freePageCount == before)
}

@Test func aCoherentPoolIsFinal() throws {
  var machine = virtBoard(ram: .mib(512), cma: mib(0x5b0, 64))
  machine.coherentPools = [PoolDescription(name: "dsp", range: mib(0x500, 1))]
  var engine = try PageAllocator(machine)
  var device = DMADevice(owner: OwnerID(1))
  device.coherentPool = CoherentPoolID(0)
  #expect(address(engine.dmaAllocate(.kib(600), for: device)) == 0x5000_0000)
  #expect(engine.dmaAllocate(.kib(4), for: device).failure == .coherentPoolFull)
}

@Test func restrictedPoolsServeRunsInsideASegment() throws {
  var machine = virtBoard(ram: .mib(512), cma: nil)
  machine.restrictedPools = [PoolDescription(name: "wifi", range: mib(0x500, 1))]
  var engine = try PageAllocator(machine)
  var device = DMADevice(owner: OwnerID(1))
  device.restrictedPool = RestrictedPoolID(0)
  #expect(address(engine.dmaAllocate(.kib(200), for: device)) == 0x5000_0000)
  // 56 KiB are left of the first segment of 256 KiB.
  #expect(address(engine.dmaAllocate(.kib(64), for: device)) == 0x5004_0000)
  #expect(engine.dmaAllocate(.kib(260), for: device).failure == .restrictedPoolFull)
}

@Test func reachFollowsTheWindowOfTheFirstByte() {
  var device = DMADevice(owner: .none)
  device.windows = [DMADevice.ReachWindow(mib(0x400, 256), bus: BusAddress(0))]
  device.coherentMask = BusAddress(0x0fff_ffff)
  #expect(device.reaches(PhysicalAddress(0x4000_0000), .mib(256)))
  #expect(!device.reaches(PhysicalAddress(0x4000_0000), ByteCount((256 << 20) + 1)))
  #expect(!device.reaches(PhysicalAddress(0x5000_0000), ByteCount(1)))
  #expect(device.physicalLimit == 0x4fff_ffff)
}

@Test func densePinsGiveTheRetriesOfABootedKernel() throws {
  // The workload `pins-dense`: memory full of anonymous pages, 150 MiB given back, and pins in the
  // second MiB of the area and in each from the eleventh on.
  let area = PhysicalRange(start: PhysicalAddress(0x5b60_0000), saturating: .mib(64))
  var machine = virtBoard(ram: .mib(512), cma: area)
  machine.watermarks = .off
  var engine = try PageAllocator(machine)
  let base = PageFrameNumber(holding: area.start, .kib4).rawValue
  let huge = PageRequest(order: Order(9), use: .transparentHuge, owner: OwnerID(2))
  var given: [PageFrameNumber] = []
  while engine.freePageCount > 33_500 { given.append(try engine.allocatePages(huge)) }
  #expect(engine.freeCMAPageCount == 16288)
  while engine.freePageCount > 5000 {
    _ = try engine.allocatePages(PageRequest(use: .anonymous, owner: OwnerID(2)))
  }
  for page in given.prefix(75) { engine.freePages(at: page) }
  var pinned: [PageFrameNumber] = []
  for window in [UInt64(0), 1] + Array(10..<64) {
    let pages = (0..<256).lazy.map { PageFrameNumber(base + window * 256 + $0) }
    for page in pages where engine.block(holding: page)?.use == .anonymous {
      engine.pin(page)
      pinned.append(page)
      break
    }
  }
  // As in the booted kernel one of these windows, the 14th, holds no such page.
  let windows = pinned.map { ($0.rawValue - base) / 256 }
  #expect(windows == [0, 1, 10, 11, 12] + Array(14..<64))
  let device = DMADevice(owner: OwnerID(1))
  // Size, the busy positions before the answer, and the address.
  func check(_ size: UInt64, _ retries: UInt64, _ expected: UInt64?) {
    let outcome = engine.dmaAllocate(ByteCount(size), for: device)
    #expect(outcome.cma?.busyRetries == retries)
    #expect(address(outcome) == expected)
  }
  check(12_441_600, 52, nil)
  check(3_110_400, 1, 0x5b80_0000)
  check(1_048_576, 1, 0x5bb0_0000)
  check(262_144, 0, 0x5b68_0000)
  for page in pinned { engine.unpin(page) }
  check(12_441_600, 0, 0x5bc0_0000)
  check(33_554_432, 0, 0x5c80_0000)
  #expect(engine.checkInvariants() == nil)
}
