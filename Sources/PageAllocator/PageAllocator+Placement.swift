public import PhysicalMemory

/// Putting given pages to given places, for what was observed of a real machine, and giving the
/// buddy allocator memory that boot had held.
extension PageAllocator {
  /// Moves a single movable page in use to a page that is free; false, and nothing happens, where
  /// one of the two is something else.
  ///
  /// No kernel interface does this: a replay needs it to have a page where a real run had it.
  ///
  /// - Complexity: O(orders).
  public mutating func movePage(_ page: PageFrameNumber, to target: PageFrameNumber) -> Bool {
    guard let from = position(of: page.rawValue), let to = position(of: target.rawValue) else {
      return false
    }
    let word = words[from]
    guard word.isUsed, !word.isIsolated, word.order == 0, word.use.isMigratable, !word.isPinned,
      detachFreePage(to)
    else { return false }
    relocate(from, to: to)
    return true
  }

  /// Moves the block that holds a page elsewhere, as migration does; false where it can not move.
  public mutating func movePageAway(_ page: PageFrameNumber) -> Bool {
    guard let position = position(of: page.rawValue) else { return false }
    let head = head(of: position)
    let word = words[head]
    guard word.isUsed, !word.isIsolated, word.use.isMigratable, !word.isPinned else { return false }
    words[head].isIsolated = true
    guard let target = migrationTarget(for: head, word.order) else {
      words[head].isIsolated = false
      return false
    }
    relocate(head, to: target)
    return true
  }

  /// Frees what boot had reserved in a range, such as the initial RAM disk (`free_reserved_area`).
  ///
  /// Watermarks stay: the kernel does not compute them anew.
  ///
  /// - Complexity: O(pages of the range).
  public mutating func freeReserved(_ range: PhysicalRange) {
    guard let pages = BootPlan.wholePages(range, UInt64(machine.pageSize.shift)) else { return }
    for page in pages {
      guard let position = position(of: page), words[head(of: position)].isReserved else {
        continue
      }
      releaseReserved(position)
    }
  }

  /// Takes one page out of the free block that it is in.
  private mutating func detachFreePage(_ position: Int) -> Bool {
    let head = head(of: position)
    let word = words[head]
    guard word.isFree else { return false }
    let zone = zone(at: head)
    let end = head + (1 << word.order)
    count(-(1 << word.order), of: pageblockType(at: head), zone)
    unlink(head, zone)
    giveBackRange(head, position)
    giveBackRange(position + 1, end)
    return true
  }
}

/// Freed pages on a processor's own list (`struct per_cpu_pages`), for callers that keep one.
extension PageAllocator {
  /// The most pages that a processor keeps, and how many it gives back at least, for a machine with
  /// one (`zone_highsize`, `zone_batchsize`).
  public var processorListLimits: (most: Int, batch: Int) {
    var limits = (most: 0, batch: 1)
    for zone in 0..<zones.count where zones[zone].managed > 0 {
      let own = processorLimits(zone)
      if own.most > limits.most { limits = own }
    }
    return limits
  }

  /// Puts a single page in use aside: it is neither free nor anybody's, and nothing moves or drops it.
  public mutating func setAside(_ page: PageFrameNumber) {
    let position = knownPosition(page.rawValue)
    precondition(
      words[position].isUsed && words[position].order == 0 && !words[position].isPinned,
      "what is put aside is a single page in use without pins"
    )
    words[position].isIsolated = true
  }

  /// Makes a page that was put aside an ordinary one again, with another use of its migrate type.
  public mutating func takeBack(_ page: PageFrameNumber, as use: PageUse) {
    words[knownPosition(page.rawValue)].isIsolated = false
    setUse(use, ofBlockAt: page)
  }

  /// Whether a movable page can be had without touching the reserves (`zone_watermark_ok` at the least
  /// watermark, which a page on a processor's list has to pass too).
  public var movablePagesAreAboveMinimum: Bool {
    (0..<zones.count).contains { zone in
      zones[zone].managed > 0
        && watermarkAllows(zone, 0, mark: zones[zone].minimum, for: .movable, .cma)
    }
  }
}
