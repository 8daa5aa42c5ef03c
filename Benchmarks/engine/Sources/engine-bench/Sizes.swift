import Controls
import PageAllocator
import PhysicalMemory

/// Cost against the size of RAM: the same work, 64 MiB of live pages, on larger and larger machines,
/// so that caches play no part.
enum Sizes {
  static func measure(gib: UInt64) throws -> (nanoseconds: Double, bytesPerPage: Double) {
    var engine = try PageAllocator(Adapter.machine(gib << 18))
    let request = PageRequest(use: .anonymous)
    var live: [PageFrameNumber] = []
    for _ in 0..<1 << 14 { live.append(try engine.allocatePages(request)) }
    var state: UInt64 = 42
    let pairs = 2_000_000
    var best = Double.infinity
    for _ in 0..<5 {
      let start = thread_nanoseconds()
      for _ in 0..<pairs {
        let victim = Int(random_below(&state, 1 << 14))
        engine.freePages(at: live[victim])
        live[victim] = try engine.allocatePages(request)
      }
      best = min(best, (thread_nanoseconds() - start) / Double(pairs))
    }
    return (best, Double(engine.metadataByteCount) / Double(gib << 18))
  }

  /// Bytes a page when the free lists are as long as they get: every other page of memory free.
  static func fragmented(gib: UInt64) throws -> Double {
    var engine = try PageAllocator(Adapter.machine(gib << 18))
    let request = PageRequest(use: .anonymous, mayWait: false)
    var pages: [PageFrameNumber] = []
    while let page = try? engine.allocatePages(request) { pages.append(page) }
    for page in pages where page.rawValue & 1 == 0 { engine.freePages(at: page) }
    return Double(engine.metadataByteCount) / Double(gib << 18)
  }
}
