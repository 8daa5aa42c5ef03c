import Diagnostics
import Layout
import PhysicalMemory
import Policy

/// The `base` that policy gives a region is no multiple of the alignment that the region needs.
///
/// A CMA area needs the kernel's granule, everything else at least whole pages; `align` may ask for
/// more. Linux refuses a CMA area elsewhere: `Reserved memory: incorrect alignment of CMA region`.
///
/// Bad: `base: 0x4010_0000` for a CMA area with a granule of 4 MiB. Good: `base: 0x4040_0000`.
///
/// Source: `kernel/dma/contiguous.c: rmem_cma_setup`.
enum BaseMisaligned: Rule {
  static let id: RuleID = "base-misaligned"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      variant.regions.compactMap { region in
        guard region.isTouched, let stated = region.policy.base, case .layer = stated.origin,
          let base = region.base, !region.alignment.divides(base)
        else { return nil }
        return .misaligned(region, base, subject, variant)
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func misaligned(
    _ region: ResolvedRegion,
    _ base: PhysicalAddress,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let down = region.alignment.down(base)
    let choices = [down, region.alignment.up(base)].compactMap(\.self).map { "`base: \($0)`" }
    let isStated = region.policy.alignment != nil
    return Diagnostic(
      BaseMisaligned.id,
      .error,
      "`base` of `\(region.name)` is no multiple of \(region.alignment)",
      at: subject.label(
        region,
        key: "base",
        "\(ByteCount(base.rawValue - down.rawValue).approximate) above a multiple"
      ),
      related: isStated ? [subject.label(region, key: "align", "the alignment asked for")] : [],
      notes: region.kind == .cma
        ? ["Linux says: `Reserved memory: incorrect alignment of CMA region`"] : [],
      help: "write " + choices.joined(separator: " or "),
      variant: variant.variant.name
    )
  }
}
