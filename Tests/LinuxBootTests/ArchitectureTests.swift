import DeviceTree
import LinuxBoot
import Testing

struct ArchitectureTests {
  @Test(
    arguments: [
      ("arm,cortex-a7", Architecture.arm), ("arm,cortex-a72", .arm64), ("arm,armv8", .arm64),
      ("arm,arm926ej-s", .arm), ("qcom,kryo", .arm64), ("riscv", .riscv64),
      ("sifive,u74", .riscv64),
      ("unknown,core", nil),
    ] as [(String, Architecture?)]
  ) func `the core says the architecture`(
    _ core: String,
    _ architecture: Architecture?
  ) throws {
    var editor = try BlobEditor()
    try editor.addNode("cpus", under: "/")
    try editor.addNode("cpu@0", under: "/cpus")
    try editor.set("compatible", toStrings: [core], at: "/cpus/cpu@0")
    #expect(Architecture.guess(try editor.tree()) == architecture)
  }

  @Test func `recorded boots are recognised`() throws {
    for set in [OracleCase.KernelSet.arm64, .riscv64] {
      let tree = try DeviceTree(blob: try #require(set.cases.first).blob())
      #expect(Architecture.guess(tree) == set.target.architecture)
    }
  }
}
