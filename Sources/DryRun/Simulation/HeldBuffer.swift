import PageAllocator
import PhysicalMemory

/// A buffer that a stream holds.
struct HeldBuffer {
  /// Which of the stream's buffers it is.
  let number: Int
  let memory: Memory

  enum Memory {
    case dma(DMABuffer)
    /// From a dma-heap, which asks its area itself.
    case heap(CMAAreaID, PageExtent)
    /// From another system than `dma_alloc`.
    case system(ContiguousBuffer)
  }

  /// Where it is; nil for a region of another system.
  var source: DMASource? {
    switch memory {
    case .dma(let buffer): buffer.source
    case .heap(let area, _): .cma(area)
    case .system(let buffer):
      if case .dma(let inner) = buffer.source { inner.source } else { nil }
    }
  }

  /// The first page.
  var first: PageFrameNumber {
    switch memory {
    case .dma(let buffer): buffer.first
    case .heap(_, let extent): extent.first
    case .system(let buffer): buffer.first
    }
  }

  /// The pages that are taken for it.
  var pages: UInt64 {
    switch memory {
    case .dma(let buffer): buffer.pages
    case .heap(_, let extent): extent.pages
    case .system(let buffer): buffer.pages
    }
  }

  /// Gives it back.
  func free(_ memory: inout PageAllocator, _ regions: inout StrategyAllocator?) {
    switch self.memory {
    case .dma(let buffer): memory.dmaFree(buffer)
    case .heap(let area, let extent):
      memory.releaseCMA(area, first: extent.first, pages: extent.pages)
    case .system(let buffer): regions?.free(buffer, &memory)
    }
  }
}

/// How much of a pool drivers have held so far.
struct PoolUsage: Sendable {
  private(set) var used: UInt64 = 0
  private(set) var peak: UInt64 = 0
  private var since: UInt64 = 0
  /// Pages times microseconds.
  private(set) var sum: UInt128 = 0

  /// Notes that from `time` on so many pages more or less are held.
  mutating func change(by pages: Int64, at time: UInt64) {
    settle(at: time)
    used = pages < 0 ? used - min(used, pages.magnitude) : used + pages.magnitude
    peak = max(peak, used)
  }

  /// Adds up to `time`.
  mutating func settle(at time: UInt64) {
    guard time > since else { return }
    sum += UInt128(used) * UInt128(time - since)
    since = time
  }
}
