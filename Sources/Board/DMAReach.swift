public import PhysicalMemory

/// The CPU addresses that a device can use, and what limits them.
public struct DMAReach: Sendable {
  /// What `dma-ranges` say.
  public let mapping: DMAMapping
  /// The driver's mask in bits.
  public let maskBits: UInt64
  /// The CPU addresses that mask and windows leave.
  public let physical: PhysicalRegionSet

  /// The mask that a DT platform device has before its driver sets one
  /// (`drivers/of/platform.c: of_platform_device_create_pdata`).
  public static let defaultMaskBits: UInt64 = 32

  /// The reach through `mapping` of a driver that sets a mask of so many bits.
  ///
  /// The limit is `min_not_zero(dev->coherent_dma_mask, dev->bus_dma_limit)`, a bus address
  /// (`kernel/dma/direct.c: dma_direct_optimal_gfp_mask`).
  public init(mapping: DMAMapping, maskBits: UInt64) {
    self.mapping = mapping
    self.maskBits = maskBits
    let limit = maskBits >= 64 ? BusAddress(.max) : BusAddress(1 << maskBits)
    let addressable = BusRange(start: BusAddress(0), end: limit)
    guard case .windows(let windows, _) = mapping else {
      physical = RegionSet([
        PhysicalRange(start: PhysicalAddress(0), end: PhysicalAddress(limit.rawValue))
      ])
      return
    }
    physical = RegionSet(
      windows.compactMap { window in
        window.bus.intersection(addressable).map { part in
          let skipped = ByteCount(part.start.rawValue - window.bus.start.rawValue)
          return PhysicalRange(
            start: window.cpu.start.addingSaturating(skipped),
            saturating: part.size
          )
        }
      }
    )
  }

  /// The bus address of a CPU address, or nil where no window covers it
  /// (`include/linux/dma-direct.h: translate_phys_to_dma`).
  public func busAddress(of address: PhysicalAddress) -> BusAddress? {
    guard case .windows(let windows, _) = mapping else { return BusAddress(address.rawValue) }
    for window in windows where window.cpu.contains(address) {
      return window.bus.start.adding(
        ByteCount(address.rawValue - window.cpu.start.rawValue)
      )
    }
    return nil
  }
}
