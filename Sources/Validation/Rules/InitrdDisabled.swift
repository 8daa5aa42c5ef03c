import Diagnostics
import Layout

/// Linux drops the initial RAM disk, because something else is reserved where it lies.
///
/// `INITRD: 0x...+0x... overlaps in-use memory region - disabling initrd`: the root file system is
/// then not found. On arm64 nothing is said of an overlap, and the disk's pages are used twice.
///
/// Bad: `linux,initrd-start` inside the kernel's image. Good: one behind it.
///
/// Source: `init/initramfs.c: reserve_initrd_mem`, replayed.
enum InitrdDisabled: Rule {
  static let id: RuleID = "initrd-disabled"
  static let severity = Severity.error
  static let requires: [RuleID] = [
    "boot-object-outside-ram", "boot-objects-overlap", "region-over-boot-object",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.compactMap { variant in
      let said = subject.bootMessages(variant, beginning: "INITRD:", "initrd not fully accessible")
      guard let line = said.first,
        let initrd = subject.statedObjects(variant).first(where: { $0.name == "initrd" })
      else { return nil }
      return Diagnostic(
        id,
        .error,
        "Linux does not use the initial RAM disk",
        at: initrd.place,
        notes: ["Linux says: `\(line)`"],
        help: "load it where nothing is reserved",
        variant: variant.variant.name
      )
    }
  }
}
