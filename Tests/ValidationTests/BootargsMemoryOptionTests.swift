import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct BootargsMemoryOptionTests {
  private func tree(_ arguments: String) throws -> DeviceTree {
    try TreeText.board {
      try $0.region(
        "pool@50000000",
        .fixed(0x5000_0000, 0x400_0000, "pool", "reusable", "linux,cma-default")
      )
      try $0.node("/chosen", [("bootargs", .strings([arguments]))])
    }
  }

  @Test func cmaSwitchesThePoolOff() throws {
    let found = try findings(tree("console=ttyS0 cma=128M")).of("bootargs-memory-option")
    #expect(found.map(\.severity) == [.warning])
  }

  @Test func anyOther() throws {
    #expect(
      try findings(tree("vmalloc=640M")).of("bootargs-memory-option").map(\.severity) == [.note]
    )
    #expect(try findings(tree("console=ttyS0 initcall_mem=1")).of("bootargs-memory-option").isEmpty)
  }
}
