import DeviceTree
import PhysicalMemory

/// The second pass up to Linux 6.12.12 (`drivers/of/of_reserved_mem.c: fdt_init_reserved_mem`).
extension Replay {
  /// Sorts the remembered nodes, reports overlaps, places dynamic ones and calls the handlers.
  mutating func setUpSorted(_ remembered: [RememberedNode]) {
    var nodes = remembered
    func order(_ lhs: RememberedNode, _ rhs: RememberedNode) -> Int {
      if lhs.base != rhs.base { return lhs.base < rhs.base ? -1 : 1 }
      if lhs.size != rhs.size { return lhs.size < rhs.size ? -1 : 1 }
      guard rules == .sorted else { return 0 }
      return lhs.node.position - rhs.node.position
    }
    HeapSort.sort(&nodes, by: order)
    reportOverlaps(nodes.map { ($0.node.name, $0.base, $0.size) })
    // The kernel's table exists as a whole before the first node is placed: the direction rule of 6.5
    // sees static neighbours too.
    table = nodes.map { entry in
      BootRegion(
        node: entry.node.path,
        base: entry.base,
        size: entry.size,
        isDynamic: entry.size == .zero,
        outcome: entry.failure ?? .placed,
        confidence: confidence(searched: entry.size == .zero)
      )
    }
    for (index, entry) in nodes.enumerated() {
      if entry.size == .zero {
        guard placeDynamic(entry.node, into: index) else { continue }
      }
      initialise(entry.node, at: index)
    }
  }

  /// `__rmem_check_for_overlap`: compares each region with its successor only.
  mutating func reportOverlaps(
    _ regions: [(name: String, base: PhysicalAddress, size: ByteCount)]
  ) {
    for (this, next) in zip(regions, regions.dropFirst()) {
      let end = address(this.base.rawValue &+ this.size.rawValue)
      guard end > next.base else { continue }
      let nextEnd = address(next.base.rawValue &+ next.size.rawValue)
      log("OF: reserved mem: OVERLAP DETECTED!")
      log(
        "\(this.name) (\(padded(this.base))--\(padded(end))) overlaps with "
          + "\(next.name) (\(padded(next.base))--\(padded(nextEnd)))"
      )
    }
  }

  /// Places the dynamic node of table entry `index`; false where it gets nothing.
  private mutating func placeDynamic(_ node: Node, into index: Int) -> Bool {
    let neighbours = rules == .sorted ? table.filter { $0.size > .zero }.map(\.range) : []
    switch place(node, neighbours: neighbours) {
    case .failure(let outcome):
      // A `reg` of size 0 keeps its own reason where there is no `size` to go on.
      if table[index].outcome != .emptyReg || node.has("size") { table[index].outcome = outcome }
      return false
    case .success(let range):
      table[index].base = range.start
      table[index].size = range.size
      table[index].outcome = range.isEmpty ? .zeroSize : .placed
      return true
    }
  }
}
