import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct ReservedMemoryMisnamedTests {
  private func tree(_ name: String) throws -> DeviceTree {
    try TreeText.board {
      try $0.node("/" + name)
      try $0.node("/\(name)/tee@56000000", .fixed(0x5600_0000, 0x10_0000, "no-map"))
    }
  }

  @Test func anUnderscore() throws {
    #expect(try findings(tree("reserved_memory")).of("reserved-memory-misnamed").count == 1)
  }

  @Test func anotherName() throws {
    #expect(try findings(tree("firmware-memory")).of("reserved-memory-misnamed").isEmpty)
  }
}
