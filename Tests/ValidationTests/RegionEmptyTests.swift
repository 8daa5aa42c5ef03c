import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct RegionEmptyTests {
  private func tree(status: String) throws -> DeviceTree {
    try TreeText.board {
      try $0.region("nvram@0", .fixed(0, 0, "no-map") + [("status", .strings([status]))])
    }
  }

  @Test func noBytes() throws {
    #expect(try findings(tree(status: "okay")).of("region-empty").count == 1)
  }

  @Test func aDisabledPlaceholder() throws {
    #expect(try findings(tree(status: "disabled")).isEmpty)
  }
}
