import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// A boot object lies where no RAM is.
///
/// An initial RAM disk there is dropped: `INITRD: 0x...+0x... is not a memory region - disabling
/// initrd`. A devicetree may lie in flash on 64-bit kernels, which map it by itself: a warning there.
/// On 32-bit arm it has to be in lowmem to be read.
///
/// Bad: `boot: {initrd: 0x9000_0000..+16MiB}` on a board whose RAM ends at `0x8000_0000`. Good: one
/// inside RAM.
///
/// Source: `init/initramfs.c: reserve_initrd_mem`, `arch/arm64/mm/init.c: arm64_memblock_init`.
enum BootObjectOutsideRAM: Rule {
  static let id: RuleID = "boot-object-outside-ram"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      guard variant.variant.hasMemory else { return [] }
      let memory = variant.variant.memory
      return subject.statedObjects(variant).filter { !memory.contains($0.range) }.map { object in
        let said = subject.bootMessages(variant, beginning: "INITRD:", "initrd not fully")
        let mayLieInFlash = object.name == "dtb" && variant.target.kernel.architecture != .arm
        return Diagnostic(
          id,
          mayLieInFlash ? .warning : .error,
          "\(object.inWords) lies outside RAM",
          at: object.place,
          related: subject.ramLabel(variant),
          notes: object.name == "initrd" ? said.prefix(1).map { "Linux says: `\($0)`" } : [],
          help: "load it into \(memory.inWords)",
          variant: variant.variant.name
        )
      }
    }
  }
}
