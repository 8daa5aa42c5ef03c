import DeviceTree
import PhysicalMemory

/// What is particular to 32-bit arm: the border between memory that is always mapped and the rest.
extension Replay {
  /// `arch/arm/mm/mmu.c: adjust_lowmem_bounds`: the lowmem border, from the memory that is mapped now.
  mutating func adjustLowMemory() -> PhysicalAddress {
    let section = target.pmdSize
    let border = vmallocBorder
    if let first = mappedMemory.first, !section.divides(first.start),
      let aligned = section.up(first.start)
    {
      change { memblock throws(Memblock.Full) in
        try memblock.setNoMap(true, first.start, ByteCount(aligned.rawValue - first.start.rawValue))
      }
    }
    var lowEnd = PhysicalAddress(0)
    var limit: PhysicalAddress?
    for range in mappedMemory where range.start.rawValue < border {
      if range.end > lowEnd { lowEnd = min(PhysicalAddress(border), range.end) }
      if limit == nil {
        if !section.divides(range.start) {
          limit = range.start
        } else if !section.divides(range.end) {
          limit = lowEnd
        }
      }
    }
    let rounded = section.down(limit ?? lowEnd)
    if !target.config.highmem, memblock.end > lowEnd {
      log("Ignoring RAM at \(padded(rounded))-\(padded(memblock.end))")
      log("Consider using a HIGHMEM enabled kernel.")
      let size = ByteCount(memblock.end.rawValue - min(rounded, memblock.end).rawValue)
      change { memblock throws(Memblock.Full) in try memblock.remove(rounded, size) }
    }
    memblock.currentLimit = rounded
    map.lowMemoryEnd = lowEnd
    return lowEnd
  }

  private var mappedMemory: [PhysicalRange] {
    memblock.memory.entries.filter { !$0.flags.contains(.noMap) }.map(\.range)
  }

  /// Where lowmem has to end so that `vmalloc=` bytes of address space are left above it.
  var vmallocBorder: UInt64 {
    let gap: UInt64 = 8 << 20
    let size = Self.vmallocEnd - vmallocSize - gap - target.config.pageOffset
    return size &+ physOffset.rawValue
  }

  /// `adjust_lowmem_bounds` once more, `paging_init`, the zones and the crash kernel.
  mutating func finishArm(_ described: [PhysicalRange]) throws(BootPanic) {
    let before = memblock
    let border = adjustLowMemory()
    memblock.currentLimit = border
    setUpArmZones(border)
    try checkArmMemory(border, described)
    allocateArmMemory(border)
    reserveArmCrashKernel(border)
    memblock = before
  }

  /// What kills a 32-bit kernel between its reservations and user space.
  private mutating func checkArmMemory(
    _ border: PhysicalAddress,
    _ described: [PhysicalRange]
  ) throws(BootPanic) {
    let noMap = memblock.memory.entries.filter { $0.flags.contains(.noMap) }.map(\.range)
    if let kernel = objects.kernel {
      if !memblock.overlapsMemory(kernel.start, kernel.size) { throw .kernelOutsideMemory(kernel) }
      let load = min(objects.kernelLoad ?? kernel.start, kernel.start)
      let gap = PhysicalRange(start: load, end: kernel.start)
      if let hit = noMap.first(where: gap.overlaps) { throw .noMapInKernel(hit) }
      if let low = noMap.first(where: { $0.end <= load }) {
        map.hazards.append(.noMapBelowKernel(low))
      }
    }
    if let initrd, initrd.end > border { throw .initrdInHighMemory(initrd) }
    let real = PhysicalRegionSet(described)
    let believed = PhysicalRegionSet(memblock.memory.entries.map(\.range))
    if let invented = believed.subtracting(real).largest { throw .memoryDoesNotExist(invented) }
    let page = target.pageSize.alignment
    let lastPage = page.down(target.maximumAddress)
    if let free = memblock.freeRanges().last, free.start > lastPage {
      throw .wrapsAddressSpace(free)
    }
  }

  private mutating func setUpArmZones(_ border: PhysicalAddress) {
    let page = target.pageSize.alignment
    let low = page.down(border)
    let last = armDMALimit.rawValue
    map.dmaLimit = PhysicalAddress(min(last == .max ? last : last + 1, memblock.end.rawValue))
    var borders: [(Zone.Kind, PhysicalAddress)] = []
    if target.config.zoneDMA { borders.append((.dma, min(page.down(armDMALimit), low))) }
    borders.append((.normal, low))
    if target.config.highmem { borders.append((.highMem, page.down(memblock.end))) }
    setUpZones(borders)
  }

  /// `arm_dma_limit`, the last address of the DMA zone (`arch/arm/mm/init.c: setup_dma_zone`).
  var armDMALimit: PhysicalAddress {
    guard target.config.zoneDMA else { return target.maximumAddress }
    guard let size = ArmMachine.dmaZoneSize(input.tree.compatible, target.config) else {
      return PhysicalAddress(0xffff_ffff)
    }
    return PhysicalAddress(physical(physOffset.rawValue &+ size.rawValue &- 1))
  }

  /// Page tables, the tree and the flat memmap: they only matter to the crash kernel.
  private mutating func allocateArmMemory(_ border: PhysicalAddress) {
    take(.kib(64), alignment: target.pageSize.bytes.rawValue)
    let start = memblock.start.rawValue
    let block = Alignment(shift: target.maxOrder.rawValue + target.pageSize.shift)
    let span = block.up(ByteCount(memblock.end.rawValue - start)) ?? .zero
    take(ByteCount((span.rawValue >> 12) << 5), alignment: 64)
  }
}
