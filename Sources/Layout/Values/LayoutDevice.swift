public import PhysicalMemory
public import Policy

/// Whether the DMA API gives a device contiguous physical memory or pages behind an IOMMU.
public enum IOMMUState: String, CaseIterable, Sendable, Hashable {
  /// No IOMMU stands before it.
  case none
  /// An IOMMU maps for it: it needs no contiguity.
  case translated
  /// An IOMMU stands before it and passes addresses through.
  case passthrough
}

/// A device with what it needs, worked out for one RAM variant.
public struct LayoutDevice: Sendable, Hashable {
  /// Its name: `ve`, or `ve[1]` where policy's device is several nodes.
  public let name: String
  /// The node's full path; of a device without a node that of its bus; nil for a dma-heap.
  public let path: String?
  /// The CPU addresses it can use.
  public let reach: PhysicalRegionSet
  /// The bus address of CPU address zero of each window: `bus = cpu + offset` (mod 2^64).
  public let windows: [Window]
  /// Its DMA mask in bits.
  public let maskBits: UInt64
  /// The alignment its buffers need; one byte for none.
  public let alignment: Alignment
  /// Its buffers cross no multiple of this bus address.
  public let boundary: ByteCount?
  /// What stands before it.
  public let iommu: IOMMUState
  /// Whether it takes contiguous memory.
  public let contiguous: Contiguity
  /// The regions it allocates from, in order; empty for the default area.
  public var pools: [String]
  /// Who attaches it to its region.
  public let attach: Attachment

  /// An entry of `dma-ranges`, as far as it can be translated.
  public struct Window: Sendable, Hashable {
    /// The first bus address.
    public let bus: BusAddress
    /// The same bytes as the CPU numbers them.
    public let cpu: PhysicalRange
    /// The window from `bus` on over `cpu`.
    public init(bus: BusAddress, cpu: PhysicalRange) {
      self.bus = bus
      self.cpu = cpu
    }
  }

  /// A device of these properties.
  public init(
    name: String,
    path: String?,
    reach: PhysicalRegionSet,
    windows: [Window],
    maskBits: UInt64,
    alignment: Alignment,
    boundary: ByteCount?,
    iommu: IOMMUState,
    contiguous: Contiguity,
    pools: [String],
    attach: Attachment
  ) {
    self.name = name
    self.path = path
    self.reach = reach
    self.windows = windows
    self.maskBits = maskBits
    self.alignment = alignment
    self.boundary = boundary
    self.iommu = iommu
    self.contiguous = contiguous
    self.pools = pools
    self.attach = attach
  }

  /// Whether the DMA API must find it contiguous physical memory.
  public var needsContiguousMemory: Bool {
    switch contiguous {
    case .required: true
    case .ifNoIOMMU: iommu != .translated
    case .no: false
    }
  }
}
