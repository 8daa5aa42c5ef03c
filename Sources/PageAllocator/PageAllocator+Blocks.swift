public import PhysicalMemory

/// What a block in use is, asked and told from outside.
extension PageAllocator {
  /// The block in use that a page belongs to, or nil when the page is free, reserved or no memory.
  ///
  /// Free is also what a processor keeps on its own lists; what was put aside is nobody's either.
  ///
  /// - Complexity: O(orders).
  public func block(holding page: PageFrameNumber) -> UsedBlock? {
    guard let position = position(of: page.rawValue) else { return nil }
    let head = self.head(of: position)
    let word = words[head]
    guard word.isUsed, !word.isIsolated else { return nil }
    return UsedBlock(
      first: pageFrame(at: head),
      order: Order(UInt8(word.order)),
      use: word.use,
      owner: word.owner,
      pins: word.pins
    )
  }

  /// Changes what a block in use holds: a file page written to becomes dirty, writeback makes it
  /// clean, `mlock` locks it.
  ///
  /// Both uses have the same migrate type, as the pages stay where they are.
  public mutating func setUse(_ use: PageUse, ofBlockAt first: PageFrameNumber) {
    let position = knownPosition(first.rawValue)
    precondition(words[position].isUsed, "only a block in use holds something")
    let old = words[position].use
    precondition(old.migrateType == use.migrateType, "a change of use keeps the migrate type")
    noteDroppable(position, -1)
    words[position].use = use
    noteDroppable(position, 1)
  }
}
