import DeviceTree
import PhysicalMemory

/// What the kernel takes for itself between the devicetree's regions and the default CMA area (3.8 of
/// the kernel model). None of it is in the result; it decides where what follows can lie.
extension Replay {
  /// Takes `size` bytes as `memblock_alloc_try_nid` does and remembers whose they are.
  ///
  /// Where `start` leaves no room, a second try begins at 0.
  @discardableResult
  mutating func take(
    _ size: ByteCount,
    alignment: UInt64,
    from start: PhysicalAddress = PhysicalAddress(0),
    _ limit: Memblock.Limit = .accessible,
    node: Int? = nil,
    exact: Bool = false
  ) -> PhysicalAddress? {
    guard size > .zero else { return nil }
    for start in [start, PhysicalAddress(0)] {
      let found = memblock.allocate(
        size,
        alignment: alignment,
        from: start,
        limit,
        node: node,
        exact: exact
      )
      guard let found else { continue }
      bootAllocations.append(PhysicalRange(start: found, saturating: size))
      return found
    }
    return nil
  }

  /// The pages that `paging_init` takes for the linear map, one by one.
  mutating func allocatePageTables() {
    let count: UInt64
    switch target.architecture {
    case .arm64: count = arm64PageTables()
    // 2 MiB blocks need one page for each GiB; the kernel's own mappings a few.
    case .riscv64: count = blocks(shift: 30) + 6
    case .arm: return
    }
    if takesKfencePool {
      take(target.pageSize.bytes * 512, alignment: target.pageSize.bytes.rawValue)
    }
    bootAllocations += memblock.allocatePages(count, .accessible)
  }

  /// Whether the pool of KFENCE comes from memblock: on riscv always, on arm64 since 6.4 when the
  /// configuration states a sample interval.
  private var takesKfencePool: Bool {
    guard target.config.kfence else { return false }
    if target.architecture == .riscv64 { return true }
    return target.version.isAtLeast(6, 4) && target.config.kfenceSampleInterval > 0
  }

  /// The number of aligned blocks of 2^`shift` bytes that mapped memory touches.
  private func blocks(shift: UInt64) -> UInt64 {
    var count: UInt64 = 0
    var next: UInt64 = 0
    for entry in memblock.memory.entries where !entry.flags.contains(.noMap) {
      let first = max(entry.range.start.rawValue >> shift, next)
      let end = ((entry.range.end.rawValue - 1) >> shift) + 1
      if end > first { count += end - first }
      next = max(next, end)
    }
    return count
  }

  private func arm64PageTables() -> UInt64 {
    let page = UInt64(target.pageSize.shift)
    // A table has 2^(shift - 3) entries at each level.
    let step = page - 3
    let lowest = target.config.rodataFull ? blocks(shift: page + step) : 0
    let middle = blocks(shift: page + 2 * step)
    guard target.version.isAtLeast(6, 12) else {
      return lowest + middle + blocks(shift: page + 3 * step) + 1
    }
    return lowest + middle - min(lowest, wholeTextBlocks(shift: page + step))
  }

  /// The blocks that lie wholly in the kernel's text: they are mapped as blocks, without a table.
  private func wholeTextBlocks(shift: UInt64) -> UInt64 {
    guard let kernel = objects.kernel,
      let textEnd = kernel.end.subtracting(KernelImage.initAndDataSize(target))
    else { return 0 }
    // `_text` is not mapped; `_stext` follows 64 KiB later.
    let skipped = ByteCount(0x1_0000) - KernelImage.reservedOffset(target)
    let start = kernel.start.rawValue + skipped.rawValue
    let first = (start + (1 << shift) - 1) >> shift
    let end = textEnd.rawValue >> shift
    return end > first ? end - first : 0
  }

  /// `unflatten_device_tree`: one block for all nodes and properties.
  mutating func allocateUnflattenedTree() {
    take(unflattenedSize, alignment: 8)
  }

  /// What `unflatten_dt_nodes` needs: a structure for each node with its full name behind it, one for
  /// each property, and one more with the short name for a node that has no `name`.
  private var unflattenedSize: ByteCount {
    func up(_ value: Int) -> Int { (value + 7) & ~7 }
    let nodeSize = 0xd0
    let propertySize = target.version.isAtLeast(6, 12) ? 0x68 : 0x60
    let named = Set(input.tree.nodes(having: "name").map(\.position))
    var size = 0
    for node in input.tree.nodes {
      size = up(size) + nodeSize + node.nameLength + 1
      size = up(size) + propertySize * node.properties.count
      if !named.contains(node.position) { size = up(size) + propertySize + node.baseNameLength + 1 }
    }
    return ByteCount(UInt64((size + 3) & ~3) + 4)
  }

  /// The kernel's table of regions, allocated since 6.12.103 (`alloc_reserved_mem_array`).
  ///
  /// Where `/reserved-memory` is ignored nothing was counted, and it has its first size.
  mutating func allocateTable(_ children: [Node]?) {
    guard rules == .dynamicFirstUnbounded else { return }
    let entry = ByteCount(48)
    guard let children else {
      take(entry * UInt64(ReservedMemoryRules.tableSize), alignment: 64)
      return
    }
    let parsed = children.filter { node in
      guard let property = node.property("reg"), cells.entry > 0 else { return false }
      return property.count % (cells.entry * 4) == 0
    }
    take(entry * UInt64(parsed.count + table.count), alignment: 64)
  }
}
