import Foundation
import Testing

@Suite struct PlaceTests {
  private let folder = Command.root.appending(path: "fixtures/placement")

  @Test(arguments: [
    ("mix_n8_g1_s801", "placed", 0), ("feas_n10_f70_b1", "placed", 0),
    ("tripp_T4_s11", "infeasible", 1), ("inf_n10_f70_b2_window", "infeasible", 1),
  ])
  func statusAndExit(name: String, status: String, code: Int32) throws {
    let result = try Command.dmaplan("place", folder.appending(path: name + ".json").path())
    #expect(result.status == code)
    #expect(result.output.contains("\"status\": \"\(status)\""))
    #expect(result.errors.isEmpty)
  }

  @Test func aBudgetThatEndsIsUnknown() throws {
    let path = folder.appending(path: "tripp_T4_s11.json").path()
    let result = try Command.dmaplan("place", path, "--steps", "10")
    #expect(result.status == 1)
    #expect(result.output.hasPrefix("{\"status\": \"unknown\", \"steps\": "))
  }

  @Test func aFaultIsToldAtItsPlace() throws {
    let scratch = try Scratch()
    let text = """
      {"banks": [{"base": "0x0", "size": "0x1000"}],
       "regions": [{"name": "a", "size": "4096", "align": "0x1000", "windows": []}]}
      """
    let path = try scratch.write("p.json", Array(text.utf8))
    let result = try Command.dmaplan("place", path)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("p.json:2:36"), "\(result.errors)")
    #expect(try Command.dmaplan("place", path, "--steps", "-1").status == 2)
    #expect(try Command.dmaplan("place", scratch.path("none.json")).status == 2)
  }
}
