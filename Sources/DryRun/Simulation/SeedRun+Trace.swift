import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// Telling what happens; all of it costs nothing where nobody listens.
extension SeedRun {
  mutating func report(_ event: Event) {
    guard trace != nil else { return }
    switch event.kind {
    case .open(let index): tell(stream("open", index), event.time)
    case .close(let index): tell(stream("close", index), event.time)
    case .modeChange(let index): tell(stream("mode-change", index), event.time)
    case .churn(let pages): tell(.system("churn", pages: pages), event.time)
    case .grow(let kind, let pages):
      tell(.system("grow \(kind.rawValue)", pages: pages), event.time)
    case .phase(let number):
      let name = simulation.workload.phases[number].name
      tell(.system("phase \(name)", pages: 0), event.time)
    case .pin: tell(.system("pin", pages: 1), event.time)
    case .unpin: tell(.system("unpin", pages: 1), event.time)
    case .longPin(let pages): tell(.system("long-pin", pages: pages), event.time)
    case .hog(_, let pages): tell(.system("hog", pages: pages), event.time)
    case .hogEnd: tell(.system("hog-end", pages: 0), event.time)
    }
  }

  private func stream(_ word: String, _ index: Int) -> DryRun.TraceEvent.Kind {
    let instance = simulation.instances[index]
    return .stream(word, stream: instance.stream.name, device: device(instance))
  }

  private func device(_ instance: StreamInstance) -> String {
    simulation.model.devices[instance.device].device.name
  }

  /// Tells of a buffer that was given.
  mutating func report(_ held: HeldBuffer, _ buffer: Buffer, _ index: Int, _ time: UInt64) {
    guard trace != nil else { return }
    let region = held.source.flatMap { simulation.regions.region(of: $0) }
    tell(
      .buffer(
        stream: simulation.instances[index].stream.name,
        buffer: buffer.name,
        size: buffer.size,
        at: held.first.address(memory.machine.pageSize),
        region: region.map { simulation.model.layout.regions[$0].name }
      ),
      time
    )
  }

  /// Tells of a buffer that was refused.
  mutating func report(_ failure: FirstFailure, _ instance: StreamInstance, _ time: UInt64) {
    tell(.refusal(device: device(instance), failure), time)
  }

  private mutating func tell(_ kind: DryRun.TraceEvent.Kind, _ time: UInt64) {
    guard trace != nil else { return }
    let size = memory.machine.pageSize
    let used = zip(simulation.model.layout.regions, usage).compactMap { region, usage in
      simulation.model.place(region.name).flatMap { place -> DryRun.TraceEvent.PoolUse? in
        switch place {
        case .area, .coherent:
          DryRun.TraceEvent.PoolUse(region: region.name, size: size.bytes(of: usage.used))
        default: nil
        }
      }
    }
    trace?.append(
      DryRun.TraceEvent(
        time: TimeSpan(microseconds: time),
        kind: kind,
        freePages: memory.freePageCount,
        used: used
      )
    )
  }
}
