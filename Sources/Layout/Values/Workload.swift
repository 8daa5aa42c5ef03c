public import PhysicalMemory
public import Policy

/// A workload with every size worked out for one RAM variant.
public struct Workload: Sendable, Hashable {
  /// The workload's name.
  public let name: String
  /// How long it runs.
  public let lasts: TimeSpan
  /// What follows one another, from the start to the end; never empty.
  public let phases: [Phase]
  /// The streams whose devices the board has, in the order of their names.
  public var streams: [Stream]
  /// Steps one after another, instead of streams.
  public let operations: [WorkloadOperation]
  /// The device that the operations allocate for; nil for one without region or limits of its own.
  public let device: String?
  /// By how many percent the loads of the operations differ between seeds, up or down.
  public let variation: UInt64

  /// What the rest of the system does in the first phase.
  public var background: Background { phases[0].background }

  /// A workload of these parts; without phases, `background` holds for the whole time.
  public init(
    name: String,
    lasts: TimeSpan,
    streams: [Stream],
    background: Background,
    phases: [Phase] = [],
    operations: [WorkloadOperation] = [],
    device: String? = nil,
    variation: UInt64 = WorkloadPolicy.defaultVariation
  ) {
    self.name = name
    self.lasts = lasts
    self.phases =
      phases.isEmpty
      ? [Phase(name: "all", start: .zero, end: lasts, background: background)] : phases
    self.streams = streams
    self.operations = operations
    self.device = device
    self.variation = variation
  }

  /// The times at which a stream may be open: its phases, those that follow one another joined.
  public func windows(of stream: Stream) -> [Range<UInt64>] {
    var windows: [Range<UInt64>] = []
    for phase in phases where stream.during.isEmpty || stream.during.contains(phase.name) {
      let range = phase.start.microseconds..<phase.end.microseconds
      if let last = windows.last, last.upperBound == range.lowerBound {
        windows[windows.count - 1] = last.lowerBound..<range.upperBound
      } else if !range.isEmpty {
        windows.append(range)
      }
    }
    return windows
  }
}

/// A part of a workload's time.
public struct Phase: Sendable, Hashable {
  /// What streams call it.
  public let name: String
  /// When it begins.
  public let start: TimeSpan
  /// When it is over; not before `start`.
  public let end: TimeSpan
  /// What the rest of the system does.
  public let background: Background

  /// A phase from `start` to `end`.
  public init(name: String, start: TimeSpan, end: TimeSpan, background: Background) {
    self.name = name
    self.start = start
    self.end = max(start, end)
    self.background = background
  }
}

/// A device that is opened, allocates its buffers in order, holds them, and is closed.
public struct Stream: Sendable, Hashable {
  /// The stream's name.
  public let name: String
  /// The device, by its name in the layout.
  public let device: String
  /// The phases in which it may be open, by name; empty for all.
  public let during: [String]
  /// When it is opened: the first time, or each time of several; empty for the start.
  public let starts: [TimeSpan]
  /// How often it is opened again; nil for once.
  public let every: RandomTime?
  /// How long it stays open; nil to the end.
  public let holds: RandomTime?
  /// Streams of one group are never open together.
  public let group: String?
  /// The order in which buffers are given back.
  public let release: ReleaseOrder
  /// When all buffers are allocated anew while it is open; nil for never.
  public let modeChange: ModeChange?
  /// Its buffers in allocation order.
  public var buffers: [Buffer]

  /// When it is opened first, from the start of its first phase.
  public var start: TimeSpan { starts.first ?? .zero }

  /// A stream of these parts.
  public init(
    name: String,
    device: String,
    during: [String] = [],
    starts: [TimeSpan],
    every: RandomTime?,
    holds: RandomTime?,
    group: String? = nil,
    release: ReleaseOrder = .order,
    modeChange: ModeChange? = nil,
    buffers: [Buffer]
  ) {
    self.name = name
    self.device = device
    self.during = during
    self.starts = starts
    self.every = every
    self.holds = holds
    self.group = group
    self.release = release
    self.modeChange = modeChange
    self.buffers = buffers
  }

  /// A stream with fixed times.
  public init(
    name: String,
    device: String,
    start: TimeSpan,
    every: TimeSpan?,
    holds: TimeSpan?,
    buffers: [Buffer]
  ) {
    self.init(
      name: name,
      device: device,
      starts: start == .zero ? [] : [start],
      every: every.map(RandomTime.fixed),
      holds: holds.map(RandomTime.fixed),
      buffers: buffers
    )
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
  /// So many of `count` are never given back when the stream closes.
  public let leaks: UInt64

  /// Buffers of these properties.
  public init(
    name: String,
    size: ByteCount,
    count: UInt64,
    alignment: Alignment,
    pool: String?,
    isAtomic: Bool,
    isOptional: Bool,
    leaks: UInt64 = 0
  ) {
    self.name = name
    self.size = size
    self.count = count
    self.alignment = alignment
    self.pool = pool
    self.isAtomic = isAtomic
    self.isOptional = isOptional
    self.leaks = leaks
  }
}
