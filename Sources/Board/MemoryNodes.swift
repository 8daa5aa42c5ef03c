public import DeviceTree
public import PhysicalMemory

/// An entry of a memory node.
public struct MemoryBank: Sendable {
  /// The node.
  public let node: Node
  /// The entry as written.
  public let entry: RegEntry
  /// Its addresses; nil for an entry of size 0, which firmware is to fill in.
  public let range: PhysicalRange?
}

extension Board {
  /// The entries of all nodes that Linux takes for memory, in the order of the blob
  /// (`drivers/of/fdt.c: early_init_dt_scan_memory`).
  public var memoryBanks: [MemoryBank] {
    let cells = tree.root.childCells
    return tree.root.children
      .filter { $0.property("device_type")?.string == "memory" && $0.isAvailable }
      .flatMap { node in
        ((node.property("linux,usable-memory") ?? node.property("reg"))?.entries(cells) ?? []).map {
          MemoryBank(
            node: node,
            entry: $0,
            range: $0.size == 0
              ? nil
              : PhysicalRange(start: PhysicalAddress($0.address), saturating: ByteCount($0.size))
          )
        }
      }
  }

  /// The RAM that the tree states; empty where firmware is to fill it in.
  public var declaredMemory: PhysicalRegionSet { RegionSet(memoryBanks.compactMap(\.range)) }
}
