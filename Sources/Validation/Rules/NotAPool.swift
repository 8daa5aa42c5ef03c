import Board
import DeviceTree
import Diagnostics

/// A region is named like the CMA area but is none.
///
/// A board file that changes the size of `linux,cma` where the SoC file has no such node makes a new
/// one without `compatible`: memory is lost, and the default area keeps its size.
///
/// Bad: `linux,cma { size = <0x0 0x400000>; };` Good: the same with
/// `compatible = "shared-dma-pool"; reusable; linux,cma-default;`.
///
/// Source: `kernel/dma/contiguous.c: rmem_cma_setup`.
enum NotAPool: Rule {
  static let id: RuleID = "not-a-pool"
  static let severity = Severity.warning
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "reusable-and-no-map", "default-pool-not-reusable",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.regions.filter { region in
      names.contains(region.node.baseName) && !(region.isSharedPool && region.isReusable)
    }
    .map { .noPool($0, subject) }
  }

  /// Names that the bindings and real trees give to the CMA area.
  private static let names: Set<String> = [
    "linux,cma", "linux,cma-default", "cma", "linux-cma", "default-cma", "cma-default",
  ]
}

extension Diagnostic {
  fileprivate static func noPool(_ region: RegionNode, _ subject: Subject) -> Self {
    let missing = [
      region.isSharedPool ? nil : "`compatible = \"shared-dma-pool\"`",
      region.isReusable ? nil : "`reusable`",
    ].compactMap(\.self)
    return Diagnostic(
      NotAPool.id,
      region.isSharedPool && region.isNoMap ? .note : .warning,
      "region `\(subject.name(of: region))` is named like a CMA area but is none",
      at: subject.label(region, "lacks \(missing.joined(separator: " and "))"),
      notes: [
        "the default CMA area keeps the size of the configuration or of `cma=`"
      ],
      help: "add \(missing.joined(separator: " and "))"
        + (region.isMarkedDefault ? "" : ", and `linux,cma-default` if it is the default area")
    )
  }
}
