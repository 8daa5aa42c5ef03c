import Board
import DeviceTree
import Diagnostics
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
enum PoolOutOfReach: Rule {
  static let id: RuleID = "pool-out-of-reach"
  static let severity = Severity.error
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "region-outside-ram", "cells-do-not-divide", "reach-empty",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    inTree(subject) + inPolicy(subject)
  }

  /// Devices of policy, whose masks are known.
  private static func inPolicy(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      let pools = placed(variant)
      return variant.devices.flatMap { device -> [Diagnostic] in
        guard device.device.needsContiguousMemory, !device.device.reach.isEmpty else { return [] }
        return pools.compactMap { pool in
          pool.isUsed(by: device.device) && !device.device.reach.contains(pool.range)
            ? .beyond(pool, device, subject, variant) : nil
        }
      }
    }
  }

  /// The pools whose places are known: all of a layout, without one those that policy fixes.
  private static func placed(_ variant: CompiledVariant) -> [Pool] {
    if let layout = variant.layout {
      return layout.regions.filter(\.kind.isPool).map { region in
        Pool(
          name: region.name,
          range: region.range,
          alignment: region.alignment,
          users: Set(region.users),
          isDefault: region.isDefault
        )
      }
    }
    return variant.regions.compactMap { region in
      guard region.isTouched, region.kind.isPool, let base = region.base else { return nil }
      let users = variant.devices.filter { $0.device.pools.contains(region.name) }
      return Pool(
        name: region.name,
        range: PhysicalRange(start: base, saturating: region.size),
        alignment: region.alignment,
        users: Set(users.map(\.device.name)),
        isDefault: false
      )
    }
  }

  /// A pool whose place is known.
  fileprivate struct Pool {
    let name: String
    let range: PhysicalRange
    let alignment: Alignment
    let users: Set<String>
    let isDefault: Bool

    func isUsed(by device: LayoutDevice) -> Bool {
      users.contains(device.name) && (!device.pools.isEmpty || isDefault)
    }
  }

  /// Devices that no layer knows: their mask is not known, but what their bus passes on is.
  private static func inTree(_ subject: Subject) -> [Diagnostic] {
    let pools = subject.regions.filter { $0.isPool && !$0.fixedRanges.isEmpty }
    guard !pools.isEmpty else { return [] }
    let known = Set(subject.variants.first?.devices.compactMap { $0.node?.position } ?? [])
    return pools.flatMap { pool -> [Diagnostic] in
      guard let range = pool.fixedRanges.first else { return [] }
      // Users on one bus are one finding.
      var found: [(bus: Node, reach: PhysicalRegionSet, users: [Node])] = []
      for user in subject.users(of: pool) {
        guard !known.contains(user.position), case .absent = user.iommu,
          case .windows(let windows, let bus) = user.dmaMapping
        else { continue }
        let reach = RegionSet(windows.map(\.cpu))
        if reach.contains(range) { continue }
        if let same = found.firstIndex(where: { $0.bus == bus }) {
          found[same].users.append(user)
        } else {
          found.append((bus, reach, [user]))
        }
      }
      return found.map { .beyond(pool, range, $0.users, $0.bus, $0.reach, subject) }
    }
  }
}

extension DMAReach {
  /// CPU addresses, bus addresses and mask in one sentence: a reader who knows one has the others.
  func addresses(of range: PhysicalRange) -> String {
    let last = range.end.subtracting(ByteCount(1)) ?? range.start
    let onBus =
      switch (busAddress(of: range.start), busAddress(of: last)) {
      case (let start?, let end?): "are bus addresses \(start) to \(end)"
      case (let start?, nil): "begin at bus address \(start) and leave its window"
      case (nil, let end?): "end at bus address \(end) and begin outside its window"
      case (nil, nil): "have no bus address: no entry of `dma-ranges` covers them"
      }
    let mask =
      maskBits >= 64
      ? "" : "; a mask of \(maskBits) bits ends at bus address \(BusAddress((1 << maskBits) - 1))"
    return "CPU addresses \(range) \(onBus)\(mask)"
  }
}

extension Diagnostic {
  fileprivate static func beyond(
    _ region: PoolOutOfReach.Pool,
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
      notes: [
        "`\(device.device.name)` reaches \(reach.inWords)",
        device.reach.addresses(of: region.range),
      ],
      help: high.map {
        "move it down; \($0) is the highest place in reach for \(region.range.size.approximate)"
      } ?? "make it at most \((reach.largest?.size ?? .zero).approximate)",
      variant: variant.variant.name
    )
  }

  fileprivate static func beyond(
    _ pool: RegionNode,
    _ range: PhysicalRange,
    _ users: [Node],
    _ bus: Node,
    _ reach: PhysicalRegionSet,
    _ subject: Subject
  ) -> Self {
    Diagnostic(
      PoolOutOfReach.id,
      .error,
      "pool `\(subject.name(of: pool))` is out of reach of \(list(users.map(\.path)))",
      at: subject.label(pool, range.withSize),
      related: [
        subject.label(bus, "dma-ranges", "the bus reaches \(reach.inWords)")
      ] + users.map { subject.label($0, "memory-region", "uses the pool") },
      notes: [
        DMAReach(mapping: users[0].dmaMapping, maskBits: 64).addresses(of: range),
        "allocations fail, or give the device an address that its bus does not translate",
      ],
      help: "move the pool into \(reach.inWords)"
    )
  }
}
