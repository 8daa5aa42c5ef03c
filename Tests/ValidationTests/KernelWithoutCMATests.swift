import Diagnostics
import Testing
import Validation

@Suite struct KernelWithoutCMATests {
  private let config = "CONFIG_ARM64=y\nCONFIG_CMA=y\n# CONFIG_DMA_CMA is not set\n"

  /// A pool that only policy has would be asked for in vain, like one of the tree.
  @Test func poolsThatPolicyAddsCount() throws {
    let policy = quirk("pools: {camera: {kind: cma, size: 4MiB}}")
    let found = try findings(TreeText.board(), policy: policy, config: config)
      .of("kernel-without-cma")
    #expect(
      found.map(\.message) == ["the kernel has no `CONFIG_DMA_CMA`: nothing takes `camera`"]
    )
    #expect(found.first?.primary.location.description == "policy.yaml:5:35")
  }

  @Test func coherentPoolsNeedNoCMA() throws {
    let policy = quirk("pools: {camera: {kind: coherent, size: 4MiB}}")
    let found = try findings(TreeText.board(), policy: policy, config: config)
    #expect(found.of("kernel-without-cma").isEmpty)
  }
}
