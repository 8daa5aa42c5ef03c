import Board
import DeviceTree
import PhysicalMemory
import Planner

extension LayoutCompiler {
  /// One layout for all variants; nil where there is none, or where a variant would have none.
  ///
  /// Where all regions have a place already, it may be that the tree has to change for no variant, or
  /// for all in the same way, wherever Linux puts the regions: each variant is planned by itself
  /// first. A new region needs one place, and a plan for all is a plan for each.
  func shared(_ drafts: [Draft]) -> [Draft]? {
    let builders = drafts.compactMap(builder)
    guard drafts.count > 1, builders.count == drafts.count else { return nil }
    if builders.allSatisfy({ $0.problem.requests.allSatisfy { $0.preferred != nil } }) {
      let alone = drafts.map(planned)
      guard alone.allSatisfy({ $0.layout != nil }) else { return nil }
      if alone.allSatisfy({ $0.makesSameChange(as: alone[0]) }) { return alone }
    }
    return sharedPlan(drafts, builders)
  }

  /// One plan for all variants.
  private func sharedPlan(_ drafts: [Draft], _ builders: [PlacementBuilder]) -> [Draft]? {
    guard var problem = SharedProblem.problem(builders.map(\.problem)) else { return nil }
    var trees = PatchedTrees(board.tree)
    for _ in 0..<Self.mostPlans {
      guard let outcome = try? Planner.plan(problem, goal: .best),
        case .placed(let placement) = outcome
      else { return nil }
      let bases = placement.bases
      let changed = builders.reduce(into: Set()) { $0.formUnion($1.changed(bases)) }
      var result = drafts
      for (index, builder) in builders.enumerated() {
        result[index].problem = builder.problem
        result[index].plan = outcome
        finish(&result[index], builder, bases, changed: changed, &trees)
        guard result[index].layout != nil, result[index].makesSameChange(as: result[0]) else {
          return nil
        }
      }
      let taken = result.flatMap { self.taken($0, bases) }
      if taken.isEmpty { return result }
      problem.obstacles += taken.map { Obstacle(name: "the kernel's first allocations", range: $0) }
    }
    return nil
  }
}

extension Placement {
  /// Each region's base by its name.
  var bases: [String: PhysicalAddress] {
    regions.reduce(into: [:]) { $0[$1.name] = $1.base }
  }
}

/// A tree with patches applied, each only once: variants mostly ask for the same one.
struct PatchedTrees {
  private let original: DeviceTree
  private var last: (patch: LayoutPatch, tree: DeviceTree?)?

  /// No patch of `tree` is known yet.
  init(_ tree: DeviceTree) { original = tree }

  /// The tree with `patch` applied; nil where libfdt refuses it.
  mutating func tree(_ patch: LayoutPatch) -> DeviceTree? {
    if let last, last.patch == patch { return last.tree }
    let tree = try? patch.applied(to: original)
    last = (patch, tree)
    return tree
  }
}
