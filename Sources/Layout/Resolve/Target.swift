public import Board
public import LinuxBoot
import PhysicalMemory
public import Policy

/// What the user stated of the kernel instead of what policy says.
public struct TargetChoice: Sendable {
  /// `--linux`.
  public var linux: String?
  /// The text of `--kernel-config`.
  public var kernelConfig: String?
  /// `--cmdline`.
  public var commandLine: String?

  /// Nothing stated.
  public init(linux: String? = nil, kernelConfig: String? = nil, commandLine: String? = nil) {
    self.linux = linux
    self.kernelConfig = kernelConfig
    self.commandLine = commandLine
  }
}

/// The kernel to be booted, with how it drives IOMMUs and its command line.
public struct Target: Sendable {
  /// Version, architecture, configuration.
  public let kernel: KernelTarget
  /// `on`, `off` or `passthrough`.
  public let iommu: String
  /// The command line that holds: the user's, else policy's, else the tree's.
  public let commandLine: String

  /// A target of these parts.
  init(kernel: KernelTarget, iommu: String, commandLine: String) {
    self.kernel = kernel
    self.iommu = iommu
    self.commandLine = commandLine
  }

  /// The target for `board` under `policy`.
  ///
  /// The command line overrides policy, and a `.config` overrides every setting that policy states
  /// of the configuration.
  public init(board: Board, policy: EffectivePolicy, choice: TargetChoice) {
    let guessed = Architecture.guess(board.tree) ?? .arm64
    let general = policy.target(onArchitecture: guessed.rawValue)
    let architecture =
      general.architecture.flatMap { Architecture(rawValue: $0.value) } ?? guessed
    let stated = policy.target(onArchitecture: architecture.rawValue)
    let version =
      (choice.linux ?? stated.linux?.value).flatMap { KernelVersion($0) } ?? KernelVersion(6, 12)
    let config =
      choice.kernelConfig.map {
        KernelConfig(text: $0, version: version, architecture: architecture)
      } ?? Self.config(stated, version, architecture)
    kernel = KernelTarget(version: version, architecture: architecture, config: config)
    commandLine =
      choice.commandLine ?? stated.commandLine?.value ?? BootInput.bootArguments(of: board.tree)
    iommu = Self.passesThrough(commandLine) ? "passthrough" : stated.iommu?.value ?? "on"
  }

  /// The configuration of a defconfig with what policy states of it.
  private static func config(
    _ stated: TargetPolicy,
    _ version: KernelVersion,
    _ architecture: Architecture
  ) -> KernelConfig {
    var config = KernelConfig(version: version, architecture: architecture)
    config.cma = true
    config.dmaCMA = true
    config.hugetlbPage = architecture != .arm
    config.zoneDMA = architecture != .riscv64
    if let size = stated.pageSize?.value.bytes(ram: .zero), let page = PageSize(bytes: size) {
      config.pageSize = page
    }
    if let order = stated.cmaAlignment { config.cmaAlignment = Order(UInt8(clamping: order.value)) }
    if let areas = stated.cmaAreas { config.cmaAreas = Int(clamping: areas.value) }
    if let size = stated.defaultCMA?.value {
      if case .percent(let share) = size {
        config.defaultAreaSize = .percentage(Int(clamping: share))
      } else {
        config.defaultAreaSize = .bytes(size.bytes(ram: .zero))
      }
    }
    return config
  }

  /// `iommu.passthrough=1` on the command line (`drivers/iommu/iommu.c: iommu_set_def_domain_type`).
  private static func passesThrough(_ commandLine: String) -> Bool {
    let word = commandLine.split(separator: " ").last { $0.hasPrefix("iommu.passthrough=") }
    return word.map { ["1", "y", "Y", "on"].contains($0.dropFirst("iommu.passthrough=".count)) }
      ?? false
  }
}
