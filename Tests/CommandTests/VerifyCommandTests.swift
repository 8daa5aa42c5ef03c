import Foundation
import Testing

@Suite struct VerifyCommandTests {
  private static let fixtures = Command.root.appending(path: "fixtures")

  private func verify(
    _ tree: String,
    _ log: String,
    _ arguments: String...
  ) throws -> Command {
    try Command.dmaplan(
      [
        "verify", Self.fixtures.appending(path: "oracle/cases/\(tree)/merged.dtb").path(), "--log",
        Self.fixtures.appending(path: "oracle-logs/\(log).txt").path(), "--kernel-config",
        Self.fixtures.appending(path: "oracle/kernel.config").path(),
      ] + arguments
    )
  }

  @Test func aLogAgreesWithItsTree() throws {
    let result = try verify("dyn-order-4", "dyn-order-4")
    #expect(result.status == 0)
    #expect(
      result.output == """
        Log of Linux 6.1.0-56-arm64, dmaplan oracle.
        Compared: RAM (512 MiB), zones, 1 message about reserved memory, the memblock lists.
        The log agrees with the prediction.

        """
    )
    #expect(result.errors.isEmpty)
  }

  @Test(arguments: [
    ("none-ram-512m", "cma-64m", "log-command-line", "`cma=64M`"),
    ("none-ram-512m", "mem-256m-static", "log-command-line", "`mem=256M`"),
    (
      "cma-static-default", "cma-0-dt-default", "log-command-line",
      "won over the default pool `cma`"
    ),
    ("none-ram-512m", "banks-three-reversed", "log-ram", "lacks 128 MiB"),
    ("dmar-3g", "mix-8g", "log-ram", "has 4 GiB more"),
    ("none-ram-512m", "versal-none", "log-of-another-board", "Xilinx Versal"),
    ("none-ram-512m", "static-nomap", "log-unexpected-reservation", "0x5000_0000..<0x5040_0000"),
    ("cma-static-default", "none-ram-512m", "log-region", "did not set up `cma@50000000`"),
    ("none-ram-512m", "cma-static-default", "log-region", "`cma@50000000`, which this tree does"),
    ("none-ram-512m", "dyn-order-4", "log-unexpected-reservation", "placed 4 regions"),
    ("none-ram-512m", "cma-outside", "log-region", "`cma@80000000`"),
  ])
  func aNeighboursLogIsExplained(tree: String, log: String, rule: String, text: String) throws {
    let result = try verify(tree, log)
    #expect(result.status == 1)
    let lines = result.unwrapped.split(separator: "\n")
    #expect(
      lines.contains { $0.hasPrefix("error[\(rule)]: ") && $0.contains(text) },
      "\(result.output)"
    )
  }

  @Test func anotherVersionIsSaid() throws {
    let result = try verify("none-ram-512m", "none-ram-512m", "--linux", "6.12")
    #expect(result.status == 1)
    #expect(result.unwrapped.contains("is of Linux 6.1.0-56-arm64, not of 6.12"))
    #expect(result.output.contains("1 difference."))
    #expect(try verify("none-ram-512m", "none-ram-512m", "--linux", "6.1").status == 0)
  }

  @Test func anOverlayThatTheBoardDoesNotApply() throws {
    let scratch = try Scratch()
    let source = try scratch.write(
      "camera.dts",
      Array(
        """
        /dts-v1/; /plugin/;
        / { fragment@0 { target-path = "/"; __overlay__ { reserved-memory {
          #address-cells = <2>; #size-cells = <2>; ranges;
          camera@50000000 { compatible = "shared-dma-pool"; reusable; reg = <0 0x50000000 0 0x2000000>; };
        }; }; }; };
        """.utf8
      )
    )
    let overlay = scratch.path("camera.dtbo")
    let compiled = try Command.tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", overlay, source)
    try #require(compiled.status == 0, "dtc: \(compiled.errors)")
    let result = try verify("none-ram-512m", "none-ram-512m", "--overlay", overlay)
    #expect(result.status == 1)
    #expect(result.unwrapped.contains("error[log-overlay-missing]: the kernel of"))
    #expect(result.unwrapped.contains("did not get the overlay \(overlay)"))
    #expect(!result.output.contains("log-region"))
  }

  @Test func machinesGetFindings() throws {
    let result = try verify("none-ram-512m", "cma-64m", "--format", "json")
    #expect(result.status == 1)
    let document =
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect(document?["schema"] as? String == "dmaplan-findings/1")
    let findings = document?["findings"] as? [[String: Any]]
    #expect(findings?.map { $0["rule"] as? String } == ["log-command-line"])
  }

  @Test func whatIsNoLogExitsWith2() throws {
    let scratch = try Scratch()
    let tree = Self.fixtures.appending(path: "oracle/cases/cma-64m/merged.dtb").path()
    let files: [(String, [UInt8], String)] = [
      ("empty", [], "no line of a booting kernel"),
      ("text", Array("hello\n".utf8), "no line of a booting kernel"),
      ("gzip", [0x1f, 0x8b, 8, 0], "compressed"),
    ]
    for (name, bytes, text) in files {
      let result = try Command.dmaplan("verify", tree, "--log", try scratch.write(name, bytes))
      #expect(result.status == 2, "\(name)")
      #expect(result.errors.contains(text), "\(name): \(result.errors)")
    }
  }
}
