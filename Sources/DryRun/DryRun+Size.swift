public import Layout
public import PhysicalMemory

extension DryRun {
  /// The pools of a layout that its workloads allocate from, in the order of the layout.
  public static func pools(_ layout: Layout) -> [LayoutRegion] {
    let model = MachineModel(layout)
    let needs = layout.workloads.flatMap { workload in
      StreamInstance.all(workload, model)
        .filter { !model.devices[$0.device].needsNothing }
        .flatMap { BufferNeed.all($0, model) }
    }
    let names = Set(needs.compactMap { $0.region?.name })
    return layout.regions.filter { names.contains($0.name) }
  }

  /// The size in which the workloads' own buffers fit a pool when nothing else is in it; nil where
  /// that can not be told.
  public static func neededSize(_ layout: Layout, pool: String) -> ByteCount? {
    let model = MachineModel(layout)
    return layout.workloads.compactMap { workload -> ByteCount? in
      guard let booted = try? model.boot(workload) else { return nil }
      let simulation = Simulation(model, booted, workload)
      let needs = simulation.instances.map { BufferNeed.all($0, model) }
      let sizing = PoolSizing(
        simulation: simulation,
        needs: needs,
        atomicPages: booted.atomicPages
      )
      return sizing.neededSize(layout.region(named: pool), firstSeed: 1)
    }
    .max()
  }
}
