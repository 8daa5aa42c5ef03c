import Layout
import PhysicalMemory
import Policy
import YAML

/// Workloads of a layout, as `LayoutJSON` writes them.
extension LayoutReader {
  mutating func workload(_ node: YAMLNode) -> Workload? {
    let name = json.text("name", of: node)
    let lasts = time("lasts_us", of: node)
    let streams = json.items("streams", of: node, atMost: LayoutJSON.Limits.streams).compactMap {
      stream($0)
    }
    let phases =
      json.optional("phases", of: node).map { json.items($0) }?
      .compactMap { phase($0) } ?? []
    let operations =
      json.optional("operations", of: node) == nil
      ? []
      : json.items("operations", of: node, atMost: LayoutJSON.Limits.operations)
        .compactMap { operation($0) }
    let device = json.optional("device", of: node).flatMap { json.text($0) }
    let variation = json.optional("vary", of: node).flatMap { json.number($0) }
    let background =
      phases.first?.background
      ?? json.value("background", of: node).flatMap { self.background($0) }
    guard let name, let lasts, let background else { return nil }
    return Workload(
      name: name,
      lasts: lasts,
      streams: streams,
      background: background,
      phases: phases,
      operations: operations,
      device: device,
      variation: variation ?? WorkloadPolicy.defaultVariation
    )
  }

  private mutating func phase(_ node: YAMLNode) -> Phase? {
    let name = json.text("name", of: node)
    let start = time("start_us", of: node)
    let end = time("end_us", of: node)
    let background = json.value("background", of: node).flatMap { self.background($0) }
    guard let name, let start, let end, let background else { return nil }
    return Phase(name: name, start: start, end: end, background: background)
  }

  private mutating func operation(_ node: YAMLNode) -> WorkloadOperation? {
    let words = json.items(node).compactMap { json.text($0) }
    guard let operation = WorkloadOperation(words) else {
      json.wrongType("an operation", node)
      return nil
    }
    return operation
  }

  private mutating func time(_ key: String, of node: YAMLNode) -> TimeSpan? {
    json.number(key, of: node).map { TimeSpan(microseconds: $0) }
  }

  /// A number of microseconds, or a mapping with how it is drawn.
  private mutating func randomTime(_ node: YAMLNode) -> RandomTime? {
    guard node.entries != nil else {
      return json.number(node).map { .fixed(TimeSpan(microseconds: $0)) }
    }
    if let bounds = json.optional("uniform_us", of: node) {
      let times = json.items(bounds).compactMap { json.number($0) }
      guard times.count == 2, times[0] <= times[1] else {
        json.wrongType("two times, the shorter one first", bounds)
        return nil
      }
      return .uniform(TimeSpan(microseconds: times[0]), TimeSpan(microseconds: times[1]))
    }
    return time("exponential_us", of: node).map { .exponential(mean: $0) }
  }

  private mutating func randomTime(_ key: String, of node: YAMLNode) -> RandomTime? {
    json.optional(key, of: node).flatMap { randomTime($0) }
  }

  private mutating func stream(_ node: YAMLNode) -> Stream? {
    let name = json.text("name", of: node)
    let device = json.text("device", of: node)
    let during = (json.optional("during", of: node).map { json.items($0) } ?? [])
      .compactMap { json.text($0) }
    let starts = starts(node)
    let every = randomTime("every_us", of: node)
    let holds = randomTime("for_us", of: node)
    let group = json.optional("group", of: node).flatMap { json.text($0) }
    let release: ReleaseOrder? =
      json.optional("release", of: node) == nil ? .order : json.word("release", of: node)
    let change = json.optional("mode_change", of: node).flatMap { modeChange($0) }
    let buffers = json.items("buffers", of: node, atMost: LayoutJSON.Limits.buffers).compactMap {
      buffer($0)
    }
    guard let name, let device, let release else { return nil }
    return Stream(
      name: name,
      device: device,
      during: during,
      starts: starts,
      every: every,
      holds: holds,
      group: group,
      release: release,
      modeChange: change,
      buffers: buffers
    )
  }

  /// The times of `at_us`: a list, or one number.
  private mutating func starts(_ node: YAMLNode) -> [TimeSpan] {
    guard let times = json.optional("at_us", of: node) else { return [] }
    let items = times.items ?? [times]
    return items.compactMap { json.number($0) }.sorted().map { TimeSpan(microseconds: $0) }
  }

  private mutating func modeChange(_ node: YAMLNode) -> ModeChange? {
    let keepsOld = json.flag("keep_old", of: node)
    guard let every = json.value("every_us", of: node).flatMap({ randomTime($0) }), let keepsOld
    else { return nil }
    return ModeChange(every: every, keepsOld: keepsOld)
  }

  private mutating func buffer(_ node: YAMLNode) -> Buffer? {
    let name = json.text("name", of: node)
    let size = json.bytes("size", of: node)
    let count = json.number("count", of: node, atMost: LayoutJSON.Limits.count)
    let alignment = json.alignment("align", of: node)
    let pool = json.optional("pool", of: node).flatMap { json.text($0) }
    let isAtomic = json.optional("atomic", of: node).flatMap { json.flag($0) } ?? false
    let isOptional = json.optional("optional", of: node).flatMap { json.flag($0) } ?? false
    let leaks = json.optional("leaks", of: node).flatMap { json.number($0) } ?? 0
    guard let name, let size, let count, let alignment else { return nil }
    return Buffer(
      name: name,
      size: size,
      count: count,
      alignment: alignment,
      pool: pool,
      isAtomic: isAtomic,
      isOptional: isOptional,
      leaks: min(leaks, count)
    )
  }

  // MARK: Background

  private mutating func size(_ key: String, of node: YAMLNode) -> ByteCount {
    json.optional(key, of: node).flatMap { json.hexadecimal($0) }.map { ByteCount($0) } ?? .zero
  }

  private mutating func background(_ node: YAMLNode) -> Background? {
    var levels: [MemoryClass: ByteCount] = [:]
    var growth: [MemoryClass: Throughput] = [:]
    let rates = json.optional("growth", of: node)
    for kind in MemoryClass.allCases {
      levels[kind] = size(kind.key, of: node)
      growth[kind] = rates.flatMap { json.optional(kind.key, of: $0) }.flatMap { rate($0) }
    }
    let churn = json.bytes("churn", of: node)
    let churnPeriod = time("churn_period_us", of: node)
    let pins = json.number("pins", of: node)
    let pinPeriod = time("pin_period_us", of: node)
    let pinHolds = time("pin_holds_us", of: node)
    guard let churn, let churnPeriod, let pins, let pinPeriod, let pinHolds else { return nil }
    var background = Background(
      levels: levels,
      churn: Throughput(churn, per: churnPeriod),
      pins: EventRate(count: pins, per: pinPeriod),
      pinHolds: pinHolds
    )
    background.growth = growth
    background.swap = size("swap", of: node)
    background.zram = size("zram", of: node)
    background.longPins = size("long_pins", of: node)
    if json.optional("long_pins_at_us", of: node) != nil {
      background.longPinsStart = time("long_pins_at_us", of: node) ?? .zero
    }
    background.hogs = json.optional("hogs", of: node).flatMap { hogs($0) }
    background.bootNoise = size("boot_noise", of: node)
    return background
  }

  private mutating func rate(_ node: YAMLNode) -> Throughput? {
    let bytes = json.bytes("bytes", of: node)
    guard let bytes, let per = time("per_us", of: node), per > .zero else { return nil }
    return Throughput(bytes, per: per)
  }

  private mutating func hogs(_ node: YAMLNode) -> Background.Hogs? {
    let size = json.bytes("size", of: node)
    guard let size, let every = json.value("every_us", of: node).flatMap({ randomTime($0) }),
      let holds = json.value("for_us", of: node).flatMap({ randomTime($0) })
    else { return nil }
    return Background.Hogs(size: size, every: every, holds: holds)
  }
}
