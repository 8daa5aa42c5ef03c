/// What is on the swap device.
extension PageAllocator {
  /// Pages that are swapped out now.
  public var swappedPageCount: UInt64 { swappedPages }

  /// Gives room on the swap device back: the pages were read again, or their process is gone.
  public mutating func releaseSwap(_ pages: UInt64) {
    swappedPages -= Swift.min(pages, swappedPages)
  }
}
