import Board
import DeviceTree
public import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// A pool lies where a device that uses it can not address it.
///
/// On arm64 the allocation fails or silently comes from elsewhere; a coherent pool that no window
/// covers gives the device an address made of ones. All that may be said is
/// `reserved memory is beyond device's set DMA address range`.
///
/// Bad: `base: 0x1_4000_0000` for a device whose bus has a window of 3 GiB from `0x4000_0000`.
/// Good: `base: 0xfc00_0000`.
///
/// Source: `drivers/of/address.c: of_dma_get_range`, `kernel/dma/direct.c: dma_coherent_ok`,
/// `kernel/dma/coherent.c: rmem_dma_device_init`.
public enum PoolOutOfReach: Rule {
  public static let id: RuleID = "pool-out-of-reach"
  public static let severity = Severity.error
  public static let requires: [RuleID] = [
    "reserved-memory-ignored", "region-outside-ram", "cells-do-not-divide", "reach-empty",
  ]

  public static func check(_ subject: Subject) -> [Diagnostic] {
    inTree(subject) + inPolicy(subject)
  }

  /// Devices of policy, whose masks are known.
  private static func inPolicy(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      guard let layout = variant.layout else { return [] }
      return variant.devices.flatMap { device -> [Diagnostic] in
        guard device.device.needsContiguousMemory, !device.device.reach.isEmpty else { return [] }
        return layout.regions.compactMap { region in
          guard region.kind.isPool, region.users.contains(device.device.name),
            !device.device.pools.isEmpty || region.isDefault,
            !device.device.reach.contains(region.range)
          else { return nil }
          return .beyond(region, device, subject, variant)
        }
      }
    }
  }

  /// Devices that no layer knows: their mask is not known, but what their bus passes on is.
  private static func inTree(_ subject: Subject) -> [Diagnostic] {
    let pools = subject.regions.filter { $0.isPool && !$0.fixedRanges.isEmpty }
    guard !pools.isEmpty else { return [] }
    let known = Set(subject.variants.first?.devices.compactMap { $0.node?.position } ?? [])
    return pools.flatMap { pool -> [Diagnostic] in
      guard let range = pool.fixedRanges.first else { return [] }
      return subject.users(of: pool).compactMap { user in
        guard !known.contains(user.position), case .absent = user.iommu,
          case .windows(let windows, let bus) = user.dmaMapping
        else { return nil }
        let reach = RegionSet(windows.map(\.cpu))
        return reach.contains(range) ? nil : .beyond(pool, range, user, bus, reach, subject)
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func beyond(
    _ region: LayoutRegion,
    _ device: ResolvedDevice,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let stated = variant.regions.first { $0.name == region.name }
    let reach = device.device.reach
    let end = reach.end ?? PhysicalAddress(0)
    let text =
      region.range.start >= end
      ? "starts \(ByteCount(region.range.start.rawValue - end.rawValue).approximate) above its reach"
      : "\(region.range) is not all in reach"
    let alignment = max(region.alignment, variant.target.kernel.pageSize.alignment)
    let high = reach.intersection(variant.variant.memory).ranges.last.flatMap { run in
      run.end.subtracting(region.range.size).map { alignment.down($0) }
        .flatMap { $0 >= run.start ? $0 : nil }
    }
    return Diagnostic(
      PoolOutOfReach.id,
      .error,
      "pool `\(region.name)` is out of reach of \(device.device.path.map { "`\($0)`" } ?? "`\(device.device.name)`")",
      at: stated.map { subject.label($0, key: "base", text) }
        ?? subject.label(subject.board.tree.root, text),
      related: (device.reach.mapping.bus.map { bus in
        [subject.label(bus, "dma-ranges", "the bus reaches \(device.reach.physical.inWords)")]
      } ?? [
        subject.label(
          device.policy.mask?.origin ?? device.policy.origin,
          "reaches \(reach.inWords)"
        )
      ]),
      notes: ["`\(device.device.name)` reaches \(reach.inWords)"],
      help: high.map {
        "move it down; \($0) is the highest place in reach for \(region.range.size.approximate)"
      } ?? "make it at most \((reach.largest?.size ?? .zero).approximate)",
      variant: variant.variant.name
    )
  }

  fileprivate static func beyond(
    _ pool: RegionNode,
    _ range: PhysicalRange,
    _ user: Node,
    _ bus: Node,
    _ reach: PhysicalRegionSet,
    _ subject: Subject
  ) -> Self {
    Diagnostic(
      PoolOutOfReach.id,
      .error,
      "pool `\(subject.name(of: pool))` is out of reach of `\(user.path)`",
      at: subject.label(pool, range.withSize),
      related: [
        subject.label(bus, "dma-ranges", "the bus reaches \(reach.inWords)"),
        subject.label(user, "memory-region", "uses the pool"),
      ],
      notes: ["allocations fail, or give the device an address that its bus does not translate"],
      help: "move the pool into \(reach.inWords)"
    )
  }
}
