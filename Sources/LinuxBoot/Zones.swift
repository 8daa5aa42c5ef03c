import DeviceTree
import PhysicalMemory

extension Replay {
  private static let fourGiB = UInt64(1) << 32

  /// `arch/arm64/mm/init.c: zone_sizes_init`; gives `arm64_dma_phys_limit`.
  mutating func setUpArm64Zones() -> PhysicalAddress {
    let reach = LinuxBoot.maximumCPUAddress(below: input.tree.root).rawValue
    let lastLow = Self.fourGiB - 1
    // 6.12.5 took the exact limit instead of the next power of two.
    let isExact = target.version.isAtLeast(6, 12, 5)
    let dma32 = zoneEnd(isExact ? lastLow : stretched(lastLow))
    var limit = target.config.zoneDMA32 ? dma32 : memblock.maximum
    if target.config.zoneDMA {
      if isExact {
        limit = zoneEnd(memblock.start.rawValue < lastLow ? min(reach, lastLow) : reach)
      } else {
        let bits = min(32, UInt64(64 - reach.leadingZeroBitCount))
        limit = zoneEnd(stretched((UInt64(1) << bits) - 1))
      }
    }
    if !target.config.zoneDMA, !target.config.zoneDMA32 { limit = memblock.end }
    map.dmaLimit = limit
    var borders: [(Zone.Kind, PhysicalAddress)] = []
    if target.config.zoneDMA { borders.append((.dma, limit)) }
    if target.config.zoneDMA32 { borders.append((.dma32, dma32)) }
    borders.append((.normal, memblock.end))
    setUpZones(borders)
    return limit
  }

  /// A zone's last address where none of the RAM lies below it: 4 GiB, or everything.
  private func stretched(_ last: UInt64) -> UInt64 {
    let start = memblock.start.rawValue
    if start > Self.fourGiB - 1 { return .max }
    return start > last ? Self.fourGiB - 1 : last
  }

  /// `max_zone_phys`: the end of a zone that reaches `last` at most.
  private func zoneEnd(_ last: UInt64) -> PhysicalAddress {
    PhysicalAddress(min(last, memblock.end.rawValue &- 1) &+ 1)
  }

  /// riscv: DMA32 up to 4 GiB, Normal above.
  mutating func setUpRiscvZones(limit: PhysicalAddress) {
    map.dmaLimit = limit
    var borders: [(Zone.Kind, PhysicalAddress)] = []
    if target.config.zoneDMA32 { borders.append((.dma32, limit)) }
    borders.append((.normal, memblock.end))
    setUpZones(borders)
  }

  /// `free_area_init`: zones follow each other; each node spans from its first to its last page.
  mutating func setUpZones(_ borders: [(Zone.Kind, PhysicalAddress)]) {
    let page = target.pageSize.alignment
    map.zones = []
    for node in onlineNodes {
      let pages = memblock.memory.entries.filter { $0.node == nil || $0.node == node }.compactMap {
        entry -> PhysicalRange? in
        guard let low = page.up(entry.range.start) else { return nil }
        let high = page.down(entry.range.end)
        return low < high ? PhysicalRange(start: low, end: high) : nil
      }
      guard let first = pages.first, let last = pages.last else { continue }
      var start = page.up(memblock.start) ?? memblock.start
      for (kind, border) in borders {
        let end = max(page.down(border), start)
        let low = max(start, first.start)
        let high = min(end, last.end)
        if low < high {
          map.zones.append(
            Zone(node: node, kind: kind, spanned: PhysicalRange(start: low, end: high))
          )
        }
        start = end
      }
    }
  }

  /// `mm/page_alloc.c: find_zone_movable_pfns_for_nodes` for `kernelcore=` and `movablecore=` on one
  /// node: the top of the highest zone becomes movable.
  mutating func setMovableZone() {
    guard onlineNodes.count == 1, let highest = map.zones.last else { return }
    let total = memblock.total
    let block = Alignment(shift: target.maxOrder.rawValue + target.pageSize.shift)
    var kernel = amount(commandLine.last("kernelcore")?.value, of: total)
    if let movable = amount(commandLine.last("movablecore")?.value, of: total) {
      let rounded = min(block.up(movable) ?? total, total)
      kernel = max(kernel ?? .zero, total - rounded)
    }
    guard let kernel, kernel > .zero, kernel < total else { return }
    // Kernel memory is counted from the lowest page up, whatever zone it is in.
    var left = kernel
    var start = highest.spanned.end
    for entry in memblock.memory.entries {
      let low = entry.range.start
      if low >= highest.start {
        if left <= entry.range.size {
          start = low.addingSaturating(left)
          break
        }
        left = left - entry.range.size
      } else {
        let below = PhysicalRange(start: low, end: min(entry.range.end, highest.start))
        left = left - below.size
        let rest = PhysicalRange(
          start: max(low, highest.start),
          end: max(entry.range.end, highest.start)
        )
        if left <= rest.size, !rest.isEmpty {
          start = rest.start.addingSaturating(left)
          break
        }
        left = left - rest.size
      }
    }
    splitOffMovable(highest, at: block.up(max(start, highest.start)) ?? highest.spanned.end)
  }

  private mutating func splitOffMovable(_ highest: Zone, at start: PhysicalAddress) {
    guard start < highest.spanned.end else { return }
    map.zones.removeLast()
    if start > highest.start {
      map.zones.append(
        Zone(
          node: highest.node,
          kind: highest.kind,
          spanned: PhysicalRange(start: highest.start, end: start)
        )
      )
    }
    map.zones.append(
      Zone(
        node: highest.node,
        kind: .movable,
        spanned: PhysicalRange(start: start, end: highest.spanned.end)
      )
    )
  }

  private func amount(_ value: String?, of total: ByteCount) -> ByteCount? {
    guard let value, value != "mirror" else { return nil }
    let (number, rest) = MemParse.parse(Substring(value))
    if rest.first == "%" { return ByteCount(total.rawValue / 100 * min(number, 100)) }
    return target.pageSize.alignment.down(ByteCount(number))
  }
}
