public import Board
import DeviceTree
import Diagnostics
import LinuxBoot
import PhysicalMemory
import Planner
public import Policy

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
  /// What the user asked of the plan.
  public let choice: LayoutChoice
  /// SHA-256 of the DTB and of the policy, for the layout.
  public let digests: (tree: String, policy: String)

  /// A compiler for `board`.
  public init(
    board: Board,
    layers: [Layer],
    target: TargetChoice,
    variants: VariantChoice,
    choice: LayoutChoice = LayoutChoice(),
    digests: (tree: String, policy: String)
  ) {
    self.board = board
    self.layers = layers
    self.target = target
    self.variants = variants
    self.choice = choice
    self.digests = digests
  }

  /// Compiles every variant that was chosen, the smallest RAM first.
  public func compile() -> CompiledBoard {
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
    let drafts = resolved.map { variant in
      let policy =
        differs
        ? EffectivePolicy(
          layers: layers,
          compatible: board.compatible,
          variant: variant.name,
          tree: tree
        ) : general
      var draft = draft(variant, policy)
      if variant.hasMemory {
        draft.today = LinuxBoot.replay(input(draft, draft.target, tree: board.tree))
        if choice.carrier != .commandLine { draft.markBypassed() }
      }
      return draft
    }
    let conflicts = drafts.reduce(into: general.conflicts) { all, one in
      all += one.policy.conflicts.filter { !all.contains($0) }
    }
    let shared = choice.sharesLayout ? self.shared(drafts) : nil
    return CompiledBoard(
      variants: (shared ?? drafts.map(planned)).map(compared),
      diagnostics: resolver.diagnostics + conflicts,
      isShared: shared != nil
    )
  }

  private func draft(_ variant: Variant, _ policy: EffectivePolicy) -> Draft {
    let kernel = Target(board: board, policy: policy, choice: target)
    return Draft(
      variant: variant,
      target: kernel,
      policy: policy,
      regions: RegionResolver(
        board: board,
        memory: variant.countedMemory,
        granule: kernel.kernel.cmaMinAlignment,
        pageSize: kernel.kernel.pageSize
      ).regions(policy.regions),
      devices: DeviceResolver(
        board: board,
        binding: policy.binding,
        memory: variant.countedMemory,
        iommu: kernel.iommu
      ).devices(policy.devices)
    )
  }

  /// How often a plan is made again around what the kernel has taken first.
  static let mostPlans = 4

  /// The draft with what follows from its RAM: the plan, the patched tree, the layout.
  ///
  /// `cma=` counts after the kernel's first allocations, where a node counts before them, so a
  /// place that they are in is planned around.
  func planned(_ unplanned: Draft) -> Draft {
    var draft = unplanned
    guard let builder = builder(draft) else { return draft }
    var problem = builder.problem
    var trees = PatchedTrees(board.tree)
    for _ in 0..<Self.mostPlans {
      var bases: [String: PhysicalAddress] = [:]
      if !builder.planned.isEmpty {
        draft.problem = problem
        let outcome = try? Planner.plan(problem, goal: .best)
        draft.plan = outcome
        draft.layout = nil
        guard case .placed(let placement) = outcome else { return draft }
        bases = placement.bases
      }
      finish(&draft, builder, bases, changed: builder.changed(bases), &trees)
      let taken = taken(draft, bases)
      if taken.isEmpty { return draft }
      problem.obstacles += taken.map { Obstacle(name: "the kernel's first allocations", range: $0) }
    }
    return draft
  }

  /// What the kernel has taken of the place that its command line states for the default pool.
  func taken(_ draft: Draft, _ bases: [String: PhysicalAddress]) -> [PhysicalRange] {
    guard choice.carrier == .commandLine, let pool = draft.carried, let base = bases[pool.name],
      let layout = draft.layout, layout.defaultRegion?.range.start != base,
      let map = draft.booted
    else { return [] }
    let wanted = PhysicalRange(start: base, saturating: pool.size)
    return map.bootAllocations.compactMap { $0.intersection(wanted) }.filter { !$0.isEmpty }
  }

  /// Writes a plan into the tree and boots that, for a layout.
  func finish(
    _ draft: inout Draft,
    _ builder: PlacementBuilder,
    _ bases: [String: PhysicalAddress],
    changed: Set<String>,
    _ trees: inout PatchedTrees
  ) {
    carryDefaultPool(&draft, bases)
    let placed = builder.planned
      .filter { $0.name != draft.carried?.name }
      .compactMap { region in bases[region.name].map { (region: region, base: $0) } }
      .sorted { $0.base < $1.base }
    // A dynamic region gets its whole window first; where Linux then takes a place that does not
    // do, it gets the planned place alone.
    let windows = builder.dynamicWindows
    for windows in windows.isEmpty ? [windows] : [windows, [:]] {
      let patch = PatchBuilder(
        board: board,
        placed: placed,
        changed: changed,
        devices: draft.devices,
        all: draft.regions,
        defaultMustBeDynamic: Self.needsDynamicDefault(draft.target.kernel),
        windows: windows,
        carried: draft.carried,
        mayBeDefault: !builder.today.isDefaultFromCommandLine
      ).patch
      guard let map = boot(draft, patch, &trees) else { return }
      draft.patch = patch
      draft.booted = map
      draft.layout = layout(draft, builder, map, bases, changed)
      if windows.isEmpty || builder.isKept(in: draft.layout, except: draft.carried?.name) { return }
    }
  }

  /// Sets the default pool elsewhere than in the tree, where that was asked for.
  private func carryDefaultPool(_ draft: inout Draft, _ bases: [String: PhysicalAddress]) {
    draft.bootTarget = draft.target
    draft.carried = nil
    let pool = draft.regions.first(where: \.isDefaultArea)
    guard let pool, !pool.isBypassed,
      let base = bases[pool.name] ?? pool.node?.fixedRanges.first?.start
    else { return }
    draft.carry(pool, at: base, choice.carrier)
  }

  private func boot(
    _ draft: Draft,
    _ patch: LayoutPatch,
    _ trees: inout PatchedTrees
  ) -> BootMap? {
    if patch.isEmpty, draft.carried == nil { return draft.bootedToday }
    guard let tree = trees.tree(patch),
      case .booted(let booted) = LinuxBoot.replay(input(draft, draft.bootTarget, tree: tree))
    else { return nil }
    return booted
  }

  private func layout(
    _ draft: Draft,
    _ builder: PlacementBuilder,
    _ map: BootMap,
    _ bases: [String: PhysicalAddress],
    _ changed: Set<String>
  ) -> Layout {
    LayoutAssembler(
      board: board,
      draft: draft,
      map: map,
      bases: bases,
      changed: changed,
      users: builder,
      digests: digests
    ).layout
  }

  /// The draft as it is told, with what moved against the locked layout.
  private func compared(_ draft: Draft) -> CompiledVariant {
    var draft = draft
    if let lock = choice.lock, let layout = draft.layout {
      draft.moves = LockComparison(lock: lock, layout: layout, problem: draft.problem).moves
    }
    return draft.compiled
  }

  func builder(_ draft: Draft) -> PlacementBuilder? {
    draft.bootedToday.map { map in
      PlacementBuilder(
        board: board,
        variant: draft.variant,
        today: map,
        regions: draft.regions,
        devices: draft.devices,
        demanding: Self.demanding(draft),
        lock: choice.lock
      )
    }
  }

  private static func needsDynamicDefault(_ kernel: KernelTarget) -> Bool {
    kernel.architecture != .arm64 && kernel.version.isAtLeast(6, 12, 13)
  }

  /// The boot of `tree` on a draft's variant.
  private func input(_ draft: Draft, _ target: Target, tree: DeviceTree) -> BootInput {
    BootInput(
      tree: tree,
      target: target.kernel,
      commandLine: target.commandLine,
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
