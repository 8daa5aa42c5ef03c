import Board
import DeviceTree
import LinuxBoot
import PhysicalMemory
import Planner
import Policy

/// Turns a board's regions into a placement problem.
struct PlacementBuilder {
  let board: Board
  let variant: Variant
  let today: BootMap
  let regions: [ResolvedRegion]
  let devices: [ResolvedDevice]
  /// Names of devices that have demands on the default area.
  let demanding: Set<String>
  /// The layout whose places are kept as far as they can be.
  let lock: Layout?

  /// The end of what every device with a 32-bit mask reaches.
  static let lowMemoryEnd = PhysicalAddress(1 << 32)

  var problem: PlacementProblem {
    PlacementProblem(
      banks: RegionSet(today.memory).ranges,
      obstacles: obstacles,
      requests: planned.map(request),
      lowMemoryEnd: Self.lowMemoryEnd
    )
  }

  /// Room behind the blob for what the layout, an overlay and the boot loader add to it.
  private static let blobSlack = ByteCount.kib(64)

  private static func withSlack(_ blob: PhysicalRange) -> PhysicalRange {
    PhysicalRange(start: blob.start, saturating: blob.size + blobSlack)
  }

  /// The regions whose place is a question: all but those that the tree fixes, and a default pool that
  /// the kernel will not make.
  var planned: [ResolvedRegion] { regions.filter { !$0.isFixedByTree && !$0.isBypassed } }

  private func request(_ region: ResolvedRegion) -> PlacementRequest {
    var request = PlacementRequest(
      name: region.name,
      size: region.size,
      alignment: region.alignment,
      windows: windows(region),
      preferred: lock?.region(named: region.name)?.range.start ?? placeToday(region)
    )
    request.boundary = region.policy.boundary?.value.bytes(ram: variant.countedMemory.size)
    if !region.policy.apartFrom.isEmpty {
      let block = region.policy.apartBlock?.value.bytes(ram: variant.countedMemory.size)
      let names = Set(planned.map(\.name))
      request.apart = [
        Separation(
          from: region.policy.apartFrom.map(\.value).filter(names.contains),
          block: block.map { .bytes($0) } ?? .bank
        )
      ]
    }
    let reachesHigh = reach(of: region).map { ($0.end ?? Self.lowMemoryEnd) > Self.lowMemoryEnd }
    request.lowMemory = reachesHigh == true ? .avoided : .indifferent
    return request
  }

  /// Where the region may lie: its own windows, the reach of its users, and for a CMA area one zone
  /// (`mm/cma.c: cma_activate_area`).
  private func windows(_ region: ResolvedRegion) -> [PhysicalRange] {
    if let base = region.base {
      return [PhysicalRange(start: base, saturating: region.size)]
    }
    let own = region.windows.isEmpty ? [PhysicalRange.all] : region.windows
    let reach = reach(of: region)?.ranges ?? [.all]
    let zones = region.kind == .cma ? today.zones.map(\.spanned) : [.all]
    return own.flatMap { window in
      reach.flatMap { part in
        zones.compactMap { zone in window.intersection(part)?.intersection(zone) }
      }
    }
  }

  /// The addresses that all users of a region reach; nil where it has none.
  func reach(of region: ResolvedRegion) -> PhysicalRegionSet? {
    let sets = users(of: region).map(\.device.reach).filter { !$0.isEmpty }
    guard let first = sets.first else { return nil }
    return sets.dropFirst().reduce(first) { $0.intersection($1) }
  }

  /// The devices that allocate contiguous memory from a region: of the default area those that have
  /// demands on it.
  func users(of region: ResolvedRegion) -> [ResolvedDevice] {
    devices.filter { resolved in
      guard resolved.device.needsContiguousMemory else { return false }
      if resolved.device.pools.isEmpty {
        return region.policy.isDefault && demanding.contains(resolved.device.name)
      }
      return resolved.device.pools.contains(region.name)
    }
  }

  /// The regions that the tree has to say something else of for these places.
  func changed(_ bases: [String: PhysicalAddress]) -> Set<String> {
    Set(
      planned.filter { region in
        bases[region.name].map { region.isTouched || placeToday(region) != $0 } ?? false
      }
      .map(\.name)
    )
  }

  /// Where Linux may choose the place of each region that policy wants written with `size`.
  var dynamicWindows: [String: [PhysicalRange]] {
    let banks = RegionSet(today.memory).ranges
    let free = planned.filter { region in
      guard let form = region.policy.isDynamic, !region.windows.isEmpty else { return false }
      return form.value && form.origin.isLayer
    }
    return free.reduce(into: [:]) { all, region in
      all[region.name] = windows(region).flatMap { window in
        banks.compactMap { $0.intersection(window) }
      }
    }
  }

  /// Whether every planned region of `layout` is where it may be.
  func isKept(in layout: Layout?, except carried: String?) -> Bool {
    guard let layout else { return true }
    let regions = planned.filter { $0.name != carried }
    let names = Set(regions.map(\.name))
    var problem = problem
    problem.requests = problem.requests.filter { names.contains($0.name) }
    for index in problem.requests.indices {
      problem.requests[index].apart = problem.requests[index].apart.map {
        Separation(from: $0.from.filter(names.contains), block: $0.block)
      }
    }
    let placed = layout.regions.filter { names.contains($0.name) }.map {
      PlacedRegion(name: $0.name, base: $0.range.start)
    }
    return PlacementVerifier.violations(of: Placement(placed), in: problem).isEmpty
  }

  private func placeToday(_ region: ResolvedRegion) -> PhysicalAddress? {
    guard let path = region.node?.node.path,
      let found = today.regions.first(where: { $0.node == path }), found.hasMemory
    else { return nil }
    return found.base
  }

  /// What is taken and stays where it is.
  private var obstacles: [Obstacle] {
    let fixed = regions.filter(\.isFixedByTree).flatMap { region in
      (region.node?.fixedRanges ?? []).map { Obstacle(name: region.name, range: $0) }
    }
    let unlisted = board.regions.filter { node in
      !regions.contains { $0.node?.node == node.node }
    }
    .flatMap { node in
      node.fixedRanges.map { Obstacle(name: board.name(of: node), range: $0) }
    }
    return fixed + unlisted
      + TakenMemory(board: board, variant: variant, map: today).ranges.map {
        Obstacle(name: $0.owner, range: $0.owner == "dtb" ? Self.withSlack($0.range) : $0.range)
      }
  }
}

/// What is taken beside the regions: boot objects, firmware, /memreserve/ entries.
struct TakenMemory {
  let board: Board
  let variant: Variant
  let map: BootMap

  /// The ranges with their owners, in the order of their addresses.
  var ranges: [TakenRange] {
    let reserved = board.tree.memoryReservations.compactMap { entry in
      PhysicalRange(start: PhysicalAddress(entry.address), size: ByteCount(entry.size))
        .map { TakenRange(owner: "/memreserve/", range: $0) }
    }
    let firmware = variant.firmware.map { TakenRange(owner: $0.name, range: $0.range.range) }
    return (objects + reserved + firmware)
      .filter { !$0.range.isEmpty }
      .sorted { ($0.range.start, $0.owner) < ($1.range.start, $1.owner) }
  }

  /// The boot objects, where they were given or where they were assumed.
  private var objects: [TakenRange] {
    let given: [(String, PhysicalRange?)] = [
      ("kernel", variant.objects.kernel), ("initrd", variant.objects.initrd),
      ("dtb", variant.objects.dtb),
    ]
    return given.compactMap { name, range in
      (range ?? map.assumes.first { $0.subject == name }?.range)
        .map { TakenRange(owner: name, range: $0) }
    }
  }
}
