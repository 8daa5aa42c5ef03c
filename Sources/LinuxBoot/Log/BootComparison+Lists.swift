import DeviceTree
import PhysicalMemory

/// The lists of `memblock=debug` and the zones.
extension BootComparison {
  /// Holds the memblock lists of the log against the prediction's.
  mutating func compareLists() {
    guard log.hasLists, log.trouble == nil || !log.reserved.isEmpty else { return }
    let known = Set(
      differences.compactMap { difference -> String? in
        if case .region(let region) = difference { region.node } else { nil }
      }
    )
    let theirs = PhysicalRegionSet(log.reserved)
    let theirNoMap = PhysicalRegionSet(log.noMap)
    let map = outcome.map
    let noMap = PhysicalRegionSet(map.noMap)
    let reserved = PhysicalRegionSet(map.reserved).union(PhysicalRegionSet(map.bootAllocations))
    for region in map.regions where !known.contains(region.node) && region.size > .zero {
      let mine = Self.state(region.range, reserved, noMap)
      let logged = Self.state(region.range, theirs, theirNoMap)
      // Page tables may lie where nothing is reserved for the region.
      if mine == logged || mine == .free && logged != .noMap { continue }
      // The kernel gives parts of its own image back.
      if let kernel = input.objects.kernel, kernel.overlaps(region.range), logged == .partly {
        continue
      }
      addListed(region, "\(region.range) is \(mine.rawValue)", "\(region.range) is \(logged.rawValue)")
    }
    compareSurplus(theirs, theirNoMap, noMap)
  }

  private enum State: String {
    case reserved = "reserved"
    case noMap = "no-map"
    case partly = "partly reserved"
    case free = "not reserved"
  }

  private static func state(
    _ range: PhysicalRange,
    _ reserved: PhysicalRegionSet,
    _ noMap: PhysicalRegionSet
  ) -> State {
    if noMap.contains(range) { return .noMap }
    if reserved.contains(range) { return .reserved }
    return reserved.overlaps(range) || noMap.overlaps(range) ? .partly : .free
  }

  private mutating func addListed(_ region: BootRegion, _ predicted: String, _ logged: String) {
    let name = region.node.split(separator: "/").last.map { String($0) } ?? region.node
    let isGone = logged.hasSuffix(State.free.rawValue)
    differences.append(
      .region(
        RegionDifference(
          name: name,
          node: region.node,
          predicted: [predicted],
          log: [logged],
          cause: isGone ? .notInLog : region.isDynamic ? .moved : .otherProperties
        )
      )
    )
  }

  /// What the log has reserved although nothing predicts it and it is none of the kernel's own
  /// allocations.
  private mutating func compareSurplus(
    _ theirs: PhysicalRegionSet,
    _ theirNoMap: PhysicalRegionSet,
    _ noMap: PhysicalRegionSet
  ) {
    for range in theirNoMap.subtracting(noMap).ranges where !isExplained(range) {
      differences.append(.unexpectedReservation(range, caller: nil))
    }
    // Without the lines of single reservations nobody knows whose a range is.
    guard !log.reservations.isEmpty else { return }
    let allocated = log.reservations.filter { $0.caller.contains("alloc") }.map(\.range)
    let objects = [
      input.objects.kernel, input.objects.initrd, input.objects.dtb,
      Replay.statedInitrd(of: input.tree),
    ].compactMap { $0 }
    let surplus = theirs.subtracting(PhysicalRegionSet(allocated))
      .subtracting(PhysicalRegionSet(outcome.map.reserved + outcome.map.bootAllocations + objects))
    for range in surplus.ranges where !isExplained(range) {
      let caller = log.reservations.last { $0.range.overlaps(range) }?.caller
      // What was there before the log's first line is the kernel itself or the tree.
      guard let caller else { continue }
      differences.append(.unexpectedReservation(range, caller: caller))
    }
  }

  /// Whether a difference that was found already names the range.
  private func isExplained(_ range: PhysicalRange) -> Bool {
    differences.contains { difference in
      guard case .region(let region) = difference else { return false }
      let start = String(range.start.rawValue, radix: 16)
      return region.log.contains { $0.contains(start) }
    }
  }

  /// Holds the zones of the log against the prediction's, as far as memory lies in them.
  mutating func compareZones() {
    guard !log.zones.isEmpty, !outcome.map.zones.contains(where: { $0.kind == .movable }) else {
      return
    }
    let ram = PhysicalRegionSet(outcome.map.memory)
    for line in log.zones where line.kind != .movable {
      let spans = outcome.map.zones.filter { $0.kind == line.kind }.map(\.spanned)
      let mine = Self.hull(ram.intersection(PhysicalRegionSet(spans)))
      let theirs = line.range.flatMap { Self.hull(ram.intersection($0)) }
      if mine != theirs {
        differences.append(.zone(line.kind, predicted: mine, log: theirs))
      }
    }
  }

  private static func hull(_ set: PhysicalRegionSet) -> PhysicalRange? {
    guard let start = set.start, let end = set.end else { return nil }
    return PhysicalRange(start: start, end: end)
  }
}

extension Replay {
  /// The initial RAM disk that `/chosen` names.
  static func statedInitrd(of tree: DeviceTree) -> PhysicalRange? {
    guard let chosen = BootInput.chosen(of: tree),
      let start = chosen.property("linux,initrd-start"),
      let end = chosen.property("linux,initrd-end"), start.cellCount > 0, end.cellCount > 0
    else { return nil }
    let low = start.number(at: 0, cells: start.cellCount)
    let high = end.number(at: 0, cells: end.cellCount)
    guard low < high else { return nil }
    return PhysicalRange(start: PhysicalAddress(low), end: PhysicalAddress(high))
  }
}
