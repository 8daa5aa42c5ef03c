import Controls
import PageAllocator
import PhysicalMemory

/// Emptying ranges of 8 MiB that are full of movable pages: `alloc_contig_range` with all its steps,
/// and the holder's table kept up to date from what the engine says has moved.
enum Evacuation {
  private static let region: UInt64 = 1 << 14
  private static let range: UInt64 = 2048

  static func compare(_ runs: Int) throws -> Comparison {
    var comparison = Comparison(name: "evacuate 8 MiB of movable pages", unit: "us")
    var control = list_buddy
    for run in 0..<runs {
      comparison.control.values.append(evacuate(&control, UInt32(region), UInt64(run + 1)) / 1000)
      comparison.engine.values.append(try once() / 1000)
    }
    return comparison
  }

  private static func once() throws -> Double {
    var machine = Adapter.machine(2 * region)
    let upper = PhysicalRange(
      start: PhysicalAddress(region << 12),
      saturating: ByteCount(region << 12)
    )
    machine.cmaAreas = [CMAAreaDescription(name: "area", range: upper)]
    machine.watermarks = .off
    var engine = try PageAllocator(machine)
    // Owners are numbers of slots; `places` says where each slot's page is.
    var places: [UInt64] = []
    while let page = try? engine.allocatePages(
      PageRequest(use: .anonymous, owner: OwnerID(UInt32(places.count)), mayWait: false)
    ) {
      places.append(page.rawValue)
    }
    for page in places where page < region { engine.freePages(at: PageFrameNumber(page)) }
    engine.recordsRelocations = true
    let start = thread_nanoseconds()
    for _ in 0..<region / range {
      let outcome = engine.allocateCMA(CMAAreaID(0), pages: range, alignmentOrder: Order(8))
      guard case .success = outcome.result, outcome.pagesMigrated == range else {
        preconditionFailure("the area is full of pages that can move")
      }
      engine.forEachRelocation { relocation in
        if case .moved(let page) = relocation.fate {
          places[Int(relocation.owner.rawValue)] = page.rawValue
        }
      }
    }
    let end = thread_nanoseconds()
    return (end - start) / Double(region / range)
  }
}
