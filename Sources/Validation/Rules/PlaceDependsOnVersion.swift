import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// Dynamic regions whose places change with the kernel's version.
///
/// Linux 6.1 sorts dynamic regions with a heapsort that is not stable, 6.6 takes them in the order of
/// the tree after all fixed ones, 6.12 before the fixed ones are set up. A policy, a firmware or a
/// document that relies on an address is wrong after an update.
///
/// Bad: two regions with `size` and an address of one of them in a coprocessor's image. Good: `reg` for
/// what others rely on.
///
/// Source: `drivers/of/of_reserved_mem.c: fdt_init_reserved_mem` of 6.1, 6.6 and 6.12, replayed.
enum PlaceDependsOnVersion: Rule {
  static let id: RuleID = "place-depends-on-version"
  static let severity = Severity.note
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "region-unplaceable", "size-malformed", "cells-do-not-divide",
    "boot-panics",
  ]

  private static let versions = [KernelVersion(6, 1), KernelVersion(6, 6), KernelVersion(6, 12)]

  static func check(_ subject: Subject) -> [Diagnostic] {
    // A region alone has the highest place of its window, whoever sorts.
    guard subject.regions.count(where: \.isDynamic) > 1 else { return [] }
    return subject.variants.compactMap { variant in
      guard let today = variant.today, today.panic == nil else { return nil }
      let maps = versions.map { version -> BootMap in
        var target = variant.target.kernel
        if (target.version.major, target.version.minor) == (version.major, version.minor) {
          return today.map
        }
        target.version = version
        return LinuxBoot.replay(
          BootInput(
            tree: subject.board.tree,
            target: target,
            commandLine: variant.target.commandLine,
            objects: variant.variant.objects,
            ram: variant.variant.ram,
            firmware: variant.variant.firmware.map(\.range)
          )
        ).map
      }
      return moved(maps, subject, variant)
    }
  }

  private static func moved(
    _ maps: [BootMap],
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Diagnostic? {
    let moving = subject.regions.filter(\.isDynamic).compactMap {
      region -> (region: RegionNode, bases: [PhysicalAddress])? in
      let bases = maps.compactMap { map in
        map.regions.first { $0.node == region.node.path && $0.size > .zero }?.base
      }
      return bases.count == maps.count && Set(bases).count > 1 ? (region, bases) : nil
    }
    guard let first = moving.first else { return nil }
    return Diagnostic(
      id,
      .note,
      "\(count(moving.count, "dynamic region")) \(moving.count == 1 ? "lies" : "lie") elsewhere "
        + "with another kernel: \(list(moving.map { subject.name(of: $0.region) }))",
      at: subject.label(first.region, "Linux chooses the place"),
      related: moving.dropFirst().map { subject.label($0.region, "and this one's") },
      notes: moving.prefix(4).map { entry in
        "`\(subject.name(of: entry.region))`: "
          + zip(versions, entry.bases).map { "\($1) with \($0)" }.joined(separator: ", ")
      },
      help: "write `reg` for a region whose address others rely on",
      variant: variant.variant.name
    )
  }
}
