import Testing

@testable import LinuxBoot

/// Sizes on the command line that Linux reads otherwise than they are meant.
@Suite struct CommandLineFaultTests {
  @Test func whatIsReadIsSaid() {
    func fault(_ line: String) -> CommandLineFault? { CommandLine(line).memoryFaults.first }
    #expect(fault("cma=1.5G")?.kind == .part(rest: ".5G"))
    #expect(fault("cma=1.5G")?.reading == 1)
    #expect(fault("cma=96MiB")?.kind == .unitTail(rest: "iB"))
    #expect(fault("cma=96MiB")?.reading == 96 << 20)
    #expect(fault("cma=banana")?.kind == .nothing)
    #expect(fault("hugetlb-cma=x")?.kind == .nothing, "`-` and `_` are the same in names")
    #expect(fault("cma=96MB")?.kind == .unitTail(rest: "B"))
    #expect(fault("cma=96Mx")?.kind == .part(rest: "x"))
    #expect(fault("cma")?.kind == .nothing && fault("cma")?.reading == 0)
    #expect(fault("mem=nopentium") == nil)
    #expect(fault("quiet -- cma=banana") == nil, "behind `--` everything is for init")
  }

  @Test func theWholeLineFollowsFromTheConfiguration() {
    var config = KernelConfig(version: KernelVersion(6, 12), architecture: .arm64)
    config.commandLine = "cma=8M"
    #expect(config.wholeCommandLine(given: "quiet") == "quiet")
    #expect(config.wholeCommandLine(given: "") == "cma=8M")
    config.commandLineUse = .extend
    #expect(config.wholeCommandLine(given: "quiet") == "quiet cma=8M")
    config.commandLineUse = .force
    #expect(config.wholeCommandLine(given: "quiet") == "cma=8M")
  }

  @Test func aConfigurationStatesItsVersion() {
    let head = "#\n# Automatically generated\n# Linux/arm64 6.1.90 Kernel Configuration\n#\n"
    #expect(KernelConfig.statedVersion(head) == KernelVersion(6, 1, 90))
    #expect(KernelConfig.statedVersion("CONFIG_CMA=y\n") == nil)
    for before in [0, 8, 9] {
      let text = String(repeating: "#\n", count: before) + "# Linux/arm64 6.1.90\nCONFIG_CMA=y\n"
      let stated = KernelConfig.statedVersion(text)
      #expect(stated == (before < 9 ? KernelVersion(6, 1, 90) : nil), "after \(before) lines")
    }
  }
}
