import PhysicalMemory
import TestSupport
import Testing

@testable import LinuxBoot

/// A model of memblock with one record for each byte.
private struct ByteMap {
  struct Byte: Equatable {
    var isMemory = false
    var isNoMap = false
    var isReserved = false
  }
  var bytes: [Byte]

  mutating func change(_ range: Range<Int>, _ body: (inout Byte) -> Void) {
    for index in range.clamped(to: bytes.indices) { body(&bytes[index]) }
  }

  /// Where no border of memory entries may lie inside an allocation: mapped memory only.
  private func isFree(_ index: Int) -> Bool {
    bytes[index].isMemory && !bytes[index].isNoMap && !bytes[index].isReserved
  }

  func find(
    _ size: Int,
    _ align: UInt64,
    _ window: Range<Int>,
    base: UInt64,
    bottomUp: Bool
  ) -> Int? {
    let candidates = bytes.indices.filter { start in
      (base + UInt64(start)) % align == 0
        && start >= window.lowerBound && start + size <= window.upperBound
        && (start..<start + size).allSatisfy(isFree)
    }
    return bottomUp ? candidates.first : candidates.last
  }
}

struct MemblockTests {
  private static let size = 256

  /// The first byte of the map: the lowest, or that of the last ones that a range can hold.
  private static let bases: [UInt64] = [0, .max - UInt64(size)]

  #if DEBUG
  private static let steps = 60
  #else
  private static let steps = 3000
  #endif

  private func both(_ memblock: Memblock, _ map: ByteMap, _ base: UInt64) -> Bool {
    for index in 0..<Self.size {
      let address = PhysicalAddress(base + UInt64(index))
      let memory = memblock.memory.entry(holding: address)
      let byte = map.bytes[index]
      let reserved = memblock.reserved.entry(holding: address) != nil
      if (memory != nil) != byte.isMemory || reserved != byte.isReserved { return false }
      if let memory, memory.flags.contains(.noMap) != byte.isNoMap { return false }
    }
    return true
  }

  private func isNormal(_ list: Memblock.List) -> Bool {
    zip(list.entries, list.entries.dropFirst()).allSatisfy { lower, upper in
      lower.range.end < upper.range.start
        || (lower.range.end == upper.range.start && lower.flags != upper.flags)
    } && list.entries.allSatisfy { !$0.range.isEmpty }
  }

  @Test(arguments: 0..<40, bases) func `every operation does what a byte map does`(
    _ seed: UInt64,
    _ first: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    var memblock = Memblock(
      maximum: PhysicalAddress(.max),
      page: ByteCount(1),
      memoryCapacity: 128,
      reservedCapacity: 128
    )
    var map = ByteMap(bytes: Array(repeating: .init(), count: Self.size))
    for _ in 0..<Self.steps {
      let start = Int.random(in: 0..<Self.size, using: &random)
      let end = Int.random(in: start...Self.size, using: &random)
      let base = PhysicalAddress(first + UInt64(start))
      let size = ByteCount(UInt64(end - start))
      let range = start..<end
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1:
        try memblock.add(base, size)
        map.change(range) { $0.isMemory = true }
      case 2:
        try memblock.remove(base, size)
        map.change(range) {
          $0.isMemory = false
          $0.isNoMap = false
        }
      case 3:
        try memblock.reserve(base, size)
        map.change(range) { $0.isReserved = true }
      case 4:
        try memblock.free(base, size)
        map.change(range) { $0.isReserved = false }
      case 5:
        let on = Bool.random(using: &random)
        try memblock.setNoMap(on, base, size)
        map.change(range) { if $0.isMemory { $0.isNoMap = on } }
      default:
        let wanted = Int.random(in: 1...32, using: &random)
        let align = 1 << Int.random(in: 0...4, using: &random)
        let bottomUp = Bool.random(using: &random)
        let found = memblock.find(
          ByteCount(UInt64(wanted)),
          alignment: UInt64(align),
          from: base,
          .below(PhysicalAddress(first + UInt64(max(end, 2)))),
          bottomUp: bottomUp
        )
        let expected = map.find(
          wanted,
          UInt64(align),
          // Page 0 is never given out, and a page is a byte here.
          max(start, first == 0 ? 1 : 0)..<max(end, 2, start),
          base: first,
          bottomUp: bottomUp
        )
        #expect(found == expected.map { PhysicalAddress(first + UInt64($0)) })
      }
      #expect(both(memblock, map, first))
      #expect(isNormal(memblock.memory) && isNormal(memblock.reserved))
    }
  }

  private func memblock(_ banks: [(UInt64, UInt64)], page: UInt64 = 4096) throws -> Memblock {
    var memblock = Memblock(
      maximum: PhysicalAddress(.max),
      page: ByteCount(page),
      memoryCapacity: 128,
      reservedCapacity: 8
    )
    for (base, size) in banks { try memblock.add(PhysicalAddress(base), ByteCount(size)) }
    return memblock
  }

  @Test func `page 0 is never given out`() throws {
    let memblock = try memblock([(0, 0x2000)])
    #expect(memblock.find(ByteCount(0x1000), alignment: 1, .anywhere) == PhysicalAddress(0x1000))
    #expect(memblock.find(ByteCount(0x2000), alignment: 1, .anywhere) == nil)
  }

  @Test func `a full array refuses, and says so`() throws {
    var memblock = try memblock([(0, 0x10_0000)])
    for index in 0..<8 { try memblock.reserve(PhysicalAddress(UInt64(index) * 16), ByteCount(8)) }
    #expect(throws: Memblock.Full.self) {
      try memblock.reserve(PhysicalAddress(0x1000), ByteCount(8))
    }
    // What merges with a neighbour needs a slot for a moment all the same; what is covered does not.
    try memblock.reserve(PhysicalAddress(16), ByteCount(8))
    #expect(memblock.reserved.entries.count == 8)
  }

  @Test func `the last byte of the address space can not be held`() throws {
    var memblock = try memblock([(0, 0x1000)])
    try memblock.reserve(PhysicalAddress(.max - 7), ByteCount(.max))
    #expect(memblock.reserved.entries.last?.range.end == PhysicalAddress(.max))
  }

  @Test func `pages taken together are those taken one by one`() throws {
    var once = try memblock([(0x1000, 0x5800), (0x9000, 0x3000)])
    once.reserved.mayGrow = true
    try once.reserve(PhysicalAddress(0xa800), ByteCount(0x10))
    var stepwise = once
    _ = once.allocatePages(5, .accessible)
    for _ in 0..<5 { _ = stepwise.allocate(ByteCount(0x1000), alignment: 0x1000, .accessible) }
    #expect(once == stepwise)
  }
}
