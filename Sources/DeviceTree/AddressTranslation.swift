public import PhysicalMemory

/// Which property carries an address towards the root.
public enum TranslationKind: String, Sendable {
  /// What the CPU sees of a bus: `ranges`.
  case ranges = "ranges"
  /// What a bus sees of the CPU's memory: `dma-ranges`.
  case dmaRanges = "dma-ranges"
}

/// Why an address has no meaning at the root.
public enum NoTranslation: Error, Hashable, Sendable {
  /// No entry of this node's property covers the address.
  case notCovered(by: Node)
  /// The node has no `ranges`: what is behind it can not be seen from above.
  case opaque(Node)
  /// The node's cell counts are outside what Linux reads (1 to 4 for addresses, at least 1 for
  /// sizes).
  case badCells(Node)
}

/// An entry of `ranges` or `dma-ranges` as written.
public struct RangesEntry: Hashable, Sendable {
  /// The first cell of a PCI-like address, which is no part of the number.
  public let flags: UInt32?
  /// The address on the node's own bus.
  public let child: UInt64
  /// The address on the bus above.
  public let parent: UInt64
  /// The size in bytes.
  public let size: UInt64
  /// The cells that the entry takes in its property.
  public let cells: Range<Int>
}

extension Node {
  /// Whether the node's bus has flags in the first of three address cells
  /// (`drivers/of/address.c: of_match_bus`, of_bus_pci and of_bus_default_flags).
  public var busHasFlags: Bool {
    if let type = property("device_type")?.string, ["pci", "pciex", "vci", "ht"].contains(type) {
      return true
    }
    return baseName == "pcie" || childCells.address == 3
  }

  /// The entries of the node's `ranges` or `dma-ranges`; nil where it has none, empty where it is
  /// present but has no whole entry.
  ///
  /// A rest too short for an entry is left out.
  public func rangesEntries(_ kind: TranslationKind) -> [RangesEntry]? {
    guard let property = property(kind.rawValue) else { return nil }
    let cells = childCells
    let parentAddress = parent?.childCells.address ?? 1
    let width = cells.address + parentAddress + cells.size
    guard width > 0 else { return [] }
    let flags = busHasFlags && cells.address >= 2
    return stride(from: 0, through: property.cellCount - width, by: width).map { start in
      let skipped = flags ? 1 : 0
      return RangesEntry(
        flags: flags ? property.cell(start) : nil,
        child: property.number(at: start + skipped, cells: cells.address - skipped),
        parent: property.number(at: start + cells.address, cells: parentAddress),
        size: property.number(at: start + cells.address + parentAddress, cells: cells.size),
        cells: start..<start + width
      )
    }
  }

  /// The node that this one's DMA goes through next: the target of its `interconnects` entry named
  /// `dma-mem`, else the parent (`drivers/of/address.c: __of_get_dma_parent`).
  public var dmaParent: Node? {
    guard let names = property("interconnect-names")?.strings,
      let index = names.firstIndex(of: "dma-mem"),
      let list = property("interconnects")?.cells,
      let target = interconnect(index, in: list)
    else { return parent }
    return target
  }

  private func interconnect(_ index: Int, in list: [UInt32]) -> Node? {
    let tree = DeviceTree(storage: storage)
    var position = 0
    for entry in 0...index {
      guard position < list.count, let target = tree.node(phandle: list[position]) else {
        return nil
      }
      if entry == index { return target }
      let arguments = target.property("#interconnect-cells")
      guard let arguments, arguments.cellCount >= 1 else { return nil }
      position += 1 + Int(min(arguments.cell(0), 16))
    }
    return nil
  }

  /// What `address` on the bus above this node is at the root.
  ///
  /// Follows `drivers/of/address.c: __of_translate_address`: with `dma-ranges` a missing or empty
  /// property passes the address through, with `ranges` only an empty one does.
  ///
  /// - Complexity: O(depth * entries); cycles of interconnects end at 64 levels.
  public func translateFromParentBus(
    _ address: UInt64,
    _ kind: TranslationKind
  ) throws(NoTranslation) -> PhysicalAddress {
    var address = address
    var node = next(kind)
    for _ in 0..<64 {
      guard let bus = node, let above = bus.next(kind) else { return PhysicalAddress(address) }
      let cells = bus.childCells
      guard (1...4).contains(cells.address), cells.size > 0 else { throw .badCells(bus) }
      if let property = bus.property(kind.rawValue) {
        if property.count > 0 {
          let entries = bus.rangesEntries(kind) ?? []
          // `child <= address < child + size`, written so that it can not overflow.
          guard
            let entry = entries.first(where: { $0.child <= address && address - $0.child < $0.size }
            )
          else { throw .notCovered(by: bus) }
          address = entry.parent &+ (address - entry.child)
        }
      } else if kind == .ranges {
        throw .opaque(bus)
      }
      node = above
    }
    throw .notCovered(by: self)
  }

  private func next(_ kind: TranslationKind) -> Node? {
    kind == .dmaRanges ? dmaParent : parent
  }
}
