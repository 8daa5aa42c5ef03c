import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// Linux places a pool above 4 GiB, where a device with the usual 32-bit mask can not reach it.
///
/// Without `alloc-ranges` a dynamic region goes to the top of all RAM. A driver that sets no mask has 32
/// bits: on arm64 an allocation from the area fails its check and falls back to the page allocator, a
/// coherent pool gives addresses that the device cuts off, with no more said than
/// `reserved memory is beyond device's set DMA address range`. Devices whose masks policy states are
/// judged by `pool-out-of-reach`. A note for a pool that `reg` puts there.
///
/// Bad: `linux,cma { size = <0x0 0x10000000>; ... };` on a board with RAM above 4 GiB. Good: the same
/// with `alloc-ranges = <0x0 0x40000000 0x0 0xc0000000>;`.
///
/// Source: `drivers/of/of_reserved_mem.c: __reserved_mem_alloc_size`, `kernel/dma/direct.c:
/// dma_coherent_ok`, replayed.
enum PoolAboveDefaultMask: Rule {
  static let id: RuleID = "pool-above-default-mask"
  static let severity = Severity.warning
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "region-outside-ram", "boot-panics", "pool-out-of-reach",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard subject.regions.contains(where: \.isPool) else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      // Where all RAM is above, nothing below can be had.
      guard let map = variant.today?.map, let start = variant.variant.memory.start,
        start < limit, (variant.variant.memory.end ?? start) > limit
      else { return [] }
      return map.regions.compactMap { placed in
        guard placed.isKept, placed.size > .zero, placed.range.end > limit,
          placed.handler == .cma || placed.handler == .coherent,
          let region = subject.region(placed)
        else { return nil }
        let users = subject.users(of: region).filter { reaches($0, placed.range) == false }
        let isForAll = region.isMarkedDefault && placed.isCMA
        guard isForAll || !users.isEmpty else { return nil }
        return .above(region, placed, users, isForAll: isForAll, subject, variant)
      }
    }
  }

  private static let limit = PhysicalAddress(1 << 32)

  /// Whether 32 bits are enough for a user; nil where an IOMMU translates for it.
  private static func reaches(_ user: Node, _ range: PhysicalRange) -> Bool? {
    if case .behind = user.iommu { return nil }
    let mapping = user.dmaMapping
    // Windows that do not cover the pool at all are another rule's.
    if !mapping.windows.isEmpty,
      !RegionSet(mapping.windows.map(\.cpu)).contains(range)
    {
      return nil
    }
    return DMAReach(mapping: mapping, maskBits: DMAReach.defaultMaskBits).physical.contains(range)
  }
}

extension Diagnostic {
  fileprivate static func above(
    _ region: RegionNode,
    _ placed: BootRegion,
    _ users: [Node],
    isForAll: Bool,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let name = subject.name(of: region)
    let who =
      isForAll ? "devices without a pool of their own" : list(users.prefix(4).map(\.path))
    let low = variant.variant.memory.intersection(
      PhysicalRange(start: PhysicalAddress(0), end: PhysicalAddress(1 << 32))
    )
    return Diagnostic(
      PoolAboveDefaultMask.id,
      region.isDynamic ? .warning : .note,
      "pool `\(name)` lies above 4 GiB, out of reach of 32-bit masks: \(who)",
      at: subject.label(region, placed.range.withSize),
      related: users.map { subject.label($0, "memory-region", "uses the pool") }
        + subject.ramLabel(variant),
      notes: [
        "CPU addresses \(placed.range); a driver that sets no mask reaches bus addresses below "
          + "\(BusAddress(1 << 32))"
      ],
      help: region.isDynamic
        ? "add `alloc-ranges` for \(low.inWords), or state the masks of its users in policy"
        : "right for drivers that set a wider mask: state it in policy (`mask`)",
      variant: variant.variant.name
    )
  }
}
