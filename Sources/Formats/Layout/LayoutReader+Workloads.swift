import Layout
import PhysicalMemory
import Policy
import YAML

extension LayoutReader {
  mutating func workload(_ node: YAMLNode) -> Workload? {
    let name = json.text("name", of: node)
    let lasts = time("lasts_us", of: node)
    let streams = json.items("streams", of: node).compactMap { stream($0) }
    let background = json.value("background", of: node).flatMap { self.background($0) }
    guard let name, let lasts, let background else { return nil }
    return Workload(name: name, lasts: lasts, streams: streams, background: background)
  }

  private mutating func time(_ key: String, of node: YAMLNode) -> TimeSpan? {
    json.number(key, of: node).map { TimeSpan(microseconds: $0) }
  }

  private mutating func optionalTime(_ key: String, of node: YAMLNode) -> TimeSpan? {
    json.optional(key, of: node).flatMap { json.number($0) }.map { TimeSpan(microseconds: $0) }
  }

  private mutating func stream(_ node: YAMLNode) -> Stream? {
    let name = json.text("name", of: node)
    let device = json.text("device", of: node)
    let start = time("at_us", of: node)
    let every = optionalTime("every_us", of: node)
    let holds = optionalTime("for_us", of: node)
    let buffers = json.items("buffers", of: node).compactMap { buffer($0) }
    guard let name, let device, let start else { return nil }
    return Stream(
      name: name,
      device: device,
      start: start,
      every: every,
      holds: holds,
      buffers: buffers
    )
  }

  private mutating func buffer(_ node: YAMLNode) -> Buffer? {
    let name = json.text("name", of: node)
    let size = json.bytes("size", of: node)
    let count = json.number("count", of: node)
    let alignment = json.alignment("align", of: node)
    let pool = json.optional("pool", of: node).flatMap { json.text($0) }
    let isAtomic = json.optional("atomic", of: node).flatMap { json.flag($0) } ?? false
    let isOptional = json.optional("optional", of: node).flatMap { json.flag($0) } ?? false
    guard let name, let size, let count, let alignment else { return nil }
    return Buffer(
      name: name,
      size: size,
      count: count,
      alignment: alignment,
      pool: pool,
      isAtomic: isAtomic,
      isOptional: isOptional
    )
  }

  private mutating func background(_ node: YAMLNode) -> Background? {
    let sizes = ["page_cache", "dirty", "anonymous", "unmovable", "churn"].map { key in
      json.bytes(key, of: node)
    }
    let churnPeriod = time("churn_period_us", of: node)
    let pins = json.number("pins", of: node)
    let pinPeriod = time("pin_period_us", of: node)
    let pinHolds = time("pin_holds_us", of: node)
    guard let cache = sizes[0], let dirty = sizes[1], let anonymous = sizes[2],
      let unmovable = sizes[3], let churn = sizes[4], let churnPeriod, let pins, let pinPeriod,
      let pinHolds
    else { return nil }
    return Background(
      pageCache: cache,
      dirty: dirty,
      anonymous: anonymous,
      unmovable: unmovable,
      churn: churn,
      churnPeriod: churnPeriod,
      pins: pins,
      pinPeriod: pinPeriod,
      pinHolds: pinHolds
    )
  }
}
