import DeviceTree
import PhysicalMemory

/// How a version goes about `/reserved-memory`.
enum ReservedMemoryRules: Comparable {
  /// Up to 6.4: all nodes in one table, sorted by the unstable heapsort, dynamic ones placed after.
  case heapSorted
  /// 6.5 to 6.12.12: the same with the node's offset as a third key, and the direction rule for
  /// `alloc-ranges`.
  case sorted
  /// 6.12.13 to 6.12.102: dynamic nodes first, static ones set up later, 64 entries in all.
  case dynamicFirst
  /// From 6.12.103: as before with a table as big as needed.
  case dynamicFirstUnbounded

  init(_ version: KernelVersion) {
    if version.isAtLeast(6, 12, 103) {
      self = .dynamicFirstUnbounded
    } else if version.isAtLeast(6, 12, 13) {
      self = .dynamicFirst
    } else {
      self = version.isAtLeast(6, 5) ? .sorted : .heapSorted
    }
  }

  /// `MAX_RESERVED_REGIONS`.
  static let tableSize = 64
}

/// A node of `/reserved-memory` as the first pass remembers it.
struct RememberedNode {
  let node: Node
  var base: PhysicalAddress
  var size: ByteCount
  /// What went wrong with its `reg`, if anything.
  var failure: RegionOutcome?
}

extension Replay {
  var rules: ReservedMemoryRules { ReservedMemoryRules(target.version) }

  private var reservedMemoryNode: Node? {
    // `fdt_path_offset` takes the first child of that name, with a unit address or without.
    input.tree.root.children.first { $0.baseName == "reserved-memory" }
  }

  /// The available children of `/reserved-memory`, or none where the kernel ignores the node
  /// (`__reserved_mem_check_root`).
  var reservedMemoryChildren: [Node]? {
    guard let parent = reservedMemoryNode else { return [] }
    let stated = parent.statedCells
    guard stated.address == cells.address, stated.size == cells.size, parent.has("ranges") else {
      return nil
    }
    return parent.children.filter(\.isAvailable)
  }

  var hasReservedMemoryNode: Bool { reservedMemoryNode != nil }

  /// `early_init_fdt_scan_reserved_mem`.
  mutating func scanReservedMemory() {
    reserveFirmware()
    if rules >= .dynamicFirst {
      if target.version.isAtLeast(6, 12, 64) { reserveCoreHeader() }
      scanNodesDynamicFirst()
      if !target.version.isAtLeast(6, 12, 64) { reserveCoreHeader() }
      reserveHeaderList()
    } else {
      reserveHeaderList()
      let remembered = scanNodesIntoTable()
      reserveCoreHeader()
      setUpSorted(remembered)
    }
  }

  /// What the caller says about firmware, as if the first nodes of `/reserved-memory` said it.
  private mutating func reserveFirmware() {
    for firmware in input.firmware where firmware.kind != .removed {
      _ = reserveTuple(
        firmware.range.start,
        firmware.range.size,
        noMap: firmware.kind == .noMap,
        .firmware
      )
    }
  }

  /// The `/memreserve/` list.
  private mutating func reserveHeaderList() {
    for (base, size) in input.tree.memoryReservations {
      let (base, size) = (address(base), self.size(size))
      reserve(.memoryReservation, base, size)
    }
  }

  /// `fdt_reserve_elfcorehdr`: the headers of a crashed kernel's memory.
  private mutating func reserveCoreHeader() {
    guard target.config.crashDump, cells.entry > 0,
      let entry = BootInput.chosen(of: input.tree)?.property("linux,elfcorehdr")?
        .entries(cells).first,
      entry.size > 0
    else { return }
    let (base, size) = (address(entry.address), size(entry.size))
    if memblock.isReserved(base, size) { return log("OF: fdt: elfcorehdr is overlapped") }
    reserve(.coreHeader, base, size)
    log(
      "OF: fdt: Reserving \(size.rawValue >> 10) KiB of memory at 0x\(hex(base.rawValue)) "
        + "for elfcorehdr"
    )
  }

  /// The first pass up to 6.12.12: reserves static nodes and remembers all.
  private mutating func scanNodesIntoTable() -> [RememberedNode] {
    guard hasReservedMemoryNode else { return [] }
    guard let children = reservedMemoryChildren else {
      log("OF: fdt: Reserved memory: unsupported node format, ignoring")
      return []
    }
    var remembered: [RememberedNode] = []
    for node in children {
      var entry = RememberedNode(node: node, base: PhysicalAddress(0), size: .zero)
      if node.has("reg") {
        guard let reserved = reserveStatic(node, prefix: "OF: fdt: ") else { continue }
        entry = reserved
        // An empty `reg` has no first entry to remember.
        if node.property("reg")?.count == 0 {
          addOutside(entry, .malformed(property: "reg"))
          continue
        }
      } else if !node.has("size") {
        continue
      }
      if remembered.count == ReservedMemoryRules.tableSize {
        log("OF: reserved mem: not enough space for all defined regions.")
        addOutside(entry, node.has("reg") ? .lostBeyondTable : .skippedBeyondTable)
      } else {
        remembered.append(entry)
      }
    }
    return remembered
  }

  /// `__reserved_mem_reserve_reg`: reserves every entry, remembers the first; nil for a `reg` of the
  /// wrong length.
  mutating func reserveStatic(_ node: Node, prefix: String) -> RememberedNode? {
    guard let property = node.property("reg") else { return nil }
    var entry = RememberedNode(node: node, base: PhysicalAddress(0), size: .zero)
    guard cells.entry > 0, property.count % (cells.entry * 4) == 0 else {
      log("\(prefix)Reserved memory: invalid reg property in '\(node.name)', skipping node.")
      addOutside(entry, .malformed(property: "reg"))
      return nil
    }
    for (position, tuple) in property.entries(cells).enumerated() {
      let base = address(tuple.address)
      let size = size(tuple.size)
      let failure =
        size == .zero
        ? RegionOutcome.emptyReg
        : reserveTuple(base, size, noMap: node.has("no-map"), .node(node.path))
      if failure != nil {
        log(
          "\(prefix)Reserved memory: failed to reserve memory for node '\(node.name)': "
            + "base \(padded(base)), size \(megabytes(size)) MiB"
        )
      }
      if position == 0 {
        entry.base = base
        entry.size = size
      }
      if entry.failure == nil { entry.failure = failure }
    }
    return entry
  }

  /// `early_init_dt_reserve_memory`: why the tuple was refused, or nil.
  private mutating func reserveTuple(
    _ base: PhysicalAddress,
    _ size: ByteCount,
    noMap: Bool,
    _ owner: Occupant.Owner
  ) -> RegionOutcome? {
    do throws(Memblock.Full) {
      guard noMap else {
        try memblock.reserve(base, size)
        claim(owner, base, size)
        return nil
      }
      if memblock.overlapsMemory(base, size), memblock.isReserved(base, size) {
        let range = PhysicalRange(start: base, saturating: size)
        let holders = claims.filter { memblock.reserved.overlaps($0.range) }
        return .refusedNoMap(by: holders.filter { $0.range.overlaps(range) })
      }
      try memblock.setNoMap(true, base, size)
      claim(owner, base, size)
      return nil
    } catch {
      return .arrayFull
    }
  }

  /// Notes a region that the kernel's table does not have.
  mutating func addOutside(_ entry: RememberedNode, _ outcome: RegionOutcome) {
    outside.append(
      BootRegion(
        node: entry.node.path,
        base: entry.base,
        size: entry.size,
        isDynamic: !entry.node.has("reg"),
        isInTable: false,
        outcome: outcome,
        confidence: confidence(searched: false)
      )
    )
  }
}
