import PhysicalMemory

extension Replay {
  mutating func reserveDeviceTree() {
    guard let dtb = objects.dtb else { return }
    reserve(.deviceTree, dtb.start, dtb.size)
  }

  mutating func reserveKernel() {
    guard var kernel = objects.kernel else { return }
    if target.architecture == .riscv64, target.config.strictKernelRWX {
      kernel = PhysicalRange(start: kernel.start, end: target.pmdSize.up(kernel.end) ?? kernel.end)
    }
    reserve(.kernel, kernel.start, kernel.size)
  }

  /// `arch/arm/mm/mmu.c: arm_mm_memblock_reserve`: the first page directory, below the kernel.
  mutating func reservePageDirectory() {
    guard let load = objects.kernelLoad else { return }
    let size = ByteCount(target.config.largePhysicalAddresses ? 0x5000 : 0x4000)
    guard let base = load.subtracting(size) else { return }
    reserve(.pageDirectory, base, size)
  }

  /// `init/initramfs.c: reserve_initrd_mem` (arm, riscv64).
  mutating func reserveInitrd() {
    guard let given = initrd, !given.isEmpty else { return }
    let page = target.pageSize.alignment
    let start = page.down(given.start)
    let range = PhysicalRange(start: start, end: page.up(given.end) ?? given.end)
    let place =
      "INITRD: 0x\(leftPadded(given.start.rawValue, 8))+0x\(leftPadded(given.size.rawValue, 8))"
    if !memblock.isMemory(range.start, range.size) {
      initrd = nil
      return log("\(place) is not a memory region - disabling initrd")
    }
    if memblock.isReserved(range.start, range.size) {
      initrd = nil
      log("\(place) overlaps in-use memory region")
      return log(" - disabling initrd")
    }
    initrd = range
    reserve(.initrd, range.start, range.size)
  }

  /// `arch/arm64/mm/init.c: arm64_memblock_init` up to the devicetree's regions.
  mutating func limitArm64Memory() throws(BootPanic) {
    let config = target.config
    let physicalBits = config.pageSize == .kib64 ? config.physicalAddressBits : 48
    removeMemory(from: PhysicalAddress(1 << UInt64(physicalBits)))
    guard !memblock.memory.entries.isEmpty else { throw .noMemory }
    // A kernel built for 52 bits runs with 48 on a core that has no more.
    let virtualBits = config.virtualAddressBits == 52 ? 48 : config.virtualAddressBits
    fitLinearMap(ByteCount(1 << UInt64(virtualBits - 1)))
    if let limit = memoryLimit, limit > .zero, let end = address(ofMemoryAmount: limit) {
      capMemory(PhysicalRange(start: PhysicalAddress(0), end: end))
    }
    if memoryLimit != nil, let kernel = objects.kernel {
      let start = objects.kernelLoad ?? kernel.start
      let image = PhysicalRange(start: min(start, kernel.start), end: kernel.end)
      change { memblock throws(Memblock.Full) in try memblock.add(image.start, image.size) }
    }
    guard !memblock.memory.entries.isEmpty else { throw .noMemory }
    addArm64Initrd()
    reserveKernel()
    highMemoryStart = memblock.end
  }

  private mutating func removeMemory(from address: PhysicalAddress) {
    let size = ByteCount(memblock.maximum.rawValue - address.rawValue)
    change { memblock throws(Memblock.Full) in try memblock.remove(address, size) }
  }

  /// Drops what the linear map has no room for (1.7 of the kernel model).
  private mutating func fitLinearMap(_ size: ByteCount) {
    let shift: UInt8 = target.pageSize == .kib64 ? 29 : 30
    let align = Alignment(shift: shift)
    let start = align.down(memblock.start)
    guard memblock.end.rawValue - start.rawValue > size.rawValue else { return }
    log("Memory doesn't fit in the linear mapping, VA_BITS too small")
    let kernelEnd = objects.kernel?.end ?? start
    removeMemory(from: max(start.addingSaturating(size), kernelEnd))
    if start.addingSaturating(size) < memblock.end {
      let low = memblock.end.subtracting(size) ?? PhysicalAddress(0)
      let begin = align.up(low) ?? low
      change { memblock throws(Memblock.Full) in
        try memblock.remove(PhysicalAddress(0), ByteCount(begin.rawValue))
      }
    }
  }

  /// The initial RAM disk of arm64 is added to memory, whatever `mem=` says.
  private mutating func addArm64Initrd() {
    guard let given = initrd, !given.isEmpty else { return }
    let page = target.pageSize.alignment
    let range = PhysicalRange(start: page.down(given.start), end: page.up(given.end) ?? given.end)
    let bits = target.config.virtualAddressBits == 52 ? 48 : target.config.virtualAddressBits
    let window = PhysicalRange(
      start: memblock.start,
      saturating: ByteCount(1 << UInt64(bits - 1))
    )
    guard window.contains(range) else {
      initrd = nil
      return log(
        "initrd not fully accessible via the linear mapping -- please check your bootloader ..."
      )
    }
    initrd = range
    change { memblock throws(Memblock.Full) in
      try memblock.add(range.start, range.size)
      try memblock.setNoMap(false, range.start, range.size)
    }
    reserve(.initrd, range.start, range.size)
  }

  /// What the widest linear map of riscv with four levels can not reach.
  mutating func limitRiscvMemory() { removeMemory(from: PhysicalAddress(1 << 47)) }

  /// `memblock_enforce_memory_limit` for riscv's `mem=`.
  mutating func enforceRiscvLimit() {
    guard let limit = memoryLimit, let end = address(ofMemoryAmount: limit) else { return }
    let size = ByteCount(memblock.maximum.rawValue - end.rawValue)
    change { memblock throws(Memblock.Full) in
      try memblock.remove(end, size)
      try memblock.free(end, size)
    }
  }
}
