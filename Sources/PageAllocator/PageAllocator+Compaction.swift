import PhysicalMemory

/// Moving pages together so that large blocks become free (`mm/compaction.c`).
///
/// One deterministic pass a request: sources from the zone's start upward, targets from its end
/// downward, all pageblocks that hold movable pages. There are no skip bits and no cached positions.
extension PageAllocator {
  /// `sysctl_extfrag_threshold`: up to this index a refusal is for lack of memory, not for scatter.
  private static let fragmentationThreshold = 500

  /// Tries to make a block of `order` in one of the zones; false where that was skipped in all of them
  /// (`COMPACT_SKIPPED` of `try_to_compact_pages`).
  ///
  /// The first, asynchronous try of a request moves pages only out of pageblocks of its own type; the
  /// later ones, with `allBlocks`, out of all (`suitable_migration_source`).
  mutating func compact(
    _ order: Int,
    _ type: MigrateType,
    _ highest: ZoneKind,
    _ flags: AllocationFlags,
    allBlocks: Bool
  ) -> Bool {
    guard machine.compacts else { return false }
    var isSkipped = true
    for zone in stride(from: zones.count - 1, through: 0, by: -1)
    where zones[zone].kind <= highest && zones[zone].managed > 0 {
      if isDeferred(zone, order) {
        isSkipped = false
        continue
      }
      guard isSuitable(zone, order, highest) else { continue }
      isSkipped = false
      let only = allBlocks ? nil : type
      compactZone(zone, order, type, flags, sources: only)
      if hasBlockFor(zone, order, type, flags) {
        statistics.compactions += 1
        if order >= Int(zones[zone].deferOrder) { zones[zone].deferShift = 0 }
        return true
      }
      if allBlocks { deferCompaction(zone, order) }
    }
    return !isSkipped
  }

  /// Whether there are enough pages to copy to, and the zone lacks large blocks rather than pages
  /// (`compaction_suitable`).
  private func isSuitable(_ zone: Int, _ order: Int, _ highest: ZoneKind) -> Bool {
    let isCostly = order > 3
    let mark = isCostly ? zones[zone].low : zones[zone].minimum
    guard watermarkAllows(zone, 0, mark: mark + (2 << order), for: highest, .cma) else {
      return false
    }
    guard isCostly, hasWatermarks else { return true }
    return !(0...Self.fragmentationThreshold).contains(fragmentationIndex(zone, order))
  }

  /// `compaction_deferred`.
  private mutating func isDeferred(_ zone: Int, _ order: Int) -> Bool {
    guard zones[zone].deferShift > 0, order >= Int(zones[zone].deferOrder) else { return false }
    zones[zone].deferCount += 1
    if zones[zone].deferCount >= 1 &<< zones[zone].deferShift {
      zones[zone].deferCount = 1 &<< zones[zone].deferShift
      return false
    }
    return true
  }

  /// `defer_compaction`.
  private mutating func deferCompaction(_ zone: Int, _ order: Int) {
    if zones[zone].deferShift == 0 || order < Int(zones[zone].deferOrder) {
      zones[zone].deferOrder = UInt8(order)
    }
    zones[zone].deferCount = 0
    zones[zone].deferShift = Swift.min(zones[zone].deferShift + 1, 6)
  }

  /// Whether a list that the request takes from, or may steal from, has a block
  /// (`__compact_finished`).
  private func hasBlockFor(
    _ zone: Int,
    _ order: Int,
    _ type: MigrateType,
    _ flags: AllocationFlags
  ) -> Bool {
    var mask = words.orders(maskIndex(zone, type))
    if flags.contains(.cma) { mask |= words.orders(maskIndex(zone, .cma)) }
    // Small movable requests do not claim pageblocks, so what other types have is of no use.
    let mayClaim = type != .movable || order >= pageblockOrder / 2 || !groupsByMobility
    if mayClaim, let (one, other) = type.fallbacks {
      mask |= words.orders(maskIndex(zone, one)) | words.orders(maskIndex(zone, other))
    }
    return mask >> UInt32(order) != 0
  }

  mutating func compactZone(
    _ zone: Int,
    _ order: Int,
    _ type: MigrateType,
    _ flags: AllocationFlags,
    sources only: MigrateType? = nil
  ) {
    if isTraced {
      tell(.compactionBegan(zones[zone].kind, order > maxOrder ? nil : Order(UInt8(order))))
    }
    var source = zones[zone].first >> pageblockOrder
    var target = (zones[zone].end >> pageblockOrder) - 1
    var targets: [Int] = []
    while source < target {
      guard mayMoveOut(ofPageblock: source, only) else {
        source += 1
        continue
      }
      var position = source << pageblockOrder
      let end = position + pageblockPages
      statistics.compactMigrateScanned += UInt64(pageblockPages)
      while position < end {
        let word = words[position]
        guard !word.isTail else {
          position += 1
          continue
        }
        if word.isUsed, word.order == 0, word.use.isMigratable, !word.isPinned, !word.isIsolated {
          while targets.isEmpty, target > source {
            collectTargets(inPageblock: target, zone, &targets)
            target -= 1
          }
          guard let free = targets.popLast() else { break }
          statistics.compactIsolated += 1
          relocate(position, to: free)
        }
        position += 1 << word.order
      }
      source += 1
      if processor != nil { drainProcessor(zone) }
      if hasBlockFor(zone, order, type, flags) { break }
    }
    for position in targets { giveBack(position, 0, pageblockType(at: position)) }
    if isTraced {
      tell(.compactionEnded(zones[zone].kind, hasBlock: hasBlockFor(zone, order, type, flags)))
    }
  }

  /// Whether pages are moved out of a pageblock; `only` restricts that to blocks of a type, where
  /// movable ones include those of CMA areas.
  private func mayMoveOut(ofPageblock block: Int, _ only: MigrateType?) -> Bool {
    guard let only else { return true }
    let type = pageblocks[block].type
    return type == only || (only == .movable && type == .cma)
  }

  /// Takes the free pages of a movable or CMA pageblock one by one (`isolate_freepages_block`).
  private mutating func collectTargets(inPageblock block: Int, _ zone: Int, _ targets: inout [Int])
  {
    let type = pageblocks[block].type
    guard type == .movable || type == .cma else { return }
    statistics.compactFreeScanned += UInt64(pageblockPages)
    var position = block << pageblockOrder
    let end = position + pageblockPages
    while position < end {
      let word = words[position]
      if word.isTail {
        position += 1
        continue
      }
      // A pageblock that is free as a whole is no place to copy to.
      // What is left stays above the least watermark (`__isolate_free_page`).
      if word.isFree, word.order < pageblockOrder,
        watermarkAllows(
          zone,
          0,
          mark: zones[zone].minimum + (1 << word.order),
          for: zones[zone].kind,
          .cma
        )
      {
        unlink(position, zone)
        count(-(1 << word.order), of: type, zone)
        statistics.compactIsolated += UInt64(1 << word.order)
        targets.append(contentsOf: position..<position + (1 << word.order))
      }
      position += 1 << word.order
    }
  }

  /// Moves the content of a block in use to a taken block of the same order and frees the old one.
  mutating func relocate(_ from: Int, to target: Int) {
    var word = words[from]
    word.isIsolated = false
    if words[target].isUsed { noteDroppable(target, -1) }
    words[target] = word
    if word.use.isDroppable { noteDroppable(target, 1) }
    if recordsRelocations { note(from, .moved(to: pageFrame(at: target)), word) }
    if isTraced {
      tell(
        .migrated(
          from: pageFrame(at: from),
          to: pageFrame(at: target),
          Order(UInt8(word.order))
        )
      )
    }
    release(from)
    statistics.pagesMigrated += UInt64(1 << word.order)
  }
}

extension PageAllocator {
  /// Compacts every zone as a whole (`/proc/sys/vm/compact_memory`, `compact_nodes`).
  public mutating func compactMemory() {
    for zone in 0..<zones.count where zones[zone].managed > 0 {
      // No block is as large as this, so the scanners go on until they meet.
      compactZone(zone, maxOrder + 1, .movable, .cma)
    }
  }
}
