import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// A layout and a workload, set up for another system with the same memory set aside.
///
/// The pools that the workload's devices use are taken away; as many bytes as they have are given to
/// the other system. Where policy's pools are several, they become one, or one for each device.
struct StrategySetup {
  let layout: Layout
  let strategy: Strategy
  /// Bytes that are set aside, lent or not.
  let reserved: ByteCount
  /// Whether what is set aside serves the rest of the system meanwhile.
  let isLent: Bool
  /// The regions that a buffer of a stream is asked from, by its place; empty for any.
  private let names: Naming

  private enum Naming {
    case any
    case device
    case buffer
  }

  /// Why a strategy can not be set up.
  enum Fault: Error {
    case noRoom(String)
    case noPool
  }

  /// The region names that a copy of a buffer may come from.
  func regions(_ instance: Int, _ device: String, _ buffer: Int, _ copy: UInt64) -> [String] {
    switch names {
    case .any: []
    case .device: [device]
    case .buffer: ["\(instance)/\(buffer)/\(copy)"]
    }
  }

  init(
    _ kind: DryRun.ComparedStrategy,
    _ layout: Layout,
    _ workload: Workload
  ) throws(Fault) {
    let plan = StrategyPlan(layout, workload)
    var naming = Naming.any
    var strategy = Strategy.today
    var changed = plan.bare
    var reserved = plan.budget
    switch kind {
    case .layout:
      changed = layout
      reserved = plan.used.reduce(.zero) { $0 + $1.range.size }
    case .buddy, .buddyCompaction:
      strategy = .pageAllocator(compaction: kind == .buddyCompaction)
      reserved = .zero
    case .bigphysarea: strategy = .bigphysarea(pages: plan.pages(plan.budget))
    case .memLimit:
      let parts = plan.slices()
      reserved = plan.budget
      strategy = .memoryLimit(visible: plan.ram - plan.budget, parts)
      naming = .buffer
    case .pmem:
      let parts = try plan.shares()
      strategy = .pmem(parts.map { PmemRegion(name: $0.device, range: $0.range) })
      naming = .device
    case .ionCarveout:
      strategy = .ionCarveout([IONHeap(name: "carveout", range: try plan.window())])
    case .cma2010:
      let window = try plan.window()
      strategy = .cma2010(
        [CMA2010Region(name: "cma", size: window.size, base: window.start)],
        map: [CMA2010Rule(device: "*", regions: ["cma"])]
      )
    case .cma2011:
      let area = try plan.area()
      strategy = .cma2011([CMA2011Context(name: "cma", range: area)])
      reserved = area.size
    case .cma:
      let area = try plan.area()
      changed = plan.layout(withArea: area)
      reserved = area.size
    case .devicePools: changed = plan.layout(withPools: try plan.shares())
    }
    self.layout = changed
    self.strategy = strategy
    self.reserved = reserved
    names = naming
    isLent = kind.isLent
  }
}
