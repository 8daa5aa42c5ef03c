public import PhysicalMemory
public import Policy

/// A workload with every size worked out for one RAM variant.
public struct Workload: Sendable, Hashable {
  /// The workload's name.
  public let name: String
  /// How long it runs.
  public let lasts: TimeSpan
  /// The streams whose devices the board has, in the order of their names.
  public var streams: [Stream]
  /// What the rest of the system does.
  public let background: Background

  /// A workload of these parts.
  public init(name: String, lasts: TimeSpan, streams: [Stream], background: Background) {
    self.name = name
    self.lasts = lasts
    self.streams = streams
    self.background = background
  }
}

/// A device that is opened, allocates its buffers in order, holds them, and is closed.
public struct Stream: Sendable, Hashable {
  /// The stream's name.
  public let name: String
  /// The device, by its name in the layout.
  public let device: String
  /// When it is opened first.
  public let start: TimeSpan
  /// How often it is opened again; nil for once.
  public let every: TimeSpan?
  /// How long it stays open; nil to the end.
  public let holds: TimeSpan?
  /// Its buffers in allocation order.
  public var buffers: [Buffer]

  /// A stream of these parts.
  public init(
    name: String,
    device: String,
    start: TimeSpan,
    every: TimeSpan?,
    holds: TimeSpan?,
    buffers: [Buffer]
  ) {
    self.name = name
    self.device = device
    self.start = start
    self.every = every
    self.holds = holds
    self.buffers = buffers
  }
}

/// Buffers of one size.
public struct Buffer: Sendable, Hashable {
  /// What the buffer is.
  public let name: String
  /// Its size.
  public let size: ByteCount
  /// How many of them.
  public let count: UInt64
  /// The alignment it needs; one byte for none.
  public let alignment: Alignment
  /// The region it comes from, where the device has several.
  public var pool: String?
  /// Asked for where the driver can not sleep.
  public let isAtomic: Bool
  /// The driver has a fallback.
  public let isOptional: Bool

  /// Buffers of these properties.
  public init(
    name: String,
    size: ByteCount,
    count: UInt64,
    alignment: Alignment,
    pool: String?,
    isAtomic: Bool,
    isOptional: Bool
  ) {
    self.name = name
    self.size = size
    self.count = count
    self.alignment = alignment
    self.pool = pool
    self.isAtomic = isAtomic
    self.isOptional = isOptional
  }
}

/// What the rest of the system holds and does.
public struct Background: Sendable, Hashable {
  /// Clean file pages.
  public let pageCache: ByteCount
  /// Dirty file pages.
  public let dirty: ByteCount
  /// Anonymous memory without swap.
  public let anonymous: ByteCount
  /// Slab, page tables, kernel memory.
  public let unmovable: ByteCount
  /// Bytes of page cache and anonymous memory that are replaced in `churnPeriod`.
  public let churn: ByteCount
  /// The time that `churn` takes.
  public let churnPeriod: TimeSpan
  /// Pins in `pinPeriod`.
  public let pins: UInt64
  /// The time that `pins` are spread over.
  public let pinPeriod: TimeSpan
  /// How long a pin holds.
  public let pinHolds: TimeSpan

  /// A background of these loads; what is not given is nothing.
  public init(
    pageCache: ByteCount = .zero,
    dirty: ByteCount = .zero,
    anonymous: ByteCount = .zero,
    unmovable: ByteCount = .zero,
    churn: ByteCount = .zero,
    churnPeriod: TimeSpan = TimeSpan(microseconds: 1_000_000),
    pins: UInt64 = 0,
    pinPeriod: TimeSpan = TimeSpan(microseconds: 60_000_000),
    pinHolds: TimeSpan = .zero
  ) {
    self.pageCache = pageCache
    self.dirty = dirty
    self.anonymous = anonymous
    self.unmovable = unmovable
    self.churn = churn
    self.churnPeriod = churnPeriod
    self.pins = pins
    self.pinPeriod = pinPeriod
    self.pinHolds = pinHolds
  }
}
