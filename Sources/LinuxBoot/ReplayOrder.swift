import PhysicalMemory

extension Replay {
  /// `arch/arm64/kernel/setup.c: setup_arch`.
  mutating func runArm64() throws(BootPanic) {
    try settleObjects()
    reserveDeviceTree()
    scanMemory(minimum: PhysicalAddress(0))
    parseEarlyParameters()
    guard !memblock.memory.entries.isEmpty else { throw .noMemory }
    try limitArm64Memory()
    scanReservedMemory()
    allocatePageTables()
    memblock.memory.mayGrow = true
    memblock.reserved.mayGrow = true
    setUpStaticRegions()
    allocateUnflattenedTree()
    setUpNodes()
    reserveHugetlbAreas()
    if !target.version.isAtLeast(6, 6) { reservePerNodeAreas() }
    allocateMemoryMap()
    let limit = setUpArm64Zones()
    reserveDefaultArea(limit: limit, behindBootAllocations: true)
    reserveCrashKernel(limit: limit)
    finish()
    reserveBounceBuffers(limit: limit)
    setMovableZone()
    try activateAreas()
  }

  /// `arch/arm/kernel/setup.c: setup_arch`.
  mutating func runArm() throws(BootPanic) {
    try settleObjects()
    scanMemory(minimum: physOffset)
    reserveDeviceTree()
    parseEarlyParameters()
    guard !memblock.memory.entries.isEmpty else { throw .noMemory }
    let border = adjustLowMemory()
    highMemoryStart = border
    reserveKernel()
    reserveInitrd()
    reservePageDirectory()
    scanReservedMemory()
    reserveDefaultArea(limit: armDMALimit, behindBootAllocations: false)
    setUpStaticRegions()
    finish()
    try finishArm(describedMemory())
    try activateAreas()
  }

  /// `arch/riscv/mm/init.c: setup_bootmem` and what follows.
  mutating func runRiscv() throws(BootPanic) {
    try settleObjects()
    let belowKernelIsUsable = target.version.isAtLeast(6, 4)
    let load = objects.kernelLoad ?? objects.kernel?.start ?? PhysicalAddress(0)
    scanMemory(minimum: belowKernelIsUsable ? PhysicalAddress(0) : load)
    limitRiscvMemory()
    parseEarlyParameters()
    guard !memblock.memory.entries.isEmpty else { throw .noMemory }
    enforceRiscvLimit()
    reserveKernel()
    reserveInitrd()
    scanReservedMemory()
    reserveDeviceTree()
    let end = target.pageSize.alignment.down(memblock.end)
    let limit = min(PhysicalAddress(1 << 32), end)
    highMemoryStart = memblock.end
    reserveDefaultArea(limit: limit, behindBootAllocations: false)
    reserveHugetlbAreas()
    allocatePageTables()
    memblock.memory.mayGrow = true
    memblock.reserved.mayGrow = true
    setUpStaticRegions()
    allocateUnflattenedTree()
    setUpNodes()
    allocateMemoryMap()
    setUpRiscvZones(limit: limit)
    reserveCrashKernel(limit: limit)
    finish()
    reserveBounceBuffers(limit: limit)
    setMovableZone()
    try activateAreas()
  }
}
