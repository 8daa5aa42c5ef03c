public import Layout

extension DryRun {
  /// What happens in one run of one workload of a layout, in order; nil where the layout has no such
  /// workload or its machine can not be modelled.
  ///
  /// - Complexity: O(pages + events).
  public static func trace(_ layout: Layout, workload: String, seed: UInt64) -> [TraceEvent]? {
    let model = MachineModel(layout)
    guard let workload = layout.workloads.first(where: { $0.name == workload }),
      let booted = try? model.boot(workload)
    else { return nil }
    return Simulation(model, booted, workload).run(seed: seed, traced: true).trace
  }
}
