import Layout
import LinuxBoot
import PageAllocator
import PhysicalMemory
import Policy

/// How much the workload's pools have, and where it could lie.
struct StrategyPlan {
  private let layout: Layout
  private let model: MachineModel
  /// All streams, as a run numbers them.
  private let allInstances: [StreamInstance]
  /// Those whose devices need contiguous memory.
  private let instances: [StreamInstance]
  /// The regions that the workload's devices use.
  let used: [LayoutRegion]
  /// What they have together; without any what the buffers need at once.
  let budget: ByteCount

  init(_ layout: Layout, _ workload: Workload) {
    self.layout = layout
    let model = MachineModel(layout)
    self.model = model
    allInstances = StreamInstance.all(workload, model)
    let instances = allInstances.filter { !model.devices[$0.device].needsNothing }
    self.instances = instances
    let names = Set(
      instances.flatMap { BufferNeed.all($0, model) }.compactMap { $0.region?.name }
    )
    let used = layout.regions.filter {
      names.contains($0.name) || ($0.isDefault && $0.kind == .cma)
    }
    self.used = used
    let stated = used.reduce(ByteCount.zero) { $0 + $1.range.size }
    budget =
      stated > .zero
      ? stated : Self.granules(StrategyPlan.needs(instances, layout.target.pageSize), layout)
  }

  private static func needs(_ instances: [StreamInstance], _ page: PageSize) -> ByteCount {
    instances.reduce(.zero) { $0 + bytes(of: $1.stream, page) }
  }

  private static func bytes(of stream: Stream, _ page: PageSize) -> ByteCount {
    stream.buffers.reduce(.zero) {
      $0 + page.bytes(of: page.pages(holding: $1.size)) * $1.count
    }
  }

  private static func granules(_ size: ByteCount, _ layout: Layout) -> ByteCount {
    layout.target.cmaGranule.up(size) ?? size
  }

  var ram: ByteCount { layout.banks.reduce(.zero) { $0 + $1.size } }

  func pages(_ size: ByteCount) -> UInt64 { layout.target.pageSize.pages(holding: size) }

  /// The layout without the workload's pools.
  var bare: Layout {
    var layout = layout
    let names = Set(used.map(\.name))
    layout.regions.removeAll { names.contains($0.name) }
    for index in layout.devices.indices {
      layout.devices[index].pools.removeAll { names.contains($0) }
    }
    for (index, workload) in layout.workloads.enumerated() {
      for (number, stream) in workload.streams.enumerated() {
        for place in stream.buffers.indices where names.contains(stream.buffers[place].pool ?? "") {
          layout.workloads[index].streams[number].buffers[place].pool = nil
        }
      }
    }
    return layout
  }

  // MARK: Places

  /// A place for all of the budget: where the largest of the pools is, else the highest place that
  /// all devices reach, else the highest of all.
  func window() throws(StrategySetup.Fault) -> PhysicalRange {
    guard budget > .zero else { throw .noPool }
    let free = free
    if let largest = used.max(by: { $0.range.size < $1.range.size }),
      let range = PhysicalRange(start: largest.range.start, size: budget), free.contains(range)
    {
      return range
    }
    for places in [reached, free] {
      if let range = highest(in: places.ranges) { return range }
    }
    throw .noRoom("there is no free place of \(budget.approximate)")
  }

  /// A place for one CMA area: as `window`, but in one zone, for an area across a border is not
  /// activated (`mm/cma.c: cma_activate_area`).
  ///
  /// Where no such place that all devices reach has room for the budget, it is the largest of them.
  func area() throws(StrategySetup.Fault) -> PhysicalRange {
    guard budget > .zero else { throw .noPool }
    let runs = zonewise(reached)
    if let largest = used.max(by: { $0.range.size < $1.range.size }),
      let range = PhysicalRange(start: largest.range.start, size: budget),
      runs.contains(where: { $0.contains(range) })
    {
      return range
    }
    let granule = layout.target.cmaGranule
    let whole = runs.compactMap { run -> PhysicalRange? in
      guard let start = granule.up(run.start), start < granule.down(run.end) else { return nil }
      return PhysicalRange(start: start, end: granule.down(run.end))
    }
    if let range = highest(in: runs) ?? whole.max(by: { $0.size < $1.size }) { return range }
    if let range = highest(in: zonewise(free)) { return range }
    throw .noRoom("there is no free place of \(budget.approximate) in one zone")
  }

  /// The highest place for the budget, by whole granules.
  private func highest(in runs: [PhysicalRange]) -> PhysicalRange? {
    for run in runs.reversed() {
      guard run.size >= budget, let highest = run.end.subtracting(budget) else { continue }
      let start = layout.target.cmaGranule.down(highest)
      if start >= run.start { return PhysicalRange(start: start, saturating: budget) }
    }
    return nil
  }

  /// The free memory that all devices reach.
  private var reached: PhysicalRegionSet {
    Set(instances.map(\.device)).sorted()
      .reduce(free) { $0.intersection(model.devices[$1].device.reach) }
  }

  /// The runs of a set, cut where zones end, in ascending order.
  private func zonewise(_ set: PhysicalRegionSet) -> [PhysicalRange] {
    let zones = layout.zones.map(\.range)
    guard !zones.isEmpty else { return set.ranges }
    return set.ranges
      .flatMap { run in zones.compactMap { run.intersection($0) }.filter { !$0.isEmpty } }
      .sorted { $0.start < $1.start }
  }

  /// RAM that nobody but the workload's pools has.
  private var free: PhysicalRegionSet {
    let names = Set(used.map(\.name))
    let others = layout.regions.filter { !names.contains($0.name) }.map(\.range)
    return PhysicalRegionSet(layout.banks)
      .subtracting(PhysicalRegionSet(layout.reserved.map(\.range) + others))
  }

  // MARK: Shares

  /// A part of the place for each device, in proportion to what it asks for at once.
  func shares() throws(StrategySetup.Fault) -> [(device: String, range: PhysicalRange)] {
    let window = try window()
    let page = layout.target.pageSize
    let devices = Set(instances.map(\.device)).sorted()
    let needs = devices.map { device in
      instances.filter { $0.device == device }
        .reduce(ByteCount.zero) { $0 + Self.bytes(of: $1.stream, page) }
    }
    let whole = needs.reduce(.zero) { $0 + $1 }
    guard whole > .zero else { throw .noPool }
    var start = window.start
    var left = window.size
    return zip(devices, needs).enumerated().map { place, share in
      let product = share.1.rawValue.multipliedFullWidth(by: window.size.rawValue)
      let part = ByteCount(whole.rawValue.dividingFullWidth(product).quotient)
      let size = place == devices.count - 1 ? left : min(left, page.alignment.down(part))
      let range = PhysicalRange(start: start, saturating: size)
      start = range.end
      left = left - size
      return (model.devices[share.0].device.name, range)
    }
  }

  /// The top of RAM, a place for each buffer as board code would write it down, as far as it goes.
  func slices() -> [PoolDescription] {
    var parts: [PoolDescription] = []
    let page = layout.target.pageSize
    var hidden = hiddenRuns
    for (number, instance) in allInstances.enumerated()
    where !model.devices[instance.device].needsNothing {
      for (place, buffer) in instance.stream.buffers.enumerated() {
        let size = page.bytes(of: page.pages(holding: buffer.size))
        for copy in 0..<min(buffer.count, 4096) {
          guard let range = Self.take(size, max(buffer.alignment, page.alignment), &hidden) else {
            return parts
          }
          parts.append(PoolDescription(name: "\(number)/\(place)/\(copy)", range: range))
        }
      }
    }
    return parts
  }

  /// What `mem=` hides: the RAM behind the first bytes.
  private var hiddenRuns: [PhysicalRange] {
    var left = ram - budget
    var runs: [PhysicalRange] = []
    for bank in layout.banks.sorted(by: { $0.start < $1.start }) {
      let shown = min(left, bank.size)
      left = left - shown
      let rest = bank.size - shown
      guard rest > .zero else { continue }
      runs.append(
        PhysicalRange(start: bank.start.adding(shown) ?? bank.start, saturating: rest)
      )
    }
    return runs
  }

  private static func take(
    _ size: ByteCount,
    _ alignment: Alignment,
    _ runs: inout [PhysicalRange]
  ) -> PhysicalRange? {
    for index in runs.indices {
      guard let start = alignment.up(runs[index].start), start <= runs[index].end,
        let range = PhysicalRange(start: start, size: size), runs[index].contains(range)
      else { continue }
      runs[index] = PhysicalRange(start: range.end, end: runs[index].end)
      return range
    }
    return nil
  }

  // MARK: Layouts

  func layout(withArea range: PhysicalRange) -> Layout {
    var layout = bare
    layout.regions.append(region("cma", .cma, range, isDefault: true, users: []))
    return layout
  }

  func layout(withPools shares: [(device: String, range: PhysicalRange)]) -> Layout {
    var layout = bare
    for share in shares where !share.range.isEmpty {
      let name = "pool-\(share.device)"
      layout.regions.append(
        region(name, .coherent, share.range, isDefault: false, users: [share.device])
      )
      for index in layout.devices.indices where layout.devices[index].name == share.device {
        layout.devices[index].pools = [name]
      }
    }
    return layout
  }

  private func region(
    _ name: String,
    _ kind: RegionKind,
    _ range: PhysicalRange,
    isDefault: Bool,
    users: [String]
  ) -> LayoutRegion {
    LayoutRegion(
      name: name,
      node: nil,
      kind: kind,
      range: range,
      alignment: layout.target.cmaGranule,
      users: users,
      isDefault: isDefault,
      isDynamic: false,
      isPlanned: true,
      confidence: .modelled,
      origins: []
    )
  }
}
