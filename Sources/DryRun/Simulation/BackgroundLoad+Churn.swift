import PageAllocator
import PhysicalMemory

/// Replacing and pinning memory.
extension BackgroundLoad {
  /// Draws of a slot before it is given up that one of the wanted kind is met.
  private static let maximumDraws = 64
  /// The number of no slot.
  private static let nothing = UInt32.max

  /// Replaces about `count` random pages of page cache and user memory, a batch at a time.
  ///
  /// A batch is freed before its successors are taken: the page freed last would else be taken again
  /// at once. What was dropped is read again, what was swapped out comes back.
  mutating func churn(_ count: UInt64, _ memory: inout PageAllocator) {
    guard !slots.isEmpty else { return }
    var left = count >> UInt64(grain)
    var batch = ContiguousArray<UInt32>(repeating: Self.nothing, count: 256)
    while left > 0 {
      let size = min(left, 64 + numbers.below(192))
      left -= size
      drawBatch(Int(size), &batch)
      for place in 0..<Int(size) where batch[place] != Self.nothing {
        let block = slots[Int(batch[place])]
        guard block.isReplaced else {
          // It was drawn before in this batch.
          batch[place] = Self.nothing
          continue
        }
        if !block.isGone {
          memory.freePages(at: PageFrameNumber(block.page))
          noteFreed()
          slots[Int(batch[place])].isGone = true
        } else if block.use.isSwappable {
          memory.releaseSwap(block.pages)
        }
        slots[Int(batch[place])].isLoose = true
      }
      for place in 0..<Int(size) where batch[place] != Self.nothing {
        let slot = batch[place]
        let block = slots[Int(slot)]
        if let page = allocate(block.use, block.order, slot, &memory) {
          slots[Int(slot)].page = page
        } else {
          slots[Int(slot)].isLoose = false
        }
        follow(&memory)
      }
    }
  }

  /// Draws slots into the first places of a batch before any is touched: their words come from all
  /// over memory, and so they come side by side.
  @inline(__always)
  private mutating func drawBatch(_ size: Int, _ batch: inout ContiguousArray<UInt32>) {
    let count = UInt64(slots.count)
    for place in 0..<size {
      let slot = Int(numbers.below(count))
      batch[place] =
        slots[slot].isReplaced ? UInt32(slot) : draw(where: \.isReplaced) ?? Self.nothing
    }
  }

  /// A random slot of this kind; nil where many draws met none.
  @inline(__always)
  private mutating func draw(where isWanted: (LoadSlot) -> Bool) -> UInt32? {
    let count = UInt64(slots.count)
    for _ in 0..<Self.maximumDraws {
      let slot = numbers.below(count)
      if isWanted(slots[Int(slot)]) { return UInt32(slot) }
    }
    return nil
  }

  /// Pins a random page of movable memory for a short time.
  mutating func pin(_ pin: Int, _ memory: inout PageAllocator) {
    guard !slots.isEmpty, let slot = draw(where: \.canBePinned) else { return }
    memory.pin(PageFrameNumber(slots[Int(slot)].page))
    slots[Int(slot)].isPinned = true
    pinned[pin] = slot
  }

  /// Ends a short pin.
  mutating func unpin(_ pin: Int, _ memory: inout PageAllocator) {
    guard let slot = pinned.removeValue(forKey: pin) else { return }
    memory.unpin(PageFrameNumber(slots[Int(slot)].page))
    slots[Int(slot)].isPinned = false
  }

  /// Pins random movable memory for long: it leaves CMA areas first, or the pin is refused.
  mutating func pinLong(_ pages: UInt64, _ memory: inout PageAllocator) {
    var left = pages
    while left > 0, !slots.isEmpty, let slot = draw(where: \.canBePinned) {
      do {
        let first = PageFrameNumber(slots[Int(slot)].page)
        let page = try memory.pinLongTerm(first)
        follow(&memory)
        slots[Int(slot)].page = page.rawValue
        slots[Int(slot)].isPinnedLong = true
        left -= min(left, slots[Int(slot)].pages)
      } catch {
        noteRefusedPin()
        return
      }
    }
  }
}

extension LoadSlot {
  /// Whether its memory is replaced all the time.
  @inline(__always) fileprivate var isReplaced: Bool {
    guard isFree else { return false }
    switch use {
    case .fileClean, .fileDirty, .anonymous, .transparentHuge: return true
    default: return false
    }
  }

  fileprivate var canBePinned: Bool { isFree && !isGone && use.isMigratable }
}
