import PhysicalMemory
import Policy

/// Works out the workloads of policy for the devices that a board has.
struct WorkloadResolver {
  let devices: [ResolvedDevice]
  let memory: ByteCount

  /// The workloads with a stream whose device the board has, or with operations, in the order of
  /// their names.
  ///
  /// A device that is several nodes runs its streams on each; operations are for the first.
  func workloads(_ policies: [WorkloadPolicy]) -> [Workload] {
    policies.compactMap { policy in
      let streams = policy.streams.flatMap(streams)
      let device = policy.device.flatMap { stated in
        devices.first { $0.policy.name == stated.value }?.device.name
      }
      let isRunnable = policy.device == nil || device != nil
      let operations = isRunnable ? policy.operations : []
      guard !streams.isEmpty || !operations.isEmpty else { return nil }
      return Workload(
        name: policy.name,
        lasts: policy.lasts.value,
        streams: streams,
        background: background(policy.background),
        phases: phases(policy),
        operations: operations,
        device: device,
        variation: policy.variation
      )
    }
  }

  /// The phases one after the other; the last one lasts to the end, and none beyond it.
  private func phases(_ policy: WorkloadPolicy) -> [Phase] {
    var start = TimeSpan.zero
    return policy.phases.enumerated().map { index, phase in
      let isLast = index == policy.phases.count - 1
      let length = isLast ? nil : phase.length
      let end = min(length.map { start + $0 } ?? policy.lasts.value, policy.lasts.value)
      defer { start = max(start, end) }
      return Phase(
        name: phase.name,
        start: start,
        end: end,
        background: background(phase.background)
      )
    }
  }

  private func streams(_ policy: StreamPolicy) -> [Stream] {
    let instances = devices.filter { $0.policy.name == policy.device.value }
    return instances.map { instance in
      Stream(
        name: policy.name,
        device: instance.device.name,
        during: policy.during.map(\.value),
        starts: policy.starts,
        every: policy.every,
        holds: policy.holds,
        group: policy.group,
        release: policy.release,
        modeChange: policy.modeChange,
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
      isOptional: policy.isOptional,
      leaks: policy.leaks
    )
  }

  private func background(_ policy: BackgroundPolicy) -> Background {
    func bytes(_ size: SizeExpression?) -> ByteCount { size?.bytes(ram: memory) ?? .zero }
    var background = Background(
      levels: policy.levels.mapValues { $0.value.bytes(ram: memory) },
      churn: policy.churn,
      pins: policy.pins?.rate,
      pinHolds: policy.pins?.holds ?? .zero
    )
    background.growth = policy.growth
    background.swap = bytes(policy.swap)
    background.zram = bytes(policy.zram)
    background.longPins = bytes(policy.longPins?.size)
    background.longPinsStart = policy.longPins?.at ?? .zero
    background.hogs = policy.hogs.map {
      Background.Hogs(size: bytes($0.size), every: $0.every, holds: $0.holds)
    }
    background.bootNoise = bytes(policy.bootNoise)
    return background
  }
}
