import Diagnostics
import Layout
import PhysicalMemory
import Policy

/// The `base` that policy gives a region is outside the `within` that it gives it too.
///
/// One of the two is not meant.
///
/// Bad: `base: 0x6000_0000` with `within: 0x4000_0000..0x5000_0000`. Good: one without the other.
///
/// Source: policy's own rule.
enum BaseOutsideWindow: Rule {
  static let id: RuleID = "base-outside-window"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      variant.regions.compactMap { region in
        guard region.isTouched, let base = region.base, !region.windows.isEmpty,
          case let range = PhysicalRange(start: base, saturating: region.size),
          !region.windows.contains(where: { $0.contains(range) })
        else { return nil }
        return .outside(region, range, subject, variant)
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func outside(
    _ region: ResolvedRegion,
    _ range: PhysicalRange,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    Diagnostic(
      BaseOutsideWindow.id,
      .error,
      "`base` of `\(region.name)` is outside its `within`",
      at: subject.label(region, key: "base", range.withSize),
      related: [subject.label(region, key: "within", RegionSet(region.windows).inWords)],
      help: "leave out `base`, so that it is placed within, or correct `within`",
      variant: variant.variant.name
    )
  }
}
