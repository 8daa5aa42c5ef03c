import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// A region lies on something that the boot loader loads, or on memory that firmware holds.
///
/// A no-map region over the kernel, the initial RAM disk, the devicetree or what firmware reserved is
/// refused: `Reserved memory: failed to reserve memory for node 'NODE'`, and the memory stays mapped. A
/// plain one is accepted and says nothing, and two owners use the memory. A boot loader may refuse the
/// region itself: `ERROR: reserving fdt memory region failed`. Places come from policy's `boot` and
/// `firmware`, from `--boot-object` and from `/chosen`; without them nothing is compared.
///
/// Bad: `boot: {initrd: 0x4800_0000..+64MiB}` on a board with `tee@48000000`. Good: an initial RAM disk
/// elsewhere.
///
/// Source: `drivers/of/fdt.c: early_init_dt_reserve_memory`, `boot/image-fdt.c:
/// boot_fdt_reserve_region` of U-Boot.
enum RegionOverBootObject: Rule {
  static let id: RuleID = "region-over-boot-object"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      let objects = subject.statedObjects(variant)
      let onObjects = objects.flatMap { object in
        subject.fixedEntries.compactMap { entry -> Diagnostic? in
          guard let shared = entry.range.intersection(object.range) else { return nil }
          return .over(entry, object, shared, subject, variant)
        }
      }
      return onObjects + onFirmware(variant, subject)
    }
  }

  /// A carve-out that says what firmware's range says is one and the same thing; anything else is not.
  private static func onFirmware(_ variant: CompiledVariant, _ subject: Subject) -> [Diagnostic] {
    variant.variant.firmware.flatMap { firmware in
      subject.fixedEntries.compactMap { entry -> Diagnostic? in
        let range = firmware.range.range
        guard let shared = entry.range.intersection(range) else { return nil }
        let isNested = range.contains(entry.range) || entry.range.contains(range)
        let isRefused = entry.region.isNoMap && firmware.range.kind == .reserved
        guard entry.region.isPool || isRefused || !isNested else { return nil }
        return .overFirmware(entry, firmware, shared, isRefused: isRefused, subject, variant)
      }
    }
  }
}

extension Diagnostic {
  private static func refusal(_ entry: FixedEntry) -> String {
    "Linux says: `Reserved memory: failed to reserve memory for node "
      + "'\(entry.region.node.name)'`, and the range stays mapped"
  }

  fileprivate static func over(
    _ entry: FixedEntry,
    _ object: StatedObject,
    _ shared: PhysicalRange,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let name = subject.name(of: entry.region)
    let isLoader = object.name == "loader"
    return Diagnostic(
      RegionOverBootObject.id,
      isLoader ? .warning : .error,
      "region `\(name)` lies on \(object.inWords): they share \(shared.size.approximate)",
      at: subject.label(entry.region.node, "reg", cells: entry.entry.cells, entry.range.withSize),
      related: [object.place],
      notes: [
        isLoader
          ? "U-Boot says: `ERROR: reserving fdt memory region failed`"
          : entry.region.isNoMap
            ? refusal(entry) : "Linux says nothing, and both are used"
      ],
      help: "load \(object.inWords) elsewhere, or start `\(name)` at \(object.range.end)",
      variant: variant.variant.name
    )
  }

  fileprivate static func overFirmware(
    _ entry: FixedEntry,
    _ firmware: Variant.Firmware,
    _ shared: PhysicalRange,
    isRefused: Bool,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let name = subject.name(of: entry.region)
    let range = firmware.range.range
    let stated =
      (variant.policy.firmware
      + (variant.policy.variants.first { $0.name == variant.variant.name }?.firmware ?? []))
      .first { ($0.owner ?? $0.name) == firmware.name }
    return Diagnostic(
      RegionOverBootObject.id,
      entry.region.isPool ? .error : .warning,
      "region `\(name)` lies on memory of `\(firmware.name)`: they share "
        + shared.size.approximate,
      at: subject.label(entry.region.node, "reg", cells: entry.entry.cells, entry.range.withSize),
      related: stated.map { [subject.label($0.range.origin, range.withSize)] } ?? [],
      notes: [
        isRefused ? refusal(entry) : "firmware and the region's user write to the same memory"
      ],
      help: isRefused
        ? "reserve it once: with `no-map`, or not at all where firmware does"
        : "start `\(name)` at \(range.end), or end it at \(range.start)",
      variant: variant.variant.name
    )
  }
}
