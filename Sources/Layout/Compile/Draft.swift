import Board
import LinuxBoot
public import PhysicalMemory
import Planner
import Policy

/// A variant while it is compiled.
struct Draft {
  let variant: Variant
  let target: Target
  let policy: EffectivePolicy
  var regions: [ResolvedRegion]
  let devices: [ResolvedDevice]
  var today: BootOutcome?
  var plan: PlacementOutcome?
  var problem: PlacementProblem?
  var patch: LayoutPatch?
  var layout: Layout?
  /// What Linux makes of the layout's tree, command line and configuration.
  var booted: BootMap?
  var moves: [RegionMove] = []
  /// The kernel with what the command line or configuration says of the default pool.
  var bootTarget: Target
  /// The default pool, where the tree is not what sets it.
  var carried: ResolvedRegion?

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
    bootTarget = target
  }

  /// What Linux does with the tree as it is, where it boots.
  var bootedToday: BootMap? {
    if case .booted(let map) = today { map } else { nil }
  }

  /// Sets the default pool, at `base`, with other means than the tree.
  mutating func carry(_ region: ResolvedRegion, at base: PhysicalAddress, _ by: DefaultPoolCarrier)
  {
    switch by {
    case .deviceTree: return
    case .commandLine: bootTarget = target.with(cma: region.size, at: base)
    case .kernelConfig: bootTarget = target.with(defaultArea: region.size)
    }
    carried = region
  }

  /// Marks the default pool where `cma=` is there already.
  ///
  /// Its node stays as it is: whatever it says, Linux gives its memory back. A node that only policy
  /// calls the default is an ordinary area.
  mutating func markBypassed() {
    guard bootedToday?.isDefaultFromCommandLine == true else { return }
    for index in regions.indices where regions[index].isDefaultArea {
      let isMarked = regions[index].node?.isMarkedDefault
      regions[index].isBypassed = isMarked != false
      if isMarked == true { regions[index].isTouched = false }
    }
  }

  /// Whether the same tree, command line and configuration make both layouts.
  func makesSameChange(as other: Draft) -> Bool {
    patch == other.patch && carried?.size == other.carried?.size
      && bootTarget.commandLine == other.bootTarget.commandLine
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
      layout: layout,
      moves: moves
    )
  }
}

extension Target {
  /// The target with `cma=` at the end of its command line, where it wins over earlier ones.
  func with(cma size: ByteCount, at base: PhysicalAddress) -> Target {
    let word = "cma=\(size.kernelText)@\(base.hexadecimal)"
    return Target(
      kernel: kernel,
      iommu: iommu,
      commandLine: commandLine.isEmpty ? word : commandLine + " " + word
    )
  }

  /// The target with a kernel that makes a default area of this size, in whole MiB.
  func with(defaultArea size: ByteCount) -> Target {
    var config = kernel.config
    let whole = (size.rawValue + (1 << 20) - 1) >> 20
    config.defaultAreaSize = .bytes(.mib(whole))
    return Target(
      kernel: KernelTarget(
        version: kernel.version,
        architecture: kernel.architecture,
        config: config
      ),
      iommu: iommu,
      commandLine: commandLine
    )
  }
}

extension ByteCount {
  /// The size as the kernel's `memparse` reads it, in the biggest unit that states it.
  public var kernelText: String {
    if rawValue & 0xf_ffff == 0 { return "\(rawValue >> 20)M" }
    return rawValue & 0x3ff == 0 ? "\(rawValue >> 10)K" : "\(rawValue)"
  }
}
