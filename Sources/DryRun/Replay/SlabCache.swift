import PageAllocator
import PhysicalMemory

/// Small objects of the kernel of one size, in blocks of pages that are free again only when all
/// their objects are (`mm/slub.c`).
struct SlabCache {
  private struct Slab {
    var first: PageFrameNumber
    var live: Int
  }

  private let order: Order
  private let objectSize: UInt64
  private var slabs: [Slab?] = []
  private var unused: [Int] = []
  /// Slabs with room; may name a slab twice or one that is gone.
  private var partial: [Int] = []

  init(objectSize: UInt64, order: Order) {
    self.objectSize = objectSize
    self.order = order
  }

  /// Takes an object; gives its slab, or nil where there is no memory.
  mutating func take(_ memory: inout PageAllocator) -> Int? {
    let capacity = Int(memory.machine.pageSize.bytes(of: order.pages).rawValue / objectSize)
    while let index = partial.last {
      guard let slab = slabs[index], slab.live < capacity else {
        partial.removeLast()
        continue
      }
      slabs[index]?.live += 1
      return index
    }
    let request = PageRequest(order: order, use: .unmovable, owner: .kernel)
    guard let first = try? memory.allocatePages(request) else { return nil }
    let index: Int
    if let old = unused.popLast() {
      index = old
      slabs[index] = Slab(first: first, live: 1)
    } else {
      index = slabs.count
      slabs.append(Slab(first: first, live: 1))
    }
    partial.append(index)
    return index
  }

  /// Gives an object of a slab back.
  mutating func give(_ index: Int, _ memory: inout PageAllocator) {
    guard let slab = slabs[index] else { return }
    if slab.live == 1 {
      memory.freePages(at: slab.first)
      slabs[index] = nil
      unused.append(index)
    } else {
      slabs[index]?.live -= 1
      partial.append(index)
    }
  }
}
