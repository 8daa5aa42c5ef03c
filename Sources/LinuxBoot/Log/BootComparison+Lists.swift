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
    let placed = comparePlacements(known)
    for region in map.regions
    where !known.contains(region.node) && region.size > .zero && !(placed && region.isDynamic) {
      let mine = Self.state(region.range, reserved, noMap)
      let logged = Self.state(region.range, theirs, theirNoMap)
      // Page tables may lie where nothing is reserved for the region.
      if mine == logged || mine == .free && logged != .noMap { continue }
      // The kernel gives parts of its own image back.
      if let kernel = input.objects.kernel, kernel.overlaps(region.range), logged == .partly {
        continue
      }
      addListed(
        region,
        "\(region.range) is \(mine.rawValue)",
        "\(region.range) is \(logged.rawValue)",
        cause: logged == .free ? .notInLog : region.isDynamic ? .moved : .otherProperties
      )
    }
    compareSurplus(theirs, theirNoMap, noMap)
  }

  /// Holds the places that the kernel found for nodes against the predicted ones; false where the
  /// log has no lines of single reservations.
  private mutating func comparePlacements(_ known: Set<String>) -> Bool {
    guard !log.reservations.isEmpty, log.isFromStart else { return false }
    var found = log.reservations.filter(\.isForNode).map(\.range)
    var missed: [BootRegion] = []
    for region in outcome.map.regions where region.isDynamic && region.size > .zero {
      if let place = found.firstIndex(where: { $0 == region.range }) {
        found.remove(at: place)
      } else if !known.contains(region.node), region.range.start.rawValue > 0 {
        missed.append(region)
      }
    }
    for region in missed {
      let match = found.firstIndex { $0.size == region.size }
      let range = match.map { found.remove(at: $0) }
      addListed(
        region,
        "placed at \(region.range)",
        range.map { "a region of that size was placed at \($0)" } ?? "no place was looked for",
        cause: range == nil ? .notInLog : .moved
      )
    }
    // Regions with a difference in their messages account for a place each.
    found.removeFirst(min(found.count, known.count))
    if !found.isEmpty { differences.append(.unexpectedPlacement(found)) }
    return true
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

  private mutating func addListed(
    _ region: BootRegion,
    _ predicted: String,
    _ logged: String,
    cause: RegionDifference.Cause
  ) {
    let name = region.node.split(separator: "/").last.map { String($0) } ?? region.node
    differences.append(
      .region(
        RegionDifference(
          name: name,
          node: region.node,
          predicted: [predicted],
          log: [logged],
          cause: cause
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
    let unmapped = theirNoMap.subtracting(noMap).ranges.filter { !isExplained($0) }
    if !unmapped.isEmpty {
      differences.append(.unexpectedReservation(PhysicalRegionSet(unmapped), caller: nil))
    }
    // Without the lines of single reservations nobody knows whose a range is.
    guard !log.reservations.isEmpty else { return }
    let allocated = log.reservations.filter { $0.caller.contains("alloc") }.map(\.range)
    let objects = [
      input.objects.kernel, input.objects.initrd, input.objects.dtb,
      BootInput.statedInitrd(of: input.tree),
    ].compactMap { $0 }
    let surplus = theirs.subtracting(PhysicalRegionSet(allocated))
      .subtracting(PhysicalRegionSet(outcome.map.reserved + outcome.map.bootAllocations + objects))
    var byCaller: [(caller: String, ranges: [PhysicalRange])] = []
    for range in surplus.ranges where !isExplained(range) {
      // What was there before the log's first line is the kernel itself or the tree.
      guard let caller = log.reservations.last(where: { $0.range.overlaps(range) })?.caller else {
        continue
      }
      if let place = byCaller.firstIndex(where: { $0.caller == caller }) {
        byCaller[place].ranges.append(range)
      } else {
        byCaller.append((caller, [range]))
      }
    }
    for (caller, ranges) in byCaller {
      differences.append(.unexpectedReservation(PhysicalRegionSet(ranges), caller: caller))
    }
  }

  /// Whether a difference that was found already is about the range.
  private func isExplained(_ range: PhysicalRange) -> Bool {
    let start = String(range.start.rawValue, radix: 16)
    return differences.contains { difference in
      guard case .region(let region) = difference else { return false }
      return region.log.contains { $0.contains("0x\(start)") || $0.contains("00" + start) }
        || outcome.map.regions.contains { $0.node == region.node && $0.range.overlaps(range) }
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
        // One border moves the zones on both sides of it.
        return differences.append(.zone(line.kind, predicted: mine, log: theirs))
      }
    }
  }

  private static func hull(_ set: PhysicalRegionSet) -> PhysicalRange? {
    guard let start = set.start, let end = set.end else { return nil }
    return PhysicalRange(start: start, end: end)
  }
}
