public import DeviceTree
public import PhysicalMemory

extension LinuxBoot {
  /// The highest CPU address that every DMA master of the tree reaches, all ones without a limit:
  /// `drivers/of/address.c: of_dma_get_max_cpu_address`.
  ///
  /// The highest end of each non-empty `dma-ranges` counts, the smallest of those wins; a node that is
  /// not available hides what is below it.
  /// - Complexity: O(nodes).
  public static func maximumCPUAddress(below node: Node) -> PhysicalAddress {
    var best = UInt64.max
    var pending = [node]
    while let node = pending.popLast() {
      if let property = node.property("dma-ranges"), property.count > 0 {
        best = min(best, highestEnd(of: node))
      }
      pending += node.children.filter(\.isAvailable)
    }
    return PhysicalAddress(best)
  }

  /// The highest last CPU address of a node's `dma-ranges`, with the kernel's arithmetic: a range that
  /// can not be translated begins at all ones and wraps.
  private static func highestEnd(of node: Node) -> UInt64 {
    var end: UInt64 = 0
    for range in mergedRanges(of: node) where range.cpu &+ range.size > end {
      end = range.cpu &+ range.size &- 1
    }
    return end
  }

  private struct Window {
    let bus: UInt64
    let cpu: UInt64
    let flags: UInt32
    var size: UInt64
  }

  /// The parser of `dma-ranges`, which joins entries that go on where the one before ends
  /// (`of_pci_range_parser_one`).
  private static func mergedRanges(of node: Node) -> [Window] {
    var result: [Window] = []
    for entry in node.rangesEntries(.dmaRanges) ?? [] {
      var cpu = UInt64.max
      // Above the root there is no bus to translate to.
      if node.dmaParent != nil {
        do {
          cpu = try node.translateFromParentBus(entry.parent, .dmaRanges).rawValue
        } catch {}
      }
      if let last = result.last, last.flags == entry.flags ?? 0,
        last.bus &+ last.size == entry.child, last.cpu &+ last.size == cpu
      {
        result[result.count - 1].size = last.size &+ entry.size
      } else {
        result.append(
          Window(bus: entry.child, cpu: cpu, flags: entry.flags ?? 0, size: entry.size)
        )
      }
    }
    return result
  }
}
