import Diagnostics
import Layout
import PhysicalMemory

/// Two things that the boot loader puts into memory share bytes.
///
/// The later one overwrites the other: a kernel that grows into `fdt_addr_r` clears the devicetree
/// with its BSS, and hangs before it can say so.
///
/// Bad: `boot: {kernel: 0x4008_0000..+64MiB, dtb: 0x4200_0000..+64KiB}`. Good: a `dtb` behind the
/// kernel's end.
///
/// Source: `Documentation/arch/arm64/booting.rst`, policy's `boot` and `--boot-object`.
enum BootObjectsOverlap: Rule {
  static let id: RuleID = "boot-objects-overlap"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      let objects = subject.statedObjects(variant)
      return objects.indices.flatMap { second in
        objects[..<second].compactMap { first -> Diagnostic? in
          let other = objects[second]
          guard let shared = first.range.intersection(other.range) else { return nil }
          return Diagnostic(
            id,
            .error,
            "\(first.inWords) and \(other.inWords) share \(shared.size.approximate) at \(shared.start)",
            at: other.place,
            related: [first.place],
            notes: ["what is loaded later overwrites the other"],
            help: "load \(other.inWords) at \(first.range.end) or above",
            variant: variant.variant.name
          )
        }
      }
    }
  }
}
