public import DeviceTree

/// A processor architecture whose early boot is replayed.
public enum Architecture: String, CaseIterable, Hashable, Sendable {
  /// 32-bit Arm with an MMU (`arch/arm`).
  case arm
  /// 64-bit Arm (`arch/arm64`).
  case arm64
  /// 64-bit RISC-V (`arch/riscv`).
  case riscv64

  /// The architecture that the tree's CPUs have, or nil where the tree does not say.
  ///
  /// Looks at the `compatible` of the children of `/cpus`. An `arm,cortex-a*` core says which Arm it
  /// is; `arm,armv8` is 64-bit. A 64-bit core may well run a 32-bit kernel: the caller knows better.
  public static func guess(_ tree: DeviceTree) -> Architecture? {
    guard let cpus = tree.root.child(named: "cpus") else { return nil }
    for cpu in cpus.children where cpu.baseName == "cpu" {
      for name in cpu.compatible {
        if let architecture = architecture(ofCore: name) { return architecture }
      }
      if cpu.has("riscv,isa") || cpu.has("riscv,isa-base") { return .riscv64 }
    }
    return nil
  }

  private static let cores32: Set<String> = [
    "arm,cortex-a5", "arm,cortex-a7", "arm,cortex-a8", "arm,cortex-a9", "arm,cortex-a12",
    "arm,cortex-a15", "arm,cortex-a17", "brcm,brahma-b15", "faraday,fa526", "intel,sa110",
    "intel,sa1100", "marvell,feroceon", "marvell,mohawk", "marvell,pj4a", "marvell,pj4b",
    "marvell,sheeva-v7", "marvell,xsc3", "qcom,krait", "qcom,scorpion",
  ]

  private static func architecture(ofCore name: String) -> Architecture? {
    if cores32.contains(name) { return .arm }
    if name.hasPrefix("arm,arm9") || name.hasPrefix("arm,arm11") { return .arm }
    let prefixes64 = [
      "arm,armv8", "arm,cortex-a", "arm,cortex-x", "arm,kryo", "arm,neoverse", "apple,",
      "cavium,thunder",
      "nvidia,tegra132-denver", "nvidia,tegra186-denver", "nvidia,carmel", "qcom,kryo",
      "qcom,oryon", "brcm,vulcan", "apm,", "fujitsu,a64fx", "hisilicon,tsv110", "ampere,",
    ]
    if prefixes64.contains(where: name.hasPrefix) { return .arm64 }
    if name == "riscv" || name.hasPrefix("riscv,") || name.hasPrefix("sifive,") { return .riscv64 }
    return nil
  }
}
