public import PhysicalMemory

/// The kinds of zone, from the most to the least restricted (`enum zone_type`).
public enum ZoneKind: UInt8, BitwiseCopyable, CaseIterable, Comparable, Hashable, Sendable,
  CustomStringConvertible
{
  /// `ZONE_DMA`.
  case dma = 0
  /// `ZONE_DMA32`.
  case dma32 = 1
  /// `ZONE_NORMAL`.
  case normal = 2
  /// `ZONE_HIGHMEM`.
  case highMem = 3
  /// `ZONE_MOVABLE`.
  case movable = 4

  /// The number of kinds.
  static let count = 5

  /// The kind with this number; numbers that no kind has can not occur.
  @inline(__always) init(bits: UInt8) { self = ZoneKind(rawValue: bits) ?? .normal }

  /// Orders zones as Linux numbers them.
  public static func < (lhs: ZoneKind, rhs: ZoneKind) -> Bool { lhs.rawValue < rhs.rawValue }

  /// The name in `/proc/zoneinfo`.
  public var description: String {
    switch self {
    case .dma: "DMA"
    case .dma32: "DMA32"
    case .normal: "Normal"
    case .highMem: "HighMem"
    case .movable: "Movable"
    }
  }

  /// `sysctl_lowmem_reserve_ratio` of `mm/page_alloc.c`; zero is no reserve.
  var lowmemReserveRatio: Int {
    switch self {
    case .dma, .dma32: 256
    case .normal: 32
    case .highMem, .movable: 0
    }
  }
}

/// One zone of a machine.
public struct ZoneDescription: Hashable, Sendable {
  /// Which zone it is.
  public let kind: ZoneKind
  /// The addresses it spans; memory outside all zones is not used.
  public let range: PhysicalRange

  /// The zone of this kind over `range`.
  public init(_ kind: ZoneKind, _ range: PhysicalRange) {
    self.kind = kind
    self.range = range
  }
}
