public import Diagnostics
public import LinuxBoot
public import Planner
public import Policy

/// What a compilation came to for one RAM variant.
public struct CompiledVariant: Sendable {
  /// The variant.
  public let variant: Variant
  /// The kernel to be booted.
  public let target: Target
  /// The policy that holds.
  public let policy: EffectivePolicy
  /// What Linux does with the tree as it is; nil where no RAM is known.
  public let today: BootOutcome?
  /// The regions that tree and policy ask for.
  public let regions: [ResolvedRegion]
  /// The devices that the board has.
  public let devices: [ResolvedDevice]
  /// What the planner said; nil where nothing had to be planned.
  public let plan: PlacementOutcome?
  /// The problem that was planned.
  public let problem: PlacementProblem?
  /// What the tree has to say for the layout; nil where there is none.
  public let patch: LayoutPatch?
  /// The result; nil where no RAM is known, or no plan or no boot was possible.
  public let layout: Layout?
  /// The regions that are not where the locked layout has them, in the order of their names.
  public let moves: [RegionMove]
}

/// What compiling a board came to.
public struct CompiledBoard: Sendable {
  /// The variants, the smallest RAM first.
  public let variants: [CompiledVariant]
  /// What was wrong with variants and layers.
  public let diagnostics: [Diagnostic]
  /// Whether all variants have layouts that one and the same change of the tree makes.
  public let isShared: Bool
}
