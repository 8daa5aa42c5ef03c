public import PhysicalMemory

/// Pins: references that keep a page where it is (`mm/gup.c`).
extension PageAllocator {
  /// Pins the block that starts at `first` for a short time, as direct IO does: it stays where it
  /// is, a CMA area included.
  public mutating func pin(_ first: PageFrameNumber) {
    let position = knownPosition(first.rawValue)
    precondition(words[position].isUsed, "only a block in use can be pinned")
    precondition(words[position].pins < 0xffff, "a block has fewer than 2^16 pins")
    words[position].pins += 1
  }

  /// Takes one pin away.
  public mutating func unpin(_ first: PageFrameNumber) {
    let position = knownPosition(first.rawValue)
    precondition(words[position].isPinned, "a block that is unpinned was pinned")
    words[position].pins -= 1
    if !words[position].isPinned { words[position].isLongTermPinned = false }
  }

  /// Why a long-term pin was refused.
  public enum PinFailure: Error, Hashable, Sendable {
    /// The block has to leave a CMA area or `ZONE_MOVABLE`, and something else pins it.
    case pinnedAlready
    /// There is no page outside to move it to.
    case outOfMemory
  }

  /// Pins a block for a long time (`FOLL_LONGTERM`), after moving it out of a CMA area or
  /// `ZONE_MOVABLE`; gives the first page that it has now.
  ///
  /// A huge page must be split or moved as a whole; here it moves as a whole or is refused.
  public mutating func pinLongTerm(_ first: PageFrameNumber) throws(PinFailure) -> PageFrameNumber {
    let position = knownPosition(first.rawValue)
    let word = words[position]
    precondition(word.isUsed, "only a block in use can be pinned")
    precondition(word.pins < 0xffff, "a block has fewer than 2^16 pins")
    var place = position
    let type = pageblockType(at: position)
    let isMovableZone = zones[zone(at: position)].kind == .movable
    if word.use.isMigratable, type == .cma || type == .isolate || isMovableZone {
      guard !word.isPinned else { throw .pinnedAlready }
      words[position].isIsolated = true
      guard let target = migrationTarget(for: position, word.order, mayBeMovable: false) else {
        words[position].isIsolated = false
        throw .outOfMemory
      }
      relocate(position, to: target)
      place = target
    }
    words[place].pins += 1
    words[place].isLongTermPinned = true
    return pageFrame(at: place)
  }
}
