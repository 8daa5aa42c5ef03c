import Diagnostics
import Testing

@Suite struct FingerprintTests {
  private let sources = [Samples.file: Samples.policy]

  @Test func namesBoardRulePathsAndKeys() {
    #expect(
      Samples.outOfReach.fingerprintKey(board: "fsl,imx8mp-evk", sources: sources)
        == """
        fsl,imx8mp-evk
        pool-out-of-reach
        policy imx8mp.yaml pools/camera camera
        policy imx8mp.yaml pools/camera/base 0x1_4000_0000
        tree /soc dma-ranges
        """.split(separator: "\n").map(String.init).reordered([0, 1, 3, 2, 4])
    )
    #expect(
      Samples.unknownKey.fingerprintKey(board: "b")
        == "b\nunknown-key\npolicy imx8mp.yaml algnment"
    )
  }

  @Test func outlivesEditsElsewhere() {
    let moved = SourceText(
      file: Samples.file,
      text: "# new\n\n" + (1...40).map { Samples.policy.line($0) ?? "" }.joined(separator: "\n")
    )
    let before = Samples.unknownKey.fingerprintKey(board: "b", sources: sources)
    let after = Diagnostic(
      "unknown-key",
      .error,
      "other words",
      at: Samples.place(18, 5..<13, "other label")
    ).fingerprintKey(board: "b", sources: [Samples.file: moved])
    #expect(before == after)
    let other = Diagnostic(
      "unknown-key",
      .error,
      "other words",
      at: Samples.place(15, 5..<9, "")
    ).fingerprintKey(board: "b", sources: sources)
    #expect(before != other)
  }
}

extension [String] {
  fileprivate func reordered(_ order: [Int]) -> String {
    order.map { self[$0] }.joined(separator: "\n")
  }
}
