import DeviceTree
import PhysicalMemory

/// `/reserved-memory` from Linux 6.12.13 on (`drivers/of/of_reserved_mem.c: fdt_scan_reserved_mem`,
/// `fdt_scan_reserved_mem_reg_nodes`).
extension Replay {
  private static let prefix = "OF: reserved mem: "

  /// Reserves all static nodes, then places the dynamic ones in blob order, each set up at once.
  mutating func scanNodesDynamicFirst() {
    guard hasReservedMemoryNode else { return }
    guard let children = reservedMemoryChildren else {
      return log(Self.prefix + "Reserved memory: unsupported node format, ignoring")
    }
    var dynamic: [Node] = []
    for node in children {
      if node.has("reg") {
        if let entry = reserveStatic(node, prefix: Self.prefix) {
          staticFailures[node.position] = entry.failure
        }
      } else if node.has("size") {
        if dynamic.count == ReservedMemoryRules.tableSize {
          if rules == .dynamicFirstUnbounded {
            log(Self.prefix + "too many defined dynamic regions, skip '\(node.name)'")
          }
          let entry = RememberedNode(node: node, base: PhysicalAddress(0), size: .zero)
          addOutside(entry, .skippedBeyondTable)
        } else {
          dynamic.append(node)
        }
      }
    }
    for node in dynamic { placeDynamicNow(node) }
  }

  private mutating func placeDynamicNow(_ node: Node) {
    var region = BootRegion(
      node: node.path,
      base: PhysicalAddress(0),
      size: .zero,
      isDynamic: true,
      outcome: .placed,
      confidence: confidence(searched: true)
    )
    let neighbours = table.filter { $0.size > .zero }.map(\.range)
    switch place(node, neighbours: neighbours) {
    case .failure(let outcome):
      region.isInTable = false
      region.outcome = outcome
      outside.append(region)
    case .success(let range):
      region.base = range.start
      region.size = range.size
      region.outcome = range.isEmpty ? .zeroSize : .placed
      table.append(region)
      initialise(node, at: table.count - 1)
    }
  }

  /// `fdt_scan_reserved_mem_reg_nodes`: sets up the static nodes, sorts the table, reports overlaps.
  mutating func setUpStaticRegions() {
    guard rules >= .dynamicFirst else { return }
    guard hasReservedMemoryNode else {
      return log(Self.prefix + "Reserved memory: No reserved-memory node in the DT")
    }
    allocateTable(reservedMemoryChildren)
    guard let children = reservedMemoryChildren else {
      return log(Self.prefix + "Reserved memory: unsupported node format, ignoring")
    }
    for node in children {
      guard let property = node.property("reg") else { continue }
      guard cells.entry > 0, property.count % (cells.entry * 4) == 0 else {
        log(
          "\(Self.prefix)Reserved memory: invalid reg property in '\(node.name)', skipping node."
        )
        continue
      }
      setUpStatic(node, property)
    }
    sortTable()
  }

  private mutating func setUpStatic(_ node: Node, _ property: Property) {
    let count = property.count / (cells.entry * 4)
    if count > 1 {
      log(
        "\(Self.prefix)fdt_scan_reserved_mem_reg_nodes() ignores \(count - 1) regions in node "
          + "'\(node.name)'"
      )
    }
    let first = firstTuple(property)
    var entry = RememberedNode(node: node, base: address(first.0), size: size(first.1))
    entry.failure = count == 0 ? .malformed(property: "reg") : staticFailures[node.position]
    guard entry.size > .zero else { return addOutside(entry, entry.failure ?? .emptyReg) }
    if rules == .dynamicFirst, table.count == ReservedMemoryRules.tableSize {
      log(Self.prefix + "not enough space for all defined regions.")
      return addOutside(entry, .lostBeyondTable)
    }
    table.append(
      BootRegion(
        node: node.path,
        base: entry.base,
        size: entry.size,
        isDynamic: false,
        outcome: entry.failure ?? .placed,
        confidence: confidence(searched: false)
      )
    )
    initialise(node, at: table.count - 1)
  }

  /// The first base and size of a `reg`.
  ///
  /// An empty one is read all the same: what follows it in the blob becomes base and size.
  private func firstTuple(_ property: Property) -> (UInt64, UInt64) {
    let blob = input.tree.blob
    var offset = property.bytes.startIndex
    func next(_ count: Int) -> UInt64 {
      var value: UInt64 = 0
      for _ in 0..<count * 4 {
        value = value << 8 | (offset < blob.count ? UInt64(blob[offset]) : 0)
        offset += 1
      }
      return value
    }
    let base = next(cells.address)
    return (base, next(cells.size))
  }

  private mutating func sortTable() {
    guard table.count > 1 else { return }
    let positions = Dictionary(
      (reservedMemoryChildren ?? []).map { ($0.path, $0.position) },
      uniquingKeysWith: { a, _ in a }
    )
    table.sort { lhs, rhs in
      (lhs.base, lhs.size, positions[lhs.node] ?? 0) < (
        rhs.base, rhs.size, positions[rhs.node] ?? 0
      )
    }
    reportOverlaps(
      table.map { (String($0.node.split(separator: "/").last ?? ""), $0.base, $0.size) }
    )
  }
}
