/// The kernel to be booted, as policy states it.
public struct TargetPolicy: Sendable {
  /// The kernel version.
  public let linux: Sourced<String>?
  /// The architecture; nil for what the tree's CPUs say.
  public let architecture: Sourced<String>?
  /// PAGE_SIZE.
  public let pageSize: Sourced<SizeExpression>?
  /// CONFIG_CMA_ALIGNMENT.
  public let cmaAlignment: Sourced<UInt64>?
  /// CONFIG_CMA_AREAS.
  public let cmaAreas: Sourced<UInt64>?
  /// The size of the default CMA area where neither tree nor command line has one.
  public let defaultCMA: Sourced<SizeExpression>?
  /// Whether the kernel drives the IOMMUs: `on`, `off` or `passthrough`.
  public let iommu: Sourced<String>?
  /// Words for the command line.
  public let commandLine: Sourced<String>?
}

extension EffectivePolicy {
  /// The target on an architecture; settings that differ by architecture give that one's value.
  public func target(onArchitecture architecture: String) -> TargetPolicy {
    let target = value["target"]
    func perArchitecture(_ key: String) -> (PolicyValue, String)? {
      guard let target, let found = target[key] else { return nil }
      return found.text != nil ? (target, key) : (found, architecture)
    }
    return TargetPolicy(
      linux: target?.text("linux"),
      architecture: target?.text("arch"),
      pageSize: target?.size("page-size"),
      cmaAlignment: perArchitecture("cma-alignment").flatMap { $0.0.count($0.1) },
      cmaAreas: perArchitecture("cma-areas").flatMap { $0.0.count($0.1) },
      defaultCMA: perArchitecture("default-cma").flatMap { $0.0.size($0.1) },
      iommu: target?.text("iommu"),
      commandLine: target?.text("cmdline")
    )
  }
}
