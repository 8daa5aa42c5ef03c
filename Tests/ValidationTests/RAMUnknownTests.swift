import Diagnostics
import Testing
import Validation

@Suite struct RAMUnknownTests {
  @Test func nothingIsStated() throws {
    #expect(try findings(TreeText.board(ram: [])).map(\.rule) == ["ram-unknown"])
  }

  @Test func policyStatesIt() throws {
    let found = try findings(
      TreeText.board(ram: []),
      policy: quirk("variants: {1g: [0x4000_0000..+1GiB]}")
    )
    #expect(found.of("ram-unknown").isEmpty)
  }

  @Test func theTreeStatesIt() throws { #expect(try findings(TreeText.board()).isEmpty) }
}
