import Controls
import PageAllocator
import PhysicalMemory

/// The engine as the harness sees it: a table of C functions, and a pointer to this value as context.
///
/// It is the whole engine: one zone with watermarks, types, pageblocks, statistics. Requests are for
/// movable pages and may not wait, so nothing is reclaimed or compacted behind the harness's back.
struct Adapter: ~Copyable {
  private var engine: PageAllocator
  private let requests: InlineArray<11, PageRequest>

  init(_ machine: Machine) throws {
    requests = InlineArray { PageRequest(order: Order(UInt8($0)), use: .anonymous, mayWait: false) }
    engine = try PageAllocator(machine)
  }

  /// A machine of so many pages of 4 KiB from address zero, with the lowest watermarks.
  static func machine(_ pages: UInt64) -> Machine {
    let all = PhysicalRange(start: PhysicalAddress(0), saturating: ByteCount(pages << 12))
    var machine = Machine(zones: [ZoneDescription(.normal, all)], memory: PhysicalRegionSet([all]))
    machine.atomicPools = .none
    machine.watermarks = .minimumFree(.kib(4))
    return machine
  }

  fileprivate mutating func reset(_ pages: UInt32) {
    guard let fresh = try? PageAllocator(Self.machine(UInt64(pages))) else {
      preconditionFailure("a machine of one bank has no errors")
    }
    engine = fresh
  }

  @inline(__always) fileprivate mutating func allocate(_ order: UInt32) -> UInt32 {
    guard let page = try? engine.allocatePages(requests[Int(order)]) else { return UInt32.max }
    return UInt32(truncatingIfNeeded: page.rawValue)
  }

  @inline(__always) fileprivate mutating func release(_ page: UInt32) {
    engine.freePages(at: PageFrameNumber(UInt64(page)))
  }

  /// Bytes that the engine keeps.
  var metadataBytes: Int { engine.metadataByteCount }

  /// Calls `body` with the engine's table.
  static func withTable<Result>(
    _ pages: UInt64,
    _ body: (inout allocator, UnsafeMutablePointer<Adapter>) throws -> Result
  ) throws -> Result {
    let context = UnsafeMutablePointer<Adapter>.allocate(capacity: 1)
    context.initialize(to: try Adapter(machine(pages)))
    defer {
      context.deinitialize(count: 1)
      context.deallocate()
    }
    var table = allocator(
      context: context,
      reset: { Adapter.at($0).pointee.reset($1) },
      allocate: { Adapter.at($0).pointee.allocate($1) },
      release: { context, page, _ in Adapter.at(context).pointee.release(page) }
    )
    return try body(&table, context)
  }

  @inline(__always)
  private static func at(_ context: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Adapter> {
    context.assumingMemoryBound(to: Adapter.self)
  }
}
