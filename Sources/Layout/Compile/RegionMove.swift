public import PhysicalMemory
import Planner

/// A region that is not where a locked layout has it.
public struct RegionMove: Sendable, Hashable {
  /// The region's name.
  public let name: String
  /// Where the locked layout has it.
  public let from: PhysicalRange
  /// Where it is now; nil where it is no more.
  public let to: PhysicalRange?
  /// Why, in words for a person.
  public let reason: String
}

/// Finds what moved against a locked layout, and why it had to.
struct LockComparison {
  let lock: Layout
  let layout: Layout
  /// The problem that was planned; nil where nothing was.
  let problem: PlacementProblem?

  /// The regions that moved or went, in the order of their names.
  ///
  /// - Complexity: O(regions squared).
  var moves: [RegionMove] {
    lock.regions.sorted { $0.name < $1.name }.compactMap { old in
      guard let new = layout.region(named: old.name) else {
        let reason = "neither tree nor policy asks for it now"
        return RegionMove(name: old.name, from: old.range, to: nil, reason: reason)
      }
      guard new.range.start != old.range.start else { return nil }
      return RegionMove(
        name: old.name,
        from: old.range,
        to: new.range,
        reason: reason(old, new)
      )
    }
  }

  private func reason(_ old: LayoutRegion, _ new: LayoutRegion) -> String {
    guard var request = problem?.requests.first(where: { $0.name == old.name }),
      let problem
    else {
      return new.node == nil ? "the kernel chooses its place itself" : "the tree fixes its place"
    }
    request.apart = []
    let alone = PlacementProblem(
      banks: problem.banks,
      obstacles: problem.obstacles,
      requests: [request]
    )
    let there = Placement([PlacedRegion(name: old.name, base: old.range.start)])
    let broken = PlacementVerifier.violations(of: there, in: alone)
    if let first = broken.first { return Self.text(first, old, new) }
    let wanted = PhysicalRange(start: old.range.start, saturating: request.size)
    let others = layout.regions.filter { $0.name != old.name && $0.range.overlaps(wanted) }
    if let other = others.first { return "`\(other.name)` is there now, \(other.range)" }
    return "so that more of the others stay where they were"
  }

  private static func text(
    _ violation: PlacementViolation,
    _ old: LayoutRegion,
    _ new: LayoutRegion
  ) -> String {
    let grown = new.range.size > old.range.size ? "with \(new.range.size.approximate) " : ""
    return switch violation {
    case .misaligned: "its old base is not aligned to \(new.alignment)"
    case .outsideBanks: grown + "it would leave the RAM"
    case .outsideWindows: grown + "it would leave its window or the reach of a user"
    case .crossesBoundary: grown + "it would cross its boundary"
    case .onObstacle(_, let obstacle):
      grown + "it would lie on `\(obstacle.name)`, \(obstacle.range)"
    default: grown + "its old place does not do"
    }
  }
}
