public import PhysicalMemory

/// What the rest of the system does meanwhile.
public struct BackgroundPolicy: Sendable {
  /// How much of each class of memory is held.
  public let levels: [MemoryClass: Sourced<SizeExpression>]
  /// How fast classes grow.
  public let growth: [MemoryClass: Throughput]
  /// How much a disk takes of what can be swapped out.
  public let swap: SizeExpression?
  /// How much compressed memory takes of it.
  public let zram: SizeExpression?
  /// Bytes that are replaced in a time.
  public let churn: Throughput?
  /// How often a movable page is pinned, and how long.
  public let pins: (rate: EventRate, holds: TimeSpan)?
  /// How much is pinned for long, and from when on.
  public let longPins: (size: SizeExpression, at: TimeSpan)?
  /// Processes that take memory and die.
  public let hogs: Hogs?
  /// Blocks that come and go before the first stream opens.
  public let bootNoise: SizeExpression?

  /// A process that takes memory, and dies.
  public struct Hogs: Sendable {
    /// How much it takes.
    public let size: SizeExpression
    /// How often one comes.
    public let every: RandomTime
    /// How long it lives.
    public let holds: RandomTime
  }

  /// How long a pin holds that does not say.
  private static let defaultPin = TimeSpan(microseconds: 100_000)
  /// How long a hog lives that does not say.
  private static let defaultHog = RandomTime.fixed(TimeSpan(microseconds: 10_000_000))

  /// What `value` states; what it does not state is taken from `inherited`.
  init(_ value: PolicyValue?, over inherited: PolicyValue? = nil) {
    let stated = [value, inherited].compactMap(\.self)
    func found<Found>(_ read: (PolicyValue) -> Found?) -> Found? {
      stated.lazy.compactMap(read).first
    }
    func size(_ key: String) -> SizeExpression? { found { $0.size(key)?.value } }
    var levels: [MemoryClass: Sourced<SizeExpression>] = [:]
    var growth: [MemoryClass: Throughput] = [:]
    for kind in MemoryClass.allCases {
      levels[kind] = found { $0.size(kind.rawValue) }
      growth[kind] = found { $0["growth"].flatMap { Throughput($0, kind.rawValue) } }
    }
    self.levels = levels
    self.growth = growth
    swap = size("swap")
    zram = size("zram")
    churn = found { Throughput($0, "churn") }
    pins = found { value in
      guard let pins = value["pins"], let text = pins.text("rate")?.value,
        let rate = try? ValueParser.eventRate(text)
      else { return nil }
      return (rate: rate, holds: pins.time("for")?.value ?? Self.defaultPin)
    }
    longPins = found { value in
      guard let pins = value["long-pins"], let size = pins.size("size")?.value else { return nil }
      return (size: size, at: pins.time("at")?.value ?? .zero)
    }
    hogs = found { value in
      guard let hogs = value["hogs"], let size = hogs.size("size")?.value,
        let every = hogs["every"].flatMap({ RandomTime($0) })
      else { return nil }
      let holds = hogs["for"].flatMap { RandomTime($0) } ?? Self.defaultHog
      return Hogs(size: size, every: every, holds: holds)
    }
    bootNoise = size("boot-noise")
  }
}

/// A class of memory that the rest of the system holds.
public enum MemoryClass: String, CaseIterable, Hashable, Sendable {
  /// Clean file pages.
  case pageCache = "page-cache"
  /// Dirty file pages.
  case dirty
  /// Memory of processes.
  case anonymous
  /// Transparent huge pages of processes.
  case huge
  /// tmpfs and shared memory.
  case shared
  /// mlocked memory.
  case locked
  /// Slab that can be reclaimed.
  case slab
  /// Slab, page tables, stacks.
  case unmovable
}

/// Bytes in a time.
public struct Throughput: Hashable, Sendable {
  /// The bytes.
  public let bytes: ByteCount
  /// The time that they take; longer than zero.
  public let per: TimeSpan

  /// So many bytes in such a time.
  public init(_ bytes: ByteCount, per: TimeSpan) {
    self.bytes = bytes
    self.per = per
  }

  init?(_ value: PolicyValue, _ key: String) {
    guard let text = value.text(key)?.value, let read = try? ValueParser.throughput(text) else {
      return nil
    }
    self.init(read.0, per: read.1)
  }
}
