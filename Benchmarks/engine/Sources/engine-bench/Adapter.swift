import Controls
import PageAllocator
import PhysicalMemory

/// The engine as the harness sees it: a table of C functions over one value.
///
/// Functions in a C table can not carry state, so it is global. One thread drives it.
enum Adapter {
  nonisolated(unsafe) static let engine = UnsafeMutablePointer<PageAllocator>.allocate(capacity: 1)
}
nonisolated(unsafe) private let engine = Adapter.engine
nonisolated(unsafe) private let requests = {
  let r = UnsafeMutablePointer<PageRequest>.allocate(capacity: 11)
  for order in 0..<11 { (r + order).initialize(to: PageRequest(order: Order(UInt8(order)), use: .anonymous, mayWait: false)) }
  return r
}()
nonisolated(unsafe) private var live = false
private func reset(_ pages: UInt32) {
    if live { engine.deinitialize(count: 1) }
    let all = PhysicalRange(start: PhysicalAddress(0), saturating: ByteCount(UInt64(pages) << 12))
    var machine = Machine(zones: [ZoneDescription(.normal, all)], memory: PhysicalRegionSet([all]))
    machine.atomicPools = .none
    machine.watermarks = .minimumFree(ByteCount(4096))
    engine.initialize(to: try! PageAllocator(machine))
    live = true
}
private func allocate(_ order: UInt32) -> UInt32 {
    do { return UInt32(truncatingIfNeeded: try engine.pointee.allocatePages(requests[Int(order)]).rawValue) } catch { return UInt32.max }
}
private func release(_ page: UInt32, _ order: UInt32) { engine.pointee.freePages(at: PageFrameNumber(UInt64(page))) }
nonisolated(unsafe) var table = allocator(reset: { reset($0) }, allocate: { allocate($0) }, release: { release($0, $1) })
