import PhysicalMemory

/// Watermarks and the memory that zones keep for their own kind.
extension PageAllocator {
  /// `init_per_zone_wmark_min`, and what khugepaged adds to it.
  mutating func computeWatermarks() {
    setLowmemReserve()
    let pageKiB = Int(machine.pageSize.bytes.rawValue >> 10)
    let lowmem = bufferPages()
    switch machine.watermarks {
    case .off: return
    case .minimumFree(let size): setWatermarks(Int(size.rawValue >> 10) / pageKiB)
    case .computed(let hasHugePages):
      let root = Int(squareRoot(UInt64(16 * lowmem * pageKiB)))
      setWatermarks(Swift.max(128, Swift.min(root, 262_144)) / pageKiB)
      guard hasHugePages, memoryIsWorthHugePages else { return }
      var populated = 0
      for zone in 0..<zones.count where zones[zone].managed > 0 && zones[zone].kind <= .normal {
        populated += 1
      }
      // `set_recommended_min_free_kbytes` of `mm/khugepaged.c`: 2 + 3 * 3 pageblocks a zone.
      let recommended = Swift.min(pageblockPages * populated * 11, bufferPages() / 20)
      let current = Swift.max(128, Swift.min(root, 262_144)) / pageKiB
      if recommended > current { setWatermarks(recommended) }
    }
  }

  /// Whether there is enough memory for transparent huge pages to be on by default: 512 MiB
  /// (`hugepage_init` of `mm/huge_memory.c`).
  public var memoryIsWorthHugePages: Bool {
    var managed: UInt64 = 0
    for zone in 0..<zones.count { managed += UInt64(zones[zone].managed) }
    return machine.pageSize.bytes(of: managed) >= .mib(512)
  }

  /// Pages above the high watermark in the zones of ordinary kernel memory
  /// (`nr_free_buffer_pages`).
  private func bufferPages() -> Int {
    var pages = 0
    for zone in 0..<zones.count where zones[zone].kind <= .normal {
      pages += Swift.max(zones[zone].managed - zones[zone].high, 0)
    }
    return pages
  }

  /// `__setup_per_zone_wmarks`.
  private mutating func setWatermarks(_ minimumFree: Int) {
    var lowmem = 0
    for zone in 0..<zones.count where zones[zone].kind != .highMem { lowmem += zones[zone].managed }
    guard lowmem > 0 else { return }
    for zone in 0..<zones.count {
      let managed = zones[zone].managed
      let share = minimumFree * managed / lowmem
      let isHigh = zones[zone].kind == .highMem
      zones[zone].minimum = isHigh ? Swift.max(32, Swift.min(managed / 1024, 128)) : share
      let step = Swift.max(share / 4, managed * 10 / 10_000)
      zones[zone].low = zones[zone].minimum + step
      zones[zone].high = zones[zone].low + step
      setFloors(zone)
    }
  }

  /// `setup_per_zone_lowmem_reserve`.
  private mutating func setLowmemReserve() {
    let kinds = ZoneKind.allCases.count
    for zone in 0..<zones.count {
      let kind = zones[zone].kind
      var above = 0
      var next = zone + 1
      for requester in Int(kind.rawValue) + 1..<Swift.max(kinds, Int(kind.rawValue) + 1) {
        if next < zones.count, Int(zones[next].kind.rawValue) == requester {
          above += zones[next].managed
          next += 1
        }
        let ratio = kind.lowmemReserveRatio
        let isOff = ratio == 0 || zones[zone].managed == 0
        lowmemReserve[zone * kinds + requester] = isOff ? 0 : above / ratio
      }
    }
  }

  /// The pages that ordinary requests have to leave free for the fast path, for movable blocks and for
  /// all others: the low watermark, and as long as they must not or need not be spared, the pages of
  /// CMA areas.
  @inline(__always) func floors(_ zone: Int) -> (movable: Int, other: Int) {
    let freeCMA = zones[zone].freeCMA
    let line =
      zones[zone].low &+ zones[zone].boost &+ zones[zone].highAtomic
    // From half of what is free on, movable blocks come from CMA areas by turns.
    return (Swift.max(line, 2 &* freeCMA), line &+ freeCMA)
  }

  /// Takes over that `low`, `boost`, `highAtomic` or `freeCMA` of a zone has changed.
  @inline(__always) mutating func setFloors(_ zone: Int) {
    let floors = floors(zone)
    words.setFloor(floors.movable, maskIndex(zone, .movable))
    words.setFloor(floors.other, maskIndex(zone, .unmovable))
    words.setFloor(floors.other, maskIndex(zone, .reclaimable))
  }

  /// Whether a zone may give a block of `order` and stay above `mark` (`__zone_watermark_ok`).
  @inline(__always) func watermarkAllows(
    _ zone: Int,
    _ order: Int,
    mark: Int,
    for highest: ZoneKind,
    _ flags: AllocationFlags
  ) -> Bool {
    if !hasWatermarks { return true }
    return isAbove(mark, zone, order, highest, flags)
      && (order == 0 || hasBlock(zone, order, flags))
  }

  /// The part of `__zone_watermark_ok` that looks at numbers of pages.
  @inline(__always) func isAbove(
    _ mark: Int,
    _ zone: Int,
    _ order: Int,
    _ highest: ZoneKind,
    _ flags: AllocationFlags
  ) -> Bool {
    var free = zones[zone].free &- ((1 &<< order) &- 1)
    if !flags.contains(.atomic) { free &-= zones[zone].highAtomic }
    if !flags.contains(.cma) { free &-= zones[zone].freeCMA }
    var minimum = mark
    if flags.contains(.atomic) {
      minimum -= minimum / 2
      minimum -= minimum / 4
    }
    return free > minimum &+ lowmemReserve[zone &* ZoneKind.count &+ Int(highest.rawValue)]
  }

  /// Whether a block of at least `order` is on a list that the request may use.
  @inline(__always) private func hasBlock(_ zone: Int, _ order: Int, _ flags: AllocationFlags)
    -> Bool
  {
    var mask =
      words.orders(maskIndex(zone, .unmovable)) | words.orders(maskIndex(zone, .movable))
      | words.orders(maskIndex(zone, .reclaimable))
    if flags.contains(.cma) { mask |= words.orders(maskIndex(zone, .cma)) }
    if flags.contains(.atomic) { mask |= words.orders(maskIndex(zone, .highAtomic)) }
    return mask >> UInt32(order) != 0
  }

  /// `boost_watermark`: a fallback that mixes types makes background reclaim work ahead.
  mutating func boostWatermark(_ zone: Int) {
    guard hasWatermarks, pageblockPages * 4 <= zones[zone].managed else { return }
    let limit = Swift.max(zones[zone].high * 15_000 / 10_000, pageblockPages)
    guard zones[zone].high > 0 else { return }
    zones[zone].boost = Swift.min(zones[zone].boost + pageblockPages, limit)
    setFloors(zone)
    wakeBackgroundReclaim(zones[zone].kind)
  }

  /// The integer square root, rounded down (`int_sqrt`).
  private func squareRoot(_ value: UInt64) -> UInt64 {
    var remainder = value
    var root: UInt64 = 0
    var bit: UInt64 = 1 << 62
    while bit != 0 {
      if remainder >= root + bit {
        remainder -= root + bit
        root = (root >> 1) + bit
      } else {
        root >>= 1
      }
      bit >>= 2
    }
    return root
  }
}
