import PageAllocator

/// A machine as it is when user space starts, from which each run takes a copy.
final class BootedMachine: Sendable {
  private let memory: PageAllocator

  init(_ machine: Machine) throws(MachineError) { memory = try PageAllocator(machine) }

  /// An allocator that nobody has asked anything.
  ///
  /// - Complexity: O(pages).
  func fresh() -> PageAllocator { memory.copy() }

  /// Pages that the kernel's atomic pools hold in the default area.
  var atomicPages: UInt64 {
    memory.machine.defaultCMAArea.map { memory.report($0).usedPages } ?? 0
  }
}
