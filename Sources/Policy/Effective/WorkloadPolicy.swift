/// What policy says devices allocate, when and for how long.
public struct WorkloadPolicy: Sendable {
  /// The workload's name.
  public let name: String
  /// How long it runs.
  public let lasts: Sourced<TimeSpan>
  /// What follows one another; empty for one phase that lasts the whole time.
  public let phases: [PhasePolicy]
  /// The streams in the order of their names.
  public let streams: [StreamPolicy]
  /// What the rest of the system does.
  public let background: BackgroundPolicy
  /// Steps one after another, instead of streams.
  public let operations: [WorkloadOperation]
  /// The device that the operations allocate for.
  public let device: Sourced<String>?
  /// By how many percent the loads of operations differ between seeds.
  public let variation: UInt64
  /// Who named the workload first.
  public let origin: ValueOrigin

  /// How long a workload runs that does not say.
  public static let defaultLength = TimeSpan(microseconds: 3_600_000_000)
  /// By how many percent loads vary that do not say.
  public static let defaultVariation: UInt64 = 2

  init(name: String, value: PolicyValue, binding: PoolBinding) {
    self.name = name
    origin = value.origin
    lasts = value.time("lasts") ?? Sourced(Self.defaultLength, .assumed("an hour"))
    phases = (value["phases"]?.items ?? []).enumerated().map {
      PhasePolicy(index: $0.offset, value: $0.element, inherited: value["background"])
    }
    streams = (value["streams"]?.entries ?? []).compactMap {
      StreamPolicy(name: $0.name, value: $0.value, binding: binding)
    }
    background = BackgroundPolicy(value["background"])
    operations = (value["operations"]?.items ?? []).compactMap { item in
      WorkloadOperation((item.items ?? []).compactMap(\.text))
    }
    device = value.text("device")
    variation = value.count("vary")?.value ?? Self.defaultVariation
  }
}

/// A part of a workload's time.
public struct PhasePolicy: Sendable {
  /// What streams call it.
  public let name: String
  /// How long it lasts; nil to the end.
  public let length: TimeSpan?
  /// What the rest of the system does: the workload's background with the phase's keys on top.
  public let background: BackgroundPolicy
  /// Who stated it.
  public let origin: ValueOrigin

  init(index: Int, value: PolicyValue, inherited: PolicyValue?) {
    name = value.text("name")?.value ?? "phase-\(index + 1)"
    length = value.time("for")?.value
    background = BackgroundPolicy(value["background"], over: inherited)
    origin = value.origin
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
