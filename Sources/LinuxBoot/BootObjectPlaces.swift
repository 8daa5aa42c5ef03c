import DeviceTree
import PhysicalMemory

extension Replay {
  /// Fills in what the caller did not say about the boot loader's places.
  ///
  /// What is assumed keeps clear of what the tree reserves, as a boot loader that works does. A kernel
  /// whose image covers the devicetree has cleared it before it could read it.
  mutating func settleObjects() throws(BootPanic) {
    let ram = describedMemory()
    let start =
      Alignment(shift: 21).up(ram.first?.start ?? PhysicalAddress(0)) ?? PhysicalAddress(0)
    settleInitrd()
    var free = PhysicalRegionSet(ram).subtracting(statedReservations())
    settleKernel(ramStart: start, free)
    if let kernel = objects.kernel { free.remove(kernel) }
    settleDeviceTree(ramStart: start, free)
    // Who says where the others lie, and names none, says that there is none.
    if initrd == nil, map.assumes.contains(where: { $0.range != nil }) {
      map.assumes.append(
        Assumption(subject: "initrd", range: nil, text: "there is no initial RAM disk")
      )
    }
    if let kernel = objects.kernel, let dtb = objects.dtb, kernel.overlaps(dtb) {
      throw .kernelOverDeviceTree(dtb)
    }
  }

  /// Where the tree and the caller say that something lies.
  private func statedReservations() -> PhysicalRegionSet {
    let nodes = (reservedMemoryChildren ?? []).compactMap { $0.property("reg") }
    var ranges = nodes.flatMap { $0.entries(cells) }.map {
      PhysicalRange(start: address($0.address), saturating: size($0.size))
    }
    ranges += input.tree.memoryReservations.map {
      PhysicalRange(start: address($0.address), saturating: size($0.size))
    }
    ranges += input.firmware.map(\.range)
    if let initrd { ranges.append(initrd) }
    return PhysicalRegionSet(ranges)
  }

  /// The lowest place on 2 MiB at or above `start` with `size` free bytes.
  private func place(
    _ size: ByteCount,
    from start: PhysicalAddress,
    _ free: PhysicalRegionSet
  ) -> PhysicalAddress? {
    for range in free.ranges {
      guard let low = Alignment(shift: 21).up(max(range.start, start)), low < range.end,
        range.end.rawValue - low.rawValue >= size.rawValue
      else { continue }
      return low
    }
    return nil
  }

  /// The RAM as the tree or the caller describes it, lowest first.
  func describedMemory() -> [PhysicalRange] {
    let ranges =
      input.ram ?? input.tree.root.children.filter(isMemory).flatMap { memoryEntries(of: $0) }
    return ranges.filter { !$0.isEmpty }.sorted { $0.start < $1.start }
  }

  private mutating func settleKernel(ramStart: PhysicalAddress, _ free: PhysicalRegionSet) {
    let target = target
    if objects.kernelLoad == nil, let kernel = objects.kernel {
      objects.kernelLoad = kernel.start.subtracting(KernelImage.reservedOffset(target))
    }
    var load = objects.kernelLoad
    if load == nil {
      // 32-bit arm sits at the start of its linear map, whatever the tree says.
      let lowest = ramStart.addingSaturating(
        target.architecture == .arm ? target.config.textOffset : .mib(2)
      )
      let size = KernelImage.reservedOffset(target) + KernelImage.reservedSize(target)
      let found = target.architecture == .arm ? nil : self.place(size, from: lowest, free)
      let place = found ?? lowest
      load = place
      objects.kernelLoad = place
    }
    guard let load else { return }
    physOffset = load.subtracting(target.config.textOffset) ?? PhysicalAddress(0)
    if objects.kernel == nil {
      let start = load.addingSaturating(KernelImage.reservedOffset(target))
      let kernel = PhysicalRange(start: start, saturating: KernelImage.reservedSize(target))
      objects.kernel = kernel
      assume("kernel", kernel, "the place and the size of the kernel's image are assumed")
    }
  }

  private mutating func settleInitrd() {
    initrd = objects.initrd ?? BootInput.statedInitrd(of: input.tree)
    objects.initrd = initrd
  }

  private mutating func settleDeviceTree(ramStart: PhysicalAddress, _ free: PhysicalRegionSet) {
    guard objects.dtb == nil else { return }
    let size = ByteCount(UInt64(input.tree.blob.count))
    // Boot loaders keep the tree clear of a kernel that unpacks itself: 128 MiB up where there is room.
    let start =
      place(size, from: ramStart.addingSaturating(.mib(128)), free)
      ?? place(size, from: objects.kernel?.end ?? ramStart, free)
      ?? place(size, from: ramStart, free)
      ?? ramStart
    let dtb = PhysicalRange(start: start, saturating: size)
    objects.dtb = dtb
    assume("dtb", dtb, "the place of the devicetree blob is assumed")
  }

  private mutating func assume(_ subject: String, _ range: PhysicalRange, _ text: String) {
    map.assumes.append(Assumption(subject: subject, range: range, text: text))
  }
}

/// The sizes of the kernel images that recorded boots had: Debian's builds.
enum KernelImage {
  /// From `_text`, where the image is loaded, to where its reservation begins.
  static func reservedOffset(_ target: KernelTarget) -> ByteCount {
    switch target.architecture {
    case .arm: ByteCount(0xf_8000)
    case .arm64: target.version.isAtLeast(6, 12) ? .zero : ByteCount(0x1_0000)
    case .riscv64: .zero
    }
  }

  /// The size of the reservation.
  static func reservedSize(_ target: KernelTarget) -> ByteCount {
    switch target.architecture {
    case .arm: ByteCount(0x130_7588)
    case .arm64:
      target.version.isAtLeast(6, 12) ? ByteCount(0x24f_0000) : ByteCount(0x200_0000)
    case .riscv64: ByteCount(0x200_0000)
    }
  }

  /// From `__init_begin` to `_end`: this part of the image is mapped like any other memory.
  static func initAndDataSize(_ target: KernelTarget) -> ByteCount {
    target.version.isAtLeast(6, 12) ? ByteCount(0x7d_0000) : ByteCount(0x9b_0000)
  }
}
