import Diagnostics
import Policy
import Testing
import Validation

/// Findings of boards that are rare: each says what it is of, and what to do.
@Suite struct RareFindingTests {
  /// The only finding of a rule: its severity and message.
  private func only(_ found: [Diagnostic], _ rule: RuleID) throws -> Diagnostic {
    let own = found.of(rule)
    try #require(own.count == 1, "\(own.map(\.message)) of \(found.map(\.rule))")
    return own[0]
  }

  @Test func windowsInTheRoot() throws {
    let tree = try TreeText.board { text in
      try text.set("/", "dma-ranges", .cells([0, 0, 0, 0x4000_0000, 0, 0x4000_0000]))
    }
    let finding = try only(findings(tree), "dma-ranges-malformed")
    #expect(finding.message == "`dma-ranges` in the root lead nowhere: no bus is above")
  }

  @Test func onePlaceWithTwoBusAddresses() throws {
    let tree = try TreeText.board { text in
      try text.bus("/soc", windows: [0, 0, 0x4000_0000, 0x1000_0000])
      try text.set(
        "/soc",
        "dma-ranges",
        .cells([0x0, 0, 0x4000_0000, 0x1000_0000, 0x8000_0000, 0, 0x4000_0000, 0x1000_0000])
      )
      try text.node(
        "/soc/dev@0",
        [("reg", .cells([0, 16])), ("compatible", .strings(["test,dev"]))]
      )
    }
    let finding = try only(findings(tree), "dma-ranges-overlap")
    #expect(finding.severity == .note)
    #expect(finding.message.contains("the memory"))
  }

  @Test func aLabelOfATreeWithoutLabels() throws {
    let policy = quirk("devices: {isp: {match: {label: isp}, mask: 32}}")
    let finding = try only(findings(TreeText.board(), policy: policy), "device-absent")
    #expect(finding.message.contains("matched by a label, but the tree has kept none"))
  }

  @Test func aMemoryNodeThatIsDisabled() throws {
    let tree = try TreeText.board { text in
      try text.node(
        "/memory@80000000",
        [
          ("device_type", .strings(["memory"])), ("status", .strings(["disabled"])),
          ("reg", .cells([0, 0x8000_0000, 0, 0x1000_0000])),
        ]
      )
    }
    let finding = try only(findings(tree), "memory-node-ignored")
    #expect(finding.severity == .note)
    #expect(finding.message == "memory node `/memory@80000000` is disabled")
  }

  private func restricted(_ edit: (inout TreeText) throws -> Void = { _ in }) throws
    -> [Diagnostic]
  {
    let tree = try TreeText.board { text in
      try text.region(
        "wifi@50000000",
        .fixed(0x5000_0000, 0x40_0000) + [
          ("compatible", .strings(["restricted-dma-pool"])), ("phandle", .cells([7])),
        ]
      )
      try text.node(
        "/wifi",
        [("compatible", .strings(["test,wifi"])), ("memory-region", .cells([7]))]
      )
      try edit(&text)
    }
    let config =
      "CONFIG_ARM64=y\nCONFIG_CMA=y\nCONFIG_DMA_CMA=y\n# CONFIG_DMA_RESTRICTED_POOL is not set\n"
    return try findings(tree, config: config)
  }

  @Test func aRestrictedPoolThatTheKernelDoesNotKnow() throws {
    let finding = try only(restricted(), "restricted-pool-unusable")
    #expect(finding.severity == .warning)
    #expect(finding.help == "set `CONFIG_DMA_RESTRICTED_POOL=y`")
  }

  /// Firmware's ranges are known from policy; a pool on one is written to by both.
  @Test(arguments: [
    ("pool", "no-map", Severity.error), ("no-map", "reserved", .warning),
  ])
  func aRegionOnMemoryOfFirmware(flag: String, kind: String, severity: Severity) throws {
    let tree = try TreeText.board { text in
      try text.region("shared@50000000", .fixed(0x5000_0000, 0x40_0000, flag))
    }
    let policy = quirk(
      "firmware: {tee: {range: 0x5020_0000..+4MiB, kind: \(kind), owner: OP-TEE}}"
    )
    let finding = try only(findings(tree, policy: policy), "region-over-boot-object")
    #expect(finding.severity == severity)
    #expect(finding.message.contains("lies on memory of `OP-TEE`: they share 2 MiB"))
  }

  /// A carve-out inside of what firmware holds says the same thing twice.
  @Test func aCarveOutThatIsFirmwares() throws {
    let tree = try TreeText.board { text in
      try text.region("tee@50200000", .fixed(0x5020_0000, 0x40_0000))
    }
    let policy = quirk("firmware: {tee: {range: 0x5020_0000..+4MiB, kind: no-map}}")
    #expect(try findings(tree, policy: policy).of("region-over-boot-object").isEmpty)
  }

  @Test func twoBasesOfPolicyThatCollide() throws {
    let policy = quirk(
      "pools: {a: {kind: coherent, size: 4MiB, base: 0x5000_0000}, "
        + "b: {kind: coherent, size: 4MiB, base: 0x5020_0000}}"
    )
    let finding = try only(findings(TreeText.board(), policy: policy), "regions-overlap")
    #expect(finding.message == "`b` lies on `a`")
  }

  @Test func aCrashKernelWithoutAPlace() throws {
    let config = "CONFIG_ARM64=y\nCONFIG_CRASH_DUMP=y\nCONFIG_KEXEC=y\nCONFIG_KEXEC_CORE=y\n"
    let found = try findings(
      TreeText.board(ram: [(0x4000_0000, 0x1000_0000)]),
      config: config,
      commandLine: "crashkernel=512M"
    )
    let finding = try only(found, "crashkernel-unplaceable")
    #expect(finding.message == "`crashkernel=` finds no place")
    #expect(finding.notes.first?.contains("crashkernel") == true)
  }
}
