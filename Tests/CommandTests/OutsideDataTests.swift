import Foundation
import Testing

/// Data from outside that once stopped the program, or made it run for ever.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct OutsideDataTests {
  /// Loaders that find no RAM disk leave an end of 0 behind.
  @Test func anInitialRAMDiskThatEndsBeforeItStarts() throws {
    let scratch = try Scratch()
    let source = """
      /dts-v1/;
      / { #address-cells = <1>; #size-cells = <1>; compatible = "a,board";
        chosen { linux,initrd-start = <0x48000000>; linux,initrd-end = <0x0>; };
        memory@40000000 { device_type = "memory"; reg = <0x40000000 0x40000000>; };
        cpus { #address-cells = <1>; #size-cells = <0>;
          cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <0>; }; };
      };
      """
    let text = try scratch.write("b.dts", Array(source.utf8))
    let tree = scratch.path("b.dtb")
    let built = try Command.tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", tree, text)
    #expect(built.status == 0, "\(built.errors)")
    for command in ["explain", "check", "run"] {
      let result = try Command.dmaplan(command, tree)
      #expect([0, 1].contains(result.status), "\(command): \(result.errors)")
    }
  }

  @Test(arguments: [
    "every: {uniform: 0us..18446744073709551615us}", "every: 18446744073709551615us", "every: 1us",
  ])
  func timesAtTheirLimits(every: String) throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let buffers = every == "every: 1us" ? "[]" : "[{name: b, size: 4KiB}]"
    let policy = """
      dmaplan: 1
      name: p
      why: a test
      match: {compatible: "raspberrypi,4-model-b"}
      workloads:
        limits:
          lasts: 1d
          phases: [{name: one, for: 1h}, {name: two, for: 1h}, {name: three}]
          streams: {s: {device: display-vc4, at: 1s, \(every), for: 1ms, during: [one, three], buffers: \(buffers)}}
      """
    let file = try scratch.write("p.yaml", Array(policy.utf8))
    let result = try Command.dmaplan(
      "stress",
      tree,
      "--variant",
      "1g",
      "--policy",
      file,
      "--workload",
      "limits",
      "--seeds",
      "2"
    )
    #expect([0, 1].contains(result.status), "\(result.errors)")
  }

  @Test func whatALayoutHasDecidedIsRefusedEverywhere() throws {
    for command in ["stress", "compare"] {
      let result = try Command.dmaplan(command, "layout.json", "--ram", "0x0..+1GiB")
      #expect(result.status == 2 && result.errors.contains("--ram is for a DTB"), "\(command)")
    }
    let size = try Command.dmaplan("size", "layout.json")
    #expect(size.status == 2 && size.errors.contains("name its DTB"), "\(size.errors)")
  }
}
