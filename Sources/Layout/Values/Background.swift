public import PhysicalMemory
public import Policy

/// What the rest of the system holds and does.
public struct Background: Sendable, Hashable {
  /// How much of each class of memory is held; what is not in it is nothing.
  public var levels: [MemoryClass: ByteCount]
  /// How fast classes grow.
  public var growth: [MemoryClass: Throughput] = [:]
  /// How much a disk takes of what can be swapped out.
  public var swap: ByteCount = .zero
  /// How much compressed memory takes of it.
  public var zram: ByteCount = .zero
  /// Bytes of page cache and anonymous memory that are replaced in `churnPeriod`.
  public var churn: ByteCount
  /// The time that `churn` takes.
  public var churnPeriod: TimeSpan
  /// Pins in `pinPeriod`.
  public var pins: UInt64
  /// The time that `pins` are spread over.
  public var pinPeriod: TimeSpan
  /// How long a pin holds.
  public var pinHolds: TimeSpan
  /// How much is pinned for long.
  public var longPins: ByteCount = .zero
  /// From when on.
  public var longPinsStart: TimeSpan = .zero
  /// Processes that take memory and die.
  public var hogs: Hogs?
  /// Blocks that come and go before the first stream opens.
  public var bootNoise: ByteCount = .zero

  /// Processes that take memory, and die.
  public struct Hogs: Sendable, Hashable {
    /// How much one takes.
    public let size: ByteCount
    /// How often one comes.
    public let every: RandomTime
    /// How long it lives.
    public let holds: RandomTime

    /// Processes of this kind.
    public init(size: ByteCount, every: RandomTime, holds: RandomTime) {
      self.size = size
      self.every = every
      self.holds = holds
    }
  }

  /// How much of a class is held.
  public subscript(kind: MemoryClass) -> ByteCount { levels[kind] ?? .zero }

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
    self.init(
      levels: [
        .pageCache: pageCache, .dirty: dirty, .anonymous: anonymous, .unmovable: unmovable,
      ],
      churn: Throughput(churn, per: churnPeriod),
      pins: EventRate(count: pins, per: pinPeriod),
      pinHolds: pinHolds
    )
  }

  /// A background of these levels; levels of nothing are left out.
  public init(
    levels: [MemoryClass: ByteCount],
    churn: Throughput? = nil,
    pins: EventRate? = nil,
    pinHolds: TimeSpan = .zero
  ) {
    self.levels = levels.filter { $0.value > .zero }
    self.churn = churn?.bytes ?? .zero
    churnPeriod = churn?.per ?? TimeSpan(microseconds: 1_000_000)
    self.pins = pins?.count ?? 0
    pinPeriod = pins?.per ?? TimeSpan(microseconds: 60_000_000)
    self.pinHolds = pinHolds
  }
}
