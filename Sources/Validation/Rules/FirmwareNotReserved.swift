import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// Memory that firmware holds is ordinary RAM in the tree.
///
/// Policy says that the boot loader removes the range, but this tree states it as RAM and no region
/// keeps Linux out. Its pages are handed out, and the first access ends in a fault of the secure world.
/// Silent where policy states the RAM itself (`variants`).
///
/// Bad: `firmware: {hyp: {range: 0x5000_0000..+16MiB, kind: removed}}` on a tree with that RAM. Good: a
/// `no-map` region there.
///
/// Source: `drivers/of/fdt.c: early_init_dt_scan_memory`, policy's `firmware`.
enum FirmwareNotReserved: Rule {
  static let id: RuleID = "firmware-not-reserved"
  static let severity = Severity.warning
  static let requires: [RuleID] = ["reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      guard variant.variant.ram == nil else { return [] }
      let kept = RegionSet(
        subject.fixedEntries.map(\.range)
          + subject.board.tree.memoryReservations.map {
            PhysicalRange(start: PhysicalAddress($0.address), saturating: ByteCount($0.size))
          }
      )
      return variant.variant.firmware.filter { $0.range.kind == .removed }.compactMap { firmware in
        let open = variant.variant.memory.intersection(firmware.range.range).subtracting(kept)
        return open.isEmpty ? nil : .open(firmware, open, subject, variant)
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func open(
    _ firmware: Variant.Firmware,
    _ open: PhysicalRegionSet,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let stated = variant.policy.firmware.first { ($0.owner ?? $0.name) == firmware.name }
    let ram = subject.ramLabel(variant)
    let own = stated.map { [subject.label($0.range.origin, firmware.range.range.withSize)] } ?? []
    let places = own + ram
    return Diagnostic(
      FirmwareNotReserved.id,
      .warning,
      "the tree gives Linux \(open.size.approximate) of memory that `\(firmware.name)` holds",
      at: places.first ?? subject.label(subject.board.tree.root, open.inWords),
      related: Array(places.dropFirst()),
      notes: [
        "\(open.inWords) is RAM in this tree, and no region keeps Linux out",
        "right only if the boot loader takes it out of the memory node",
      ],
      help: "add a `no-map` region there, or leave the range out of the memory node",
      variant: variant.variant.name
    )
  }
}
