/// A device that is opened, holds buffers, and is closed.
public struct StreamPolicy: Sendable {
  /// The stream's name.
  public let name: String
  /// The device that allocates.
  public let device: Sourced<String>
  /// The phases in which it may be open; empty for all.
  public let during: [Sourced<String>]
  /// When it is opened: the first time, or each time of several.
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
  public let buffers: [BufferPolicy]
  /// The keys of times that state none of the three forms, or two of them.
  public let unclearTimes: [Sourced<String>]

  init?(name: String, value: PolicyValue, binding: PoolBinding) {
    guard let device = value.text("device") else { return nil }
    self.name = name
    self.device = device
    during = value.texts("during")
    starts = value.texts("at").compactMap { try? ValueParser.time($0.value) }.sorted()
    every = value["every"].flatMap { RandomTime($0) }
    holds = value["for"].flatMap { RandomTime($0) }
    group = value.text("group")?.value
    release = value.word("release")?.value ?? .order
    modeChange = value["mode-change"].flatMap { change in
      change["every"].flatMap { RandomTime($0) }.map {
        ModeChange(every: $0, keepsOld: change.flag("keep-old")?.value ?? false)
      }
    }
    unclearTimes = ["every", "for"].compactMap { key in
      // What is no time at all was reported when its layer was read.
      guard let time = value[key], time.text == nil, RandomTime(time) == nil else { return nil }
      return Sourced(key, time.origin)
    }
    buffers = (value["buffers"]?.items ?? []).enumerated().compactMap { index, item in
      BufferPolicy(index: index, value: item, binding: binding)
    }
  }
}

/// The order in which a driver gives its buffers back.
public enum ReleaseOrder: String, CaseIterable, Hashable, Sendable {
  /// As they were allocated.
  case order
  /// The last one first.
  case reverse
  /// Drawn anew each time.
  case random
}

/// A change of mode: a driver allocates all its buffers anew.
public struct ModeChange: Hashable, Sendable {
  /// How often, while the stream is open.
  public let every: RandomTime
  /// Whether the old buffers are freed only when the new ones are there.
  public let keepsOld: Bool

  /// A change of these properties.
  public init(every: RandomTime, keepsOld: Bool) {
    self.every = every
    self.keepsOld = keepsOld
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
  /// So many of `count` are never given back.
  public let leaks: UInt64

  init?(index: Int, value: PolicyValue, binding: PoolBinding) {
    guard let size = value.size("size") ?? PictureFormat.size(of: value) else { return nil }
    self.size = size
    name = value.text("name")?.value ?? "buffer-\(index + 1)"
    count = value.count("count")?.value ?? 1
    alignment = value.size("align")?.value
    pool = value.text("pool").map { Sourced(binding.canonicalName($0.value), $0.origin) }
    isAtomic = value.flag("atomic")?.value ?? false
    isOptional = value.flag("optional")?.value ?? false
    leaks = Swift.min(value.count("leaks")?.value ?? 0, count)
  }
}
