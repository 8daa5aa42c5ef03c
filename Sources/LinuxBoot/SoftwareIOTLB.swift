import PhysicalMemory

extension Replay {
  /// The bounce buffers below the DMA limit (`arch/arm64/mm/init.c: mem_init`,
  /// `kernel/dma/swiotlb.c: swiotlb_init_remap`), taken after everything in the lists of the result.
  ///
  /// There are some where memory lies above the limit; from 6.6 on a small one otherwise too, because
  /// unaligned buffers bounce on non-coherent devices.
  mutating func reserveBounceBuffers(limit: PhysicalAddress) {
    let options = commandLine.last("swiotlb")?.value?.split(separator: ",") ?? []
    if options.contains("noforce") { return }
    // 64 MiB, or the number of slots of 2 KiB that the command line gives.
    var size = ByteCount.mib(64)
    if let slots = options.first.map({ MemParse.value($0) }), slots > 0 {
      size = Alignment(shift: 18).up(ByteCount(2048) * slots) ?? size
    }
    if memblock.end <= limit, !options.contains("force") {
      guard target.version.isAtLeast(6, 6), target.architecture == .arm64 else { return }
      let share = ByteCount((memblock.total.rawValue + 1023) / 1024)
      size = min(size, Alignment(shift: 18).up(share) ?? share)
    }
    let page = target.pageSize.alignment
    let found = memblock.allocate(
      page.up(size) ?? size,
      alignment: page.bytes.rawValue,
      memblock.limit(limit)
    )
    map.bounceBuffers = found.map { PhysicalRange(start: $0, saturating: size) }
  }
}
