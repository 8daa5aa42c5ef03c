import Foundation
import Testing

@Suite struct InitTests {
  /// What `init` writes finds no new error, is of the schema's keys, and changes no place.
  @Test(
    .enabled(if: Command.has("dtc"), "dtc is not installed"),
    arguments: [
      "allwinner-a20", "exynos4412", "imx8mm", "raspberrypi-4", "unknown-board", "faulty-board",
    ]
  )
  func startingPolicyPasses(name: String) throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture(name, in: scratch)
    let written = try Command.dmaplan("init", tree)
    #expect(written.status == 0, "\(written.errors)")
    #expect(written.output.hasPrefix("# yaml-language-server: $schema="))
    #expect(written.output.contains("\ndevices:\n"))
    let policy = try scratch.write("init.yaml", Array(written.output.utf8))
    let before = try Command.dmaplan("check", tree, "--format", "concise")
    let after = try Command.dmaplan("check", tree, "--format", "concise", "--policy", policy)
    #expect(after.status == before.status, "\(after.output)\(after.errors)")
    if name != "faulty-board" { #expect(after.status == 0, "\(after.output)\(after.errors)") }
  }

  @Test(.enabled(if: Command.has("dtc"), "dtc is not installed"))
  func itSaysWhatTheTreeSays() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("exynos4412", in: scratch)
    let text = try Command.dmaplan("init", tree, "--no-builtin").output
    #expect(text.contains("variants:\n  2047m: [0x4000_0000..+2047MiB]"), "\(text)")
    #expect(text.contains("  \"region-mfc-right\":"))
    #expect(text.contains("  # No layer knows this one, but the tree gives it a pool"))
    let again = try Command.dmaplan("init", tree, "--no-builtin").output
    #expect(again == text)
  }
}
