import PhysicalMemory
import Testing

@testable import PageAllocator

func bytes(_ pages: UInt64) -> ByteCount { PageSize.kib4.bytes(of: pages) }

func contiguous(
  _ pages: UInt64,
  _ regions: [String] = [],
  align: UInt8 = 0,
  device: String = "",
  kind: String? = nil
) -> ContiguousRequest {
  ContiguousRequest(
    device: DMADevice(owner: OwnerID(3)),
    deviceName: device,
    kind: kind,
    regions: regions,
    size: bytes(pages),
    alignment: Alignment(shift: align)
  )
}

extension ContiguousSystem {
  /// The first page of what was given, or nil.
  mutating func first(_ request: ContiguousRequest) -> UInt64? {
    allocate(request).buffer?.first.rawValue
  }

  /// What was given; the macros of the tests take no call that changes a value without copies.
  mutating func taken(_ request: ContiguousRequest) throws -> ContiguousBuffer {
    let buffer = allocate(request).buffer
    return try #require(buffer)
  }

  mutating func chunk(_ pages: UInt64) throws -> ContiguousBuffer {
    let chunk = allocateChunk("cma", bytes(pages))
    return try #require(chunk)
  }
}

/// 64 pages; today 32 to 63 are an area.
func machineOfToday() -> Machine {
  var machine = smallMachine(64, areas: [pages(32, 64)])
  machine.defaultCMAArea = CMAAreaID(0)
  return machine
}
