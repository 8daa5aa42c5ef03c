import Diagnostics
import Testing
import Validation

@Suite struct SizeMissingTests {
  @Test func aPoolWithoutSize() throws {
    let found = try findings(TreeText.board(), policy: quirk("pools: {camera: {kind: cma}}"))
    #expect(found.of("size-missing").first?.message == "pool `camera` has no size")
  }

  @Test func aLeastSizeWillDo() throws {
    let found = try findings(
      TreeText.board(),
      policy: quirk("pools: {camera: {kind: cma, at-least: 32MiB}}")
    )
    #expect(found.of("size-missing").isEmpty)
  }
}
