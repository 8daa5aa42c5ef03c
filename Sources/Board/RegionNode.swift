public import DeviceTree
public import PhysicalMemory

/// A child of /reserved-memory as it is written (reserved-memory.yaml of dt-schema; Linux
/// Documentation/devicetree/bindings/reserved-memory).
public struct RegionNode: Sendable {
  /// Where the region lies, or may lie.
  public enum Placement: Sendable {
    /// At these ranges: `reg`.
    case fixed([RegEntry])
    /// Where Linux finds room: `size`, `alignment`, `alloc-ranges`.
    case dynamic(size: ByteCount, alignment: ByteCount?, windows: [RegEntry]?)
    /// Neither `reg` nor `size` that could be read.
    case unreadable
  }

  /// The node.
  public let node: Node
  /// Where it lies, or may lie.
  public let placement: Placement
  /// `no-map`: the kernel must not map it.
  public let isNoMap: Bool
  /// `reusable`: the kernel may lend its pages out.
  public let isReusable: Bool
  /// `compatible = "shared-dma-pool"`.
  public let isSharedPool: Bool
  /// `compatible = "restricted-dma-pool"`.
  public let isRestrictedPool: Bool
  /// `linux,cma-default`.
  public let isMarkedDefault: Bool

  init(node: Node, cells: CellCounts) {
    self.node = node
    isNoMap = node.has("no-map")
    isReusable = node.has("reusable")
    let compatible = node.compatible
    isSharedPool = compatible.contains("shared-dma-pool")
    isRestrictedPool = compatible.contains("restricted-dma-pool")
    isMarkedDefault = node.has("linux,cma-default")
    placement = Self.placement(node, cells)
  }

  private static func placement(_ node: Node, _ cells: CellCounts) -> Placement {
    if let reg = node.property("reg") {
      let whole = cells.entry > 0 && reg.count > 0 && reg.count % (cells.entry * 4) == 0
      return whole ? .fixed(reg.entries(cells)) : .unreadable
    }
    guard let size = node.property("size"), size.count == cells.size * 4, cells.size > 0 else {
      return .unreadable
    }
    let alignment = node.property("alignment").flatMap { property in
      property.count == cells.address * 4
        ? ByteCount(property.number(at: 0, cells: cells.address)) : nil
    }
    return .dynamic(
      size: ByteCount(size.number(at: 0, cells: cells.size)),
      alignment: alignment,
      windows: node.property("alloc-ranges")?.entries(cells)
    )
  }

  /// The ranges of a fixed region; entries without size and past 64 bits are left out.
  public var fixedRanges: [PhysicalRange] {
    guard case .fixed(let entries) = placement else { return [] }
    return entries.compactMap { entry in
      entry.size == 0
        ? nil : PhysicalRange(start: PhysicalAddress(entry.address), size: ByteCount(entry.size))
    }
  }

  /// The size as written: of a fixed region its first entry's, the one that becomes the pool.
  public var statedSize: ByteCount? {
    switch placement {
    case .fixed(let entries): entries.first.map { ByteCount($0.size) }
    case .dynamic(let size, _, _): size
    case .unreadable: nil
    }
  }

  /// Whether devices allocate from it through the DMA API.
  public var isPool: Bool { isSharedPool || isRestrictedPool }
}
