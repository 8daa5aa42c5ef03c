/// The numbers of cells that addresses and sizes take on a bus.
public struct CellCounts: Hashable, Sendable {
  /// `#address-cells`.
  public let address: Int
  /// `#size-cells`.
  public let size: Int
  /// This many cells.
  public init(address: Int, size: Int) {
    self.address = address
    self.size = size
  }
  /// The cells of one `reg` entry.
  public var entry: Int { address + size }
}

extension Node {
  /// What the node says of its children's `reg`: its own `#address-cells` and `#size-cells`, for a
  /// missing one that of the nearest node above, at the end 1 (`drivers/of/base.c:
  /// of_bus_n_addr_cells`).
  ///
  /// A count above 64 is read as 64.
  public var childCells: CellCounts {
    CellCounts(
      address: nearestCount("#address-cells") ?? 1,
      size: nearestCount("#size-cells") ?? 1
    )
  }

  /// What the node says itself, without looking above and without defaults.
  public var statedCells: (address: Int?, size: Int?) {
    (count("#address-cells"), count("#size-cells"))
  }

  private func nearestCount(_ name: String) -> Int? {
    var node: Node? = self
    while let current = node {
      if let count = current.count(name) { return count }
      node = current.parent
    }
    return nil
  }

  private func count(_ name: String) -> Int? {
    guard let property = property(name), property.cellCount >= 1 else { return nil }
    return Int(min(property.cell(0), 64))
  }
}

/// One entry of a `reg`, a /memreserve/ list or the like: an address and a size as written.
public struct RegEntry: Hashable, Sendable {
  /// The address, low 64 bits.
  public let address: UInt64
  /// The size in bytes, low 64 bits.
  public let size: UInt64
  /// The cells that the entry takes in its property.
  public let cells: Range<Int>
  /// The entry as written.
  public init(address: UInt64, size: UInt64, cells: Range<Int>) {
    self.address = address
    self.size = size
    self.cells = cells
  }
}

extension Property {
  /// The whole entries of a `reg`-like list; a rest too short for an entry is left out.
  public func entries(_ cells: CellCounts) -> [RegEntry] {
    guard cells.entry > 0 else { return [] }
    return stride(from: 0, through: cellCount - cells.entry, by: cells.entry).map { start in
      RegEntry(
        address: number(at: start, cells: cells.address),
        size: number(at: start + cells.address, cells: cells.size),
        cells: start..<start + cells.entry
      )
    }
  }
}
