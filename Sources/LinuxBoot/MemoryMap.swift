import DeviceTree
import PhysicalMemory

extension Replay {
  /// Whether a child of the root describes memory (`early_init_dt_scan_memory`).
  func isMemory(_ node: Node) -> Bool {
    node.property("device_type")?.string == "memory" && node.isAvailable
  }

  /// The entries of a memory node in the order of the blob, those of size 0 left out.
  func memoryEntries(of node: Node) -> [PhysicalRange] {
    guard let property = node.property("linux,usable-memory") ?? node.property("reg") else {
      return []
    }
    return property.entries(cells).filter { $0.size > 0 }.map {
      PhysicalRange(start: PhysicalAddress($0.address), saturating: ByteCount($0.size))
    }
  }

  /// `early_init_dt_scan_memory`, then `early_init_dt_check_for_usable_mem_range`.
  mutating func scanMemory(minimum: PhysicalAddress) {
    if let ram = input.ram {
      for range in ram where !range.isEmpty {
        addMemory(range.start.rawValue, range.size.rawValue, minimum: minimum)
      }
    } else {
      for node in input.tree.root.children where isMemory(node) {
        scanMemoryNode(node, minimum: minimum)
      }
    }
    for firmware in input.firmware where firmware.kind == .removed {
      change { memblock throws(Memblock.Full) in
        try memblock.remove(firmware.range.start, firmware.range.size)
      }
    }
    capToUsableRange()
  }

  private mutating func scanMemoryNode(_ node: Node, minimum: PhysicalAddress) {
    guard let property = node.property("linux,usable-memory") ?? node.property("reg") else {
      return
    }
    let numaNode = node.property("numa-node-id").flatMap {
      $0.cellCount > 0 ? Int($0.cell(0)) : nil
    }
    for entry in property.entries(cells) where entry.size > 0 {
      addMemory(entry.address, entry.size, minimum: minimum)
      let range = PhysicalRange(
        start: PhysicalAddress(entry.address),
        saturating: ByteCount(entry.size)
      )
      memoryNodes.append(MemoryNode(range: range, node: numaNode))
      if node.has("hotpluggable") {
        change { memblock throws(Memblock.Full) in
          try memblock.markHotplug(range.start, range.size)
        }
      }
    }
  }

  /// `early_init_dt_add_memory_arch`: trims one entry to pages and to what can be addressed.
  mutating func addMemory(_ base: UInt64, _ size: UInt64, minimum: PhysicalAddress) {
    var base = base
    var size = size
    let page = target.pageSize.bytes.rawValue
    let maximum = target.maximumAddress.rawValue
    func block() -> String { "0x\(hex(base)) - 0x\(hex(base &+ size))" }
    let head = base & (page - 1)
    if size < page - head {
      return log("OF: fdt: Ignoring memory block \(block())")
    }
    if head != 0 {
      size -= page - head
      base = (base &+ page &- 1) & ~(page - 1)
    }
    size &= ~(page - 1)
    if base > maximum { return log("OF: fdt: Ignoring memory block \(block())") }
    if base &+ size &- 1 > maximum {
      log("OF: fdt: Ignoring memory range 0x\(hex(maximum &+ 1)) - 0x\(hex(base &+ size))")
      size = maximum &- base &+ 1
    }
    if base &+ size < minimum.rawValue {
      return log("OF: fdt: Ignoring memory block \(block())")
    }
    if base < minimum.rawValue {
      log("OF: fdt: Ignoring memory range 0x\(hex(base)) - 0x\(hex(minimum.rawValue))")
      size -= minimum.rawValue - base
      base = minimum.rawValue
    }
    change { memblock throws(Memblock.Full) in
      try memblock.add(PhysicalAddress(base), ByteCount(size))
    }
  }

  func hex(_ value: UInt64) -> String { String(value, radix: 16) }

  /// `linux,usable-memory-range` of `/chosen`: at most two ranges; the first caps, the second adds.
  private mutating func capToUsableRange() {
    guard
      let property = BootInput.chosen(of: input.tree)?.property("linux,usable-memory-range"),
      cells.entry > 0, property.count > 0, property.count % cells.entry == 0
    else { return }
    let entries = property.entries(cells).prefix(2)
    guard let first = entries.first else { return }
    capMemory(PhysicalRange(start: address(first.address), saturating: size(first.size)))
    if entries.count > 1, let second = entries.last {
      let (base, size) = (address(second.address), size(second.size))
      change { memblock throws(Memblock.Full) in try memblock.add(base, size) }
    }
  }

  /// `memblock_cap_memory_range`: only no-map memory survives outside `range`; reservations outside
  /// are dropped.
  mutating func capMemory(_ range: PhysicalRange) {
    guard !range.isEmpty else { return }
    let noMap = memblock.memory.entries.filter { $0.flags.contains(.noMap) }
    let whole = PhysicalRange(start: PhysicalAddress(0), end: memblock.maximum)
    for outside in PhysicalRegionSet([whole]).subtracting(PhysicalRegionSet([range])).ranges {
      let kept = PhysicalRegionSet(noMap.map(\.range))
      for piece in PhysicalRegionSet([outside]).subtracting(kept).ranges {
        change { memblock throws(Memblock.Full) in try memblock.remove(piece.start, piece.size) }
      }
      change { memblock throws(Memblock.Full) in try memblock.free(outside.start, outside.size) }
    }
  }

  /// The address at which `limit` bytes of memory are counted up, or nil where there is less
  /// (`mm/memblock.c: __find_max_addr`).
  func address(ofMemoryAmount limit: ByteCount) -> PhysicalAddress? {
    var left = limit
    for entry in memblock.memory.entries {
      if left <= entry.range.size { return entry.range.start.addingSaturating(left) }
      left = left - entry.range.size
    }
    return nil
  }
}
