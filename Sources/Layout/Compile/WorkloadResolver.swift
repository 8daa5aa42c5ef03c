import PhysicalMemory
import Policy

/// Works out the workloads of policy for the devices that a board has.
struct WorkloadResolver {
  let devices: [ResolvedDevice]
  let memory: ByteCount

  /// The workloads with a stream whose device the board has, in the order of their names.
  ///
  /// A device that is several nodes runs its streams on each.
  func workloads(_ policies: [WorkloadPolicy]) -> [Workload] {
    policies.compactMap { policy in
      let streams = policy.streams.flatMap(streams)
      guard !streams.isEmpty else { return nil }
      return Workload(
        name: policy.name,
        lasts: policy.lasts.value,
        streams: streams,
        background: background(policy.background)
      )
    }
  }

  private func streams(_ policy: StreamPolicy) -> [Stream] {
    let instances = devices.filter { $0.policy.name == policy.device.value }
    return instances.map { instance in
      Stream(
        name: policy.name,
        device: instance.device.name,
        start: policy.starts.first ?? .zero,
        every: policy.every?.mean,
        holds: policy.holds?.mean,
        buffers: policy.buffers.map { buffer($0, of: instance.device) }
      )
    }
  }

  private func buffer(_ policy: BufferPolicy, of device: LayoutDevice) -> Buffer {
    let stated = (policy.alignment?.bytes(ram: memory)).flatMap { Alignment($0) } ?? .byte
    return Buffer(
      name: policy.name,
      size: policy.size.value.bytes(ram: memory),
      count: policy.count,
      alignment: max(stated, device.alignment),
      pool: policy.pool?.value,
      isAtomic: policy.isAtomic,
      isOptional: policy.isOptional
    )
  }

  private func background(_ policy: BackgroundPolicy) -> Background {
    func bytes(_ size: SizeExpression?) -> ByteCount { size?.bytes(ram: memory) ?? .zero }
    return Background(
      pageCache: bytes(policy.levels[.pageCache]?.value),
      dirty: bytes(policy.levels[.dirty]?.value),
      anonymous: bytes(policy.levels[.anonymous]?.value),
      unmovable: bytes(policy.levels[.unmovable]?.value),
      churn: policy.churn?.bytes ?? .zero,
      churnPeriod: policy.churn?.per ?? TimeSpan(microseconds: 1_000_000),
      pins: policy.pins?.rate.count ?? 0,
      pinPeriod: policy.pins?.rate.per ?? TimeSpan(microseconds: 60_000_000),
      pinHolds: policy.pins?.holds ?? .zero
    )
  }
}
