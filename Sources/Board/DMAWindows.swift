public import DeviceTree
public import PhysicalMemory

/// One contiguous window from a bus to the CPU's memory: an entry of `dma-ranges`.
public struct DMAWindow: Hashable, Sendable {
  /// The addresses on the bus.
  public let bus: BusRange
  /// The same bytes as the CPU numbers them.
  public let cpu: PhysicalRange
}

/// What `dma-ranges` say of a device.
public enum DMAMapping: Sendable {
  /// Nothing: bus address and CPU address are one, and there is no limit.
  case identity
  /// The chain of buses has a gap below this bus, so Linux sees no translation and no limit.
  case chainBroken(below: Node)
  /// These windows of this bus.
  case windows([DMAWindow], of: Node)
  /// This bus has `dma-ranges`, but nothing in it can be translated; Linux goes on as with none.
  case untranslatable(Node)

  /// The windows, if there are any.
  public var windows: [DMAWindow] {
    if case .windows(let windows, _) = self { windows } else { [] }
  }

  /// The bus whose `dma-ranges` hold.
  public var bus: Node? {
    switch self {
    case .windows(_, let node), .untranslatable(let node): node
    case .identity, .chainBroken: nil
    }
  }
}

extension Node {
  /// The mapping of the DMA that a platform device at this node does.
  ///
  /// Follows `drivers/of/address.c: of_dma_get_range` of Linux 6.1: the nearest bus may lack
  /// `dma-ranges`, from the second level on a missing one ends the search.
  ///
  /// - Complexity: O(depth * entries).
  public var dmaMapping: DMAMapping {
    isPCIHost ? Self.dmaMapping(from: self) : Self.dmaMapping(from: dmaParent)
  }

  /// The mapping of something without a node that sits behind this bus.
  public var dmaMappingBehind: DMAMapping { Self.dmaMapping(from: self) }

  private var isPCIHost: Bool {
    property("device_type")?.string == "pci" || baseName == "pcie"
  }

  private static func dmaMapping(from start: Node?) -> DMAMapping {
    var node = start
    var below: Node?
    for _ in 0..<64 {
      guard let bus = node else { return .identity }
      if let property = bus.property("dma-ranges") {
        if property.count > 0 { return bus.ownMapping }
      } else if let below {
        return below.has("dma-ranges") || bus.somethingAboveHasWindows
          ? .chainBroken(below: below) : .identity
      }
      below = bus
      node = bus.dmaParent
    }
    return .identity
  }

  private var somethingAboveHasWindows: Bool {
    var node = parent
    while let bus = node {
      if let property = bus.property("dma-ranges"), property.count > 0 { return true }
      node = bus.parent
    }
    return false
  }

  private var ownMapping: DMAMapping {
    let windows = (rangesEntries(.dmaRanges) ?? []).compactMap { entry -> DMAWindow? in
      guard entry.size > 0, let cpu = try? translateFromParentBus(entry.parent, .dmaRanges) else {
        return nil
      }
      // A window of exactly 2^64 bytes and one that runs past the end are cut to what there is.
      let bus = BusRange(start: BusAddress(entry.child), saturating: ByteCount(entry.size))
      let physical = PhysicalRange(start: cpu, saturating: bus.size)
      return DMAWindow(
        bus: BusRange(start: bus.start, saturating: physical.size),
        cpu: physical
      )
    }
    return windows.isEmpty ? .untranslatable(self) : .windows(windows, of: self)
  }
}
