import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import Policy

/// More than one pool is the default CMA area.
///
/// Linux keeps the one that it sets up last and says nothing; the memory of the others serves only
/// devices that name them. Which one is last depends on the kernel version.
///
/// Bad: `linux,cma-default;` in two nodes, or `default: true` on two pools. Good: in one.
///
/// Source: `kernel/dma/contiguous.c: rmem_cma_setup`.
enum TwoDefaultPools: Rule {
  static let id: RuleID = "two-default-pools"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let defaults = subject.board.defaultRegions
    let inTree: [Diagnostic] = defaults.count > 1 ? [.several(defaults, subject)] : []
    let inPolicy = subject.variants.compactMap { variant -> Diagnostic? in
      let stated = variant.regions.filter { $0.policy.isDefault && $0.kind == .cma }
      guard stated.count > 1, stated.contains(where: { $0.node?.isMarkedDefault != true }) else {
        return nil
      }
      return .several(stated, variant, subject)
    }
    return inTree + inPolicy
  }
}

extension Diagnostic {
  fileprivate static func several(_ regions: [RegionNode], _ subject: Subject) -> Self {
    let today = subject.variants.lazy.compactMap { $0.today?.map.defaultCMA?.node }.first
    let winner = regions.first { $0.node.path == today } ?? regions[regions.count - 1]
    let others = regions.filter { $0.node != winner.node }
    return Diagnostic(
      TwoDefaultPools.id,
      .error,
      "\(regions.count) pools are the default CMA area: "
        + list(regions.map(subject.name(of:))),
      at: subject.label(others[0].node, "linux,cma-default", "has no effect"),
      related: others.dropFirst()
        .map { subject.label($0.node, "linux,cma-default", "has no effect") }
        + [subject.label(winner.node, "linux,cma-default", "the one that Linux sets up last")],
      notes: ["Linux says nothing and keeps the last one; which that is depends on its version"],
      help: "remove `linux,cma-default` from all but one"
    )
  }

  fileprivate static func several(
    _ regions: [ResolvedRegion],
    _ variant: CompiledVariant,
    _ subject: Subject
  ) -> Self {
    Diagnostic(
      TwoDefaultPools.id,
      .error,
      "\(regions.count) pools are the default CMA area: \(list(regions.map(\.name)))",
      at: subject.label(regions[regions.count - 1], key: "default", "a second default"),
      related: regions.dropLast().map { subject.label($0, key: "default", "a default") },
      notes: ["Linux keeps one of them and says nothing"],
      help: "keep `default: true` on one pool",
      variant: variant.variant.name
    )
  }
}
