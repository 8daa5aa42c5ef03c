import Layout
import PageAllocator
import PhysicalMemory

extension MachineModel {
  /// Pages that a workload can swap out.
  func swapPages(_ workload: Workload) -> UInt64 {
    let background = workload.background
    return machine.pageSize.pages(holding: background.swap)
      + machine.pageSize.pages(holding: background.zram)
  }

  /// The machine as a workload finds it.
  func boot(_ workload: Workload) throws(MachineError) -> BootedMachine {
    var machine = machine
    machine.swapPages = swapPages(workload)
    return try BootedMachine(machine)
  }

  /// The same under another system.
  func boot(_ workload: Workload, _ strategy: Strategy) throws(StrategyError) -> BootedMachine {
    var machine = machine
    machine.swapPages = swapPages(workload)
    return try BootedMachine(strategy, machine)
  }
}

/// A machine as it is when user space starts, from which each run takes a copy.
final class BootedMachine: Sendable {
  private let memory: PageAllocator
  /// The regions of another system than today's.
  let regions: StrategyAllocator?

  init(_ machine: Machine) throws(MachineError) {
    memory = try PageAllocator(machine)
    regions = nil
  }

  init(_ strategy: Strategy, _ machine: Machine) throws(StrategyError) {
    let regions = try StrategyAllocator(strategy, on: machine)
    do throws(MachineError) {
      memory = try PageAllocator(regions.machine)
    } catch {
      throw .machine(error)
    }
    self.regions = strategy == .today ? nil : regions
  }

  /// An allocator that nobody has asked anything.
  ///
  /// - Complexity: O(pages).
  func fresh() -> PageAllocator { memory.copy() }

  /// Pages that the kernel's atomic pools hold in the default area.
  var atomicPages: UInt64 {
    memory.machine.defaultCMAArea.map { memory.report($0).usedPages } ?? 0
  }
}
