public import Board
import DeviceTree
public import Diagnostics
public import LinuxBoot
import PhysicalMemory
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
}

/// Compiles policy and board into a layout, one RAM variant at a time.
///
/// The flow: what Linux does with the tree as it is, what tree and policy ask for, a plan, the tree
/// that says so, what Linux does with that tree. The addresses of the layout are those of the last
/// step, so that a boot of the emitted tree gives them.
public struct LayoutCompiler: Sendable {
  /// The board.
  public let board: Board
  /// The layers that were read.
  public let layers: [Layer]
  /// What the user stated of the kernel.
  public let target: TargetChoice
  /// What the user stated of RAM and boot objects.
  public let variants: VariantChoice
  /// SHA-256 of the DTB and of the policy, for the layout.
  public let digests: (tree: String, policy: String)

  /// A compiler for `board`.
  public init(
    board: Board,
    layers: [Layer],
    target: TargetChoice,
    variants: VariantChoice,
    digests: (tree: String, policy: String)
  ) {
    self.board = board
    self.layers = layers
    self.target = target
    self.variants = variants
    self.digests = digests
  }

  /// Compiles every variant that was chosen, in the order of their names.
  public func compile() -> (variants: [CompiledVariant], diagnostics: [Diagnostic]) {
    let tree = TreeLayer(board)
    let general = EffectivePolicy(
      layers: layers,
      compatible: board.compatible,
      variant: nil,
      tree: tree
    )
    var resolver = VariantResolver(board: board, choice: variants)
    let resolved = resolver.variants(general)
    // Merging costs more than anything else; most policies say the same of every variant.
    let differs = layers.contains { $0.match?.variant != nil }
    let compiled = resolved.map { variant in
      guard differs else { return compile(variant, general) }
      return compile(
        variant,
        EffectivePolicy(
          layers: layers,
          compatible: board.compatible,
          variant: variant.name,
          tree: tree
        )
      )
    }
    let conflicts = compiled.reduce(into: general.conflicts) { all, one in
      all += one.policy.conflicts.filter { !all.contains($0) }
    }
    return (compiled, resolver.diagnostics + conflicts)
  }

  private func compile(_ variant: Variant, _ policy: EffectivePolicy) -> CompiledVariant {
    let kernel = Target(board: board, policy: policy, choice: target)
    let devices = DeviceResolver(
      board: board,
      binding: policy.binding,
      memory: variant.countedMemory,
      iommu: kernel.iommu
    ).devices(policy.devices)
    let regions = RegionResolver(
      board: board,
      memory: variant.countedMemory,
      granule: kernel.kernel.cmaMinAlignment,
      pageSize: kernel.kernel.pageSize
    ).regions(policy.regions)
    var draft = Draft(
      variant: variant,
      target: kernel,
      policy: policy,
      regions: regions,
      devices: devices
    )
    if variant.hasMemory { plan(&draft) }
    return draft.compiled
  }

  /// Fills in what follows from the RAM: today's boot, the plan, the patched tree, the layout.
  private func plan(_ draft: inout Draft) {
    let today = LinuxBoot.replay(input(draft, tree: board.tree))
    draft.today = today
    guard case .booted(let map) = today else {
      draft.plan = nil
      return
    }
    let builder = PlacementBuilder(
      board: board,
      variant: draft.variant,
      today: map,
      regions: draft.regions,
      devices: draft.devices,
      demanding: Self.demanding(draft)
    )
    var bases: [String: PhysicalAddress] = [:]
    if !builder.planned.isEmpty {
      let problem = builder.problem
      draft.problem = problem
      let outcome = try? Planner.plan(problem, goal: .best)
      draft.plan = outcome
      guard case .placed(let placement) = outcome else { return }
      for region in placement.regions { bases[region.name] = region.base }
    }
    finish(&draft, builder, today: map, bases)
  }

  private func finish(
    _ draft: inout Draft,
    _ builder: PlacementBuilder,
    today: BootMap,
    _ bases: [String: PhysicalAddress]
  ) {
    let placed = builder.planned
      .compactMap { region in bases[region.name].map { (region: region, base: $0) } }
      .sorted { $0.base < $1.base }
    let changed = placed.filter { change in
      change.region.isTouched
        || builder.problem.requests.first { $0.name == change.region.name }?.preferred
          != change.base
    }
    let patch = PatchBuilder(
      board: board,
      placed: placed,
      changed: Set(changed.map(\.region.name)),
      devices: draft.devices,
      all: draft.regions,
      defaultMustBeDynamic: Self.needsDynamicDefault(draft.target.kernel)
    ).patch
    draft.patch = patch
    var map = today
    if !patch.isEmpty {
      guard let tree = try? patch.applied(to: board.tree),
        case .booted(let booted) = LinuxBoot.replay(input(draft, tree: tree))
      else { return }
      map = booted
    }
    draft.layout =
      LayoutAssembler(
        board: board,
        draft: draft,
        map: map,
        bases: bases,
        changed: Set(changed.map(\.region.name)),
        users: builder,
        digests: digests
      ).layout
  }

  private static func needsDynamicDefault(_ kernel: KernelTarget) -> Bool {
    kernel.architecture != .arm64 && kernel.version.isAtLeast(6, 12, 13)
  }

  /// The boot of `tree` on a draft's variant.
  private func input(_ draft: Draft, tree: DeviceTree) -> BootInput {
    BootInput(
      tree: tree,
      target: draft.target.kernel,
      commandLine: draft.target.commandLine,
      objects: draft.variant.objects,
      ram: draft.variant.ram,
      firmware: draft.variant.firmware.map(\.range)
    )
  }

  /// The devices that some workload makes demands on the default area with.
  private static func demanding(_ draft: Draft) -> Set<String> {
    let named = Set(draft.policy.workloads.flatMap { $0.streams.map(\.device.value) })
    return Set(draft.devices.filter { named.contains($0.policy.name) }.map(\.device.name))
  }
}

/// A variant while it is compiled.
struct Draft {
  let variant: Variant
  let target: Target
  let policy: EffectivePolicy
  let regions: [ResolvedRegion]
  let devices: [ResolvedDevice]
  var today: BootOutcome?
  var plan: PlacementOutcome?
  var problem: PlacementProblem?
  var patch: LayoutPatch?
  var layout: Layout?

  init(
    variant: Variant,
    target: Target,
    policy: EffectivePolicy,
    regions: [ResolvedRegion],
    devices: [ResolvedDevice]
  ) {
    self.variant = variant
    self.target = target
    self.policy = policy
    self.regions = regions
    self.devices = devices
  }

  var compiled: CompiledVariant {
    CompiledVariant(
      variant: variant,
      target: target,
      policy: policy,
      today: today,
      regions: regions,
      devices: devices,
      plan: plan,
      problem: problem,
      patch: patch,
      layout: layout
    )
  }
}
