public import PhysicalMemory

/// A device as `dma_alloc` sees it.
public struct DMADevice: Hashable, Sendable {
  /// Who its buffers belong to.
  public var owner: OwnerID
  /// Its own coherent pool (`dev->dma_mem`).
  public var coherentPool: CoherentPoolID?
  /// Its restricted pool (`dev->dma_io_tlb_mem` with `for_alloc`).
  public var restrictedPool: RestrictedPoolID?
  /// Its own CMA area (`dev->cma_area`); nil means the default one.
  public var cmaArea: CMAAreaID?
  /// Whether an IOMMU translates for it.
  public var isBehindIOMMU = false
  /// Whether it snoops the caches (`dma-coherent`).
  public var isCoherent = false
  /// `coherent_dma_mask`: the last bus address that the driver asked for.
  public var coherentMask = BusAddress(0xffff_ffff)
  /// `bus_dma_limit`: the last bus address that the bus carries.
  public var busLimit: BusAddress?
  /// `dma_range_map`: the windows of its `dma-ranges`; empty means bus and CPU addresses are the
  /// same.
  public var windows: [ReachWindow] = []

  /// One window of a device: CPU addresses and the bus address of the first.
  public struct ReachWindow: Hashable, Sendable {
    /// The CPU addresses.
    public let range: PhysicalRange
    /// The bus address of the first one.
    public let bus: BusAddress

    /// The window that shows `range` from `bus` on.
    public init(_ range: PhysicalRange, bus: BusAddress) {
      self.range = range
      self.bus = bus
    }
  }

  /// A device with a 32-bit mask, without windows, pools and IOMMU.
  public init(owner: OwnerID) { self.owner = owner }

  /// The last bus address of all (`min_not_zero` of mask and limit).
  var limit: UInt64 {
    let limits = [coherentMask.rawValue, busLimit?.rawValue ?? 0].filter { $0 != 0 }
    return limits.min() ?? 0
  }

  /// The CPU address of the last bus address (`dma_to_phys`), or all ones outside every window.
  var physicalLimit: UInt64 {
    if windows.isEmpty { return limit }
    for window in windows where limit >= window.bus.rawValue {
      let offset = limit - window.bus.rawValue
      if offset < window.range.size.rawValue { return window.range.start.rawValue + offset }
    }
    return .max
  }

  /// Whether the device reaches a buffer, judged like Linux by the window of the first byte
  /// (`dma_coherent_ok`).
  public func reaches(_ start: PhysicalAddress, _ size: ByteCount) -> Bool {
    var bus = start.rawValue
    if !windows.isEmpty {
      guard let window = windows.first(where: { $0.range.contains(start) }) else { return false }
      bus = window.bus.rawValue &+ (start.rawValue - window.range.start.rawValue)
    }
    let (end, overflow) = bus.addingReportingOverflow(Swift.max(size.rawValue, 1) - 1)
    return !overflow && end <= limit
  }
}
