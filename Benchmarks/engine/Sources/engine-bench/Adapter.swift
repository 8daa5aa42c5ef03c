import Controls
import PageAllocator
import PhysicalMemory

/// The engine as the harness sees it: a table of C functions and a pointer to this value.
struct Adapter: ~Copyable {
  private var engine: PageAllocator
  private var requests: InlineArray<11, PageRequest>

  init(_ machine: Machine) {
    requests = InlineArray { PageRequest(order: Order(UInt8($0)), use: .anonymous, mayWait: false) }
    engine = try! PageAllocator(machine)
  }

  static func machine(_ pages: UInt32) -> Machine {
    let all = PhysicalRange(start: PhysicalAddress(0), saturating: ByteCount(UInt64(pages) << 12))
    var machine = Machine(zones: [ZoneDescription(.normal, all)], memory: PhysicalRegionSet([all]))
    machine.atomicPools = .none
    machine.watermarks = .minimumFree(ByteCount(4096))
    return machine
  }

  mutating func reset(_ pages: UInt32) { engine = try! PageAllocator(Self.machine(pages)) }

  mutating func allocate(_ order: UInt32) -> UInt32 {
    do { return UInt32(truncatingIfNeeded: try engine.allocatePages(requests[Int(order)]).rawValue) }
    catch { return UInt32.max }
  }

  mutating func release(_ page: UInt32) { engine.freePages(at: PageFrameNumber(UInt64(page))) }

  static func table(_ context: UnsafeMutablePointer<Adapter>) -> allocator {
    allocator(
      context: context,
      reset: { $0!.assumingMemoryBound(to: Adapter.self).pointee.reset($1) },
      allocate: { $0!.assumingMemoryBound(to: Adapter.self).pointee.allocate($1) },
      release: { context, page, _ in context!.assumingMemoryBound(to: Adapter.self).pointee.release(page) }
    )
  }
}
