import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// Linux finds no place for the memory of `crashkernel=`.
///
/// It is reserved after the regions and the default CMA area, below the DMA limit unless `,high` is
/// said: `cannot allocate crashkernel (size:0x...)`. Without it a crash leaves no dump.
///
/// Bad: `crashkernel=1G` on a board with 1 GiB. Good: `crashkernel=128M`.
///
/// Source: `arch/arm64/mm/init.c: reserve_crashkernel`, `kernel/crash_reserve.c`, replayed.
enum CrashKernelUnplaceable: Rule {
  static let id: RuleID = "crashkernel-unplaceable"
  static let severity = Severity.error
  static let requires: [RuleID] = ["boot-panics"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.compactMap { variant in
      let said = subject.bootMessages(
        variant,
        beginning: "cannot allocate crashkernel",
        "crashkernel reservation failed",
        "crashkernel: couldn't allocate"
      )
      guard let line = said.first, let map = variant.today?.map else { return nil }
      let area = map.defaultCMA.map {
        "the default CMA area is there before it: "
          + PhysicalRange(start: $0.base, saturating: $0.reservedSize).withSize
      }
      return Diagnostic(
        id,
        .error,
        "`crashkernel=` finds no place",
        at: subject.commandLineLabel(variant, "asks for it"),
        related: subject.ramLabel(variant),
        notes: ["Linux says: `\(line)`"] + [area].compactMap(\.self) + [
          "it has to lie below \(map.dmaLimit), unless `,high` is said"
        ],
        help: "ask for less, make the CMA areas smaller, or say `,high`",
        variant: variant.variant.name
      )
    }
  }
}
