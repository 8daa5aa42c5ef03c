public import PhysicalMemory

/// What policy says devices allocate, when and for how long.
public struct WorkloadPolicy: Sendable {
  /// The workload's name.
  public let name: String
  /// How long it runs.
  public let lasts: Sourced<TimeSpan>
  /// The streams in the order of their names.
  public let streams: [StreamPolicy]
  /// What the rest of the system does.
  public let background: BackgroundPolicy
  /// Who named the workload first.
  public let origin: ValueOrigin

  /// How long a workload runs that does not say.
  public static let defaultLength = TimeSpan(microseconds: 3_600_000_000)

  init(name: String, value: PolicyValue, binding: PoolBinding) {
    self.name = name
    origin = value.origin
    lasts = value.time("lasts") ?? Sourced(Self.defaultLength, .assumed("an hour"))
    streams = (value["streams"]?.entries ?? []).compactMap {
      StreamPolicy(name: $0.name, value: $0.value, binding: binding)
    }
    background = BackgroundPolicy(value["background"])
  }
}

/// A device that is opened, holds buffers, and is closed.
public struct StreamPolicy: Sendable {
  /// The stream's name.
  public let name: String
  /// The device that allocates.
  public let device: Sourced<String>
  /// When it is opened first.
  public let start: TimeSpan
  /// How often it is opened again; nil for once.
  public let every: TimeSpan?
  /// How long it stays open; nil to the end.
  public let holds: TimeSpan?
  /// Its buffers in allocation order.
  public let buffers: [BufferPolicy]

  init?(name: String, value: PolicyValue, binding: PoolBinding) {
    guard let device = value.text("device") else { return nil }
    self.name = name
    self.device = device
    start = value.time("at")?.value ?? .zero
    every = value.time("every")?.value
    holds = value.time("for")?.value
    buffers = (value["buffers"]?.items ?? []).enumerated().compactMap { index, item in
      BufferPolicy(index: index, value: item, binding: binding)
    }
  }
}

/// Buffers of one size.
public struct BufferPolicy: Sendable {
  /// What the buffer is.
  public let name: String
  /// Its size.
  public let size: Sourced<SizeExpression>
  /// How many of them.
  public let count: UInt64
  /// The alignment it needs beyond its device's.
  public let alignment: SizeExpression?
  /// The pool it comes from, of several.
  public let pool: Sourced<String>?
  /// Asked for where the driver can not sleep.
  public let isAtomic: Bool
  /// The driver has a fallback.
  public let isOptional: Bool

  init?(index: Int, value: PolicyValue, binding: PoolBinding) {
    guard let size = value.size("size") ?? PictureFormat.size(value.text("format")) else {
      return nil
    }
    self.size = size
    name = value.text("name")?.value ?? "buffer-\(index + 1)"
    count = value.count("count")?.value ?? 1
    alignment = value.size("align")?.value
    pool = value.text("pool").map { Sourced(binding.canonicalName($0.value), $0.origin) }
    isAtomic = value.flag("atomic")?.value ?? false
    isOptional = value.flag("optional")?.value ?? false
  }
}

/// What the rest of the system does meanwhile.
public struct BackgroundPolicy: Sendable {
  /// Clean file pages.
  public let pageCache: SizeExpression?
  /// Dirty file pages.
  public let dirty: SizeExpression?
  /// Anonymous memory without swap.
  public let anonymous: SizeExpression?
  /// Slab, page tables, kernel memory.
  public let unmovable: SizeExpression?
  /// Bytes that are replaced in a time.
  public let churn: (bytes: ByteCount, per: TimeSpan)?
  /// How often a movable page is pinned, and how long.
  public let pins: (rate: EventRate, holds: TimeSpan)?

  init(_ value: PolicyValue?) {
    pageCache = value?.size("page-cache")?.value
    dirty = value?.size("dirty")?.value
    anonymous = value?.size("anonymous")?.value
    unmovable = value?.size("unmovable")?.value
    churn = (value?.text("churn")?.value).flatMap { text in
      (try? ValueParser.throughput(text)).map { (bytes: $0.0, per: $0.1) }
    }
    if let pins = value?["pins"], let text = pins.text("rate")?.value,
      let rate = try? ValueParser.eventRate(text)
    {
      self.pins = (
        rate: rate, holds: pins.time("for")?.value ?? TimeSpan(microseconds: 100_000)
      )
    } else {
      pins = nil
    }
  }
}

extension [WorkloadPolicy] {
  /// What a merged value states, in the order of the names.
  init(_ value: PolicyValue, binding: PoolBinding) {
    self = (value["workloads"]?.entries ?? []).map {
      WorkloadPolicy(name: $0.name, value: $0.value, binding: binding)
    }
  }
}
