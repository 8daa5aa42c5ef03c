public import Layout
public import PhysicalMemory

/// Load addresses for U-Boot that lie clear of every region: `uboot.env`, for `env import -t`.
public struct UBootEnvironment: Sendable, Hashable {
  /// `kernel_addr_r`: where the kernel's image is loaded.
  public let kernel: PhysicalRange?
  /// `ramdisk_addr_r`: where the initial RAM disk is loaded.
  public let ramdisk: PhysicalRange?
  /// `fdt_addr_r`: where the devicetree is loaded.
  public let deviceTree: PhysicalRange?
  /// `fdtoverlay_addr_r`: where an overlay is loaded.
  public let overlay: PhysicalRange?
  /// `fdt_high`: the end of the free range that the devicetree is moved up in.
  public let deviceTreeLimit: PhysicalAddress?
  /// `initrd_high`: the end of the free range that the initial RAM disk is moved up in.
  public let ramdiskLimit: PhysicalAddress?

  /// Room for what is loaded, where the layout does not know its size.
  private static let kernelSize = ByteCount.mib(64)
  private static let ramdiskSizes: [ByteCount] = [.mib(128), .mib(64), .mib(32), .mib(16), .mib(8)]
  private static let treeSize = ByteCount.mib(2)
  private static let overlaySize = ByteCount.mib(1)
  /// What a section is mapped by: nothing that is loaded shares one with a region.
  private static let unit = Alignment(shift: 21)

  /// Addresses for `layout`, as low as possible; nil where there is no room.
  ///
  /// All lie in one piece in memory that is always mapped, below 4 GiB where there is RAM, and apart
  /// from each other, from the regions and from firmware. Where the layout knows the kernel's place
  /// (arm64, riscv64 run it where it is loaded), that is kept.
  ///
  /// - Complexity: O(n log n).
  public init(_ layout: Layout) {
    let gaps = Self.gaps(layout)
    var free = gaps
    func take(_ size: ByteCount) -> PhysicalRange? {
      for gap in free.ranges {
        guard let base = Self.unit.up(gap.start),
          let range = PhysicalRange(start: base, size: size), gap.contains(range)
        else { continue }
        free.remove(range)
        return range
      }
      return nil
    }
    let known = Self.knownKernel(layout, gaps)
    if let known { free.remove(known) }
    kernel = known ?? take(Self.kernelSize)
    deviceTree = take(Self.treeSize)
    overlay = take(Self.overlaySize)
    var ramdisk: PhysicalRange?
    for size in Self.ramdiskSizes where ramdisk == nil { ramdisk = take(size) }
    self.ramdisk = ramdisk
    func limit(_ range: PhysicalRange?) -> PhysicalAddress? {
      range.flatMap { range in gaps.ranges.first { $0.contains(range) }?.end }
    }
    deviceTreeLimit = limit(deviceTree)
    ramdiskLimit = limit(ramdisk)
  }

  /// The variables as lines; comments say how much room each has.
  public var text: String {
    var lines = ["# Load addresses clear of every region; import with `env import -t`."]
    let places = [
      ("kernel_addr_r", kernel), ("fdt_addr_r", deviceTree), ("fdtoverlay_addr_r", overlay),
      ("ramdisk_addr_r", ramdisk),
    ]
    for (name, range) in places {
      if let range {
        lines += ["# room for \(range.size.approximate)", "\(name)=\(range.start.hexadecimal)"]
      } else {
        lines.append("# no room for \(name)")
      }
    }
    lines.append("# U-Boot moves devicetree and RAM disk up to below these.")
    if let deviceTreeLimit { lines.append("fdt_high=\(deviceTreeLimit.hexadecimal)") }
    if let ramdiskLimit { lines.append("initrd_high=\(ramdiskLimit.hexadecimal)") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// RAM that nothing holds and that a loader may use.
  private static func gaps(_ layout: Layout) -> PhysicalRegionSet {
    let loaded: Set<String> =
      layout.target.architecture == "arm" ? ["initrd", "dtb"] : ["initrd", "dtb", "kernel"]
    var taken = layout.regions.map(\.range)
    taken += layout.reserved.filter { !loaded.contains($0.owner) }.map(\.range)
    // A pointer to address 0 is none to U-Boot, and boot ROMs keep vectors and spin tables there.
    taken.append(PhysicalRange(start: PhysicalAddress(0), saturating: .kib(64)))
    let banks = PhysicalRegionSet(layout.banks)
    if layout.target.architecture == "arm", let start = banks.start {
      // The kernel unpacks itself to the start of RAM.
      taken.append(PhysicalRange(start: start, saturating: .mib(32)))
    }
    let free = banks.subtracting(PhysicalRegionSet(taken))
    let lowMemory = layout.zones.first { $0.name == "HighMem" }.map(\.range.start)
    let usual = min(lowMemory ?? PhysicalAddress(.max), PhysicalAddress(1 << 32))
    let low = free.intersection(PhysicalRange(start: PhysicalAddress(0), end: usual))
    return low.isEmpty && lowMemory == nil ? free : low
  }

  private static func knownKernel(
    _ layout: Layout,
    _ gaps: PhysicalRegionSet
  ) -> PhysicalRange? {
    guard layout.target.architecture != "arm",
      let kernel = layout.reserved.first(where: { $0.owner == "kernel" })
    else { return nil }
    let range = PhysicalRange(start: unit.down(kernel.range.start), end: kernel.range.end)
    return gaps.contains(range) && !range.isEmpty ? range : nil
  }
}
