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

  /// Of a board whose RAM the boot loader fills in it is guessed, and the guess says of what.
  @Test(
    .enabled(if: Command.has("dtc"), "dtc is not installed"),
    arguments: [
      ("", "where most such boards have it", "1g: [0x4000_0000..+1GiB]"),
      (
        "memory@20000000 { device_type = \"memory\"; reg = <0x20000000 0>; };",
        "the address of its memory node", "1g: [0x2000_0000..+1GiB]"
      ),
      (
        """
        reserved-memory {
          #address-cells = <1>; #size-cells = <1>; ranges;
          a@92000000 { reg = <0x92000000 0x100000>; no-map; };
          b@f0000000 { reg = <0xf0000000 0x100000>; no-map; };
        };
        """,
        "where its regions lie", "2g: [0x9000_0000..+2GiB]"
      ),
    ]
  )
  func memoryThatTheTreeDoesNotState(nodes: String, evidence: String, variant: String) throws {
    let scratch = try Scratch()
    let cells = "#address-cells = <1>; #size-cells = <1>;"
    let tree = try Trees.compiled(
      "/dts-v1/; / { compatible = \"acme,bare\"; \(cells) \(nodes) };",
      to: "bare.dtb",
      in: scratch
    )
    let text = try Command.dmaplan("init", tree).output
    #expect(text.contains("This is a guess from the tree (\(evidence));"), "\(text)")
    #expect(text.contains("variants:\n  \(variant)"), "\(text)")
    let policy = try scratch.write("init.yaml", Array(text.utf8))
    let checked = try Command.dmaplan("check", tree, "--policy", policy)
    #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
  }
}
