import PageAllocator
import PhysicalMemory

/// The freed movable pages that one processor keeps for itself (`free_unref_page`): last in, first out,
/// given back to the buddy from the other end when there are too many.
struct ProcessorList {
  private var pages: [PageFrameNumber] = []
  /// `free_factor`: each overflow in a row gives back twice as many.
  private var factor = 0
  private let most: Int
  private let batch: Int

  init(_ memory: borrowing PageAllocator) {
    (most, batch) = memory.processorListLimits
  }

  /// Frees a single page in use.
  mutating func free(_ page: PageFrameNumber, _ memory: inout PageAllocator) {
    guard most > batch else { return memory.freePages(at: page) }
    memory.setAside(page)
    pages.append(page)
    guard pages.count >= most else { return }
    let room = most - batch
    let wanted = batch << min(factor, 20)
    if wanted < room { factor += 1 }
    give(max(batch, min(wanted, room)), &memory)
  }

  /// Takes the page that was freed last, for `use`.
  mutating func take(for use: PageUse, _ memory: inout PageAllocator) -> PageFrameNumber? {
    factor >>= 1
    guard !pages.isEmpty, memory.movablePagesAreAboveMinimum, let page = pages.popLast() else {
      return nil
    }
    memory.takeBack(page, as: use)
    return page
  }

  /// Gives all pages back (`drain_all_pages`).
  mutating func drain(_ memory: inout PageAllocator) { give(pages.count, &memory) }

  private mutating func give(_ count: Int, _ memory: inout PageAllocator) {
    for page in pages.prefix(count) {
      memory.takeBack(page, as: .anonymous)
      memory.freePages(at: page)
    }
    pages.removeFirst(min(count, pages.count))
  }
}
