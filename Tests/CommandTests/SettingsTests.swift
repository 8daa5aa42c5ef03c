import Foundation
import Testing

/// The effective settings, and every overridden one with its place.
@Suite struct SettingsTests {
  private struct Document: Decodable {
    struct Variant: Decodable {
      let variant: String
      let settings: [Setting]
    }
    struct Setting: Decodable {
      let name: String
      let value: String
      let from: Place
      let overridden: [Claim]
      let note: String?
    }
    struct Claim: Decodable {
      let value: String
      let from: Place
    }
    struct Place: Decodable, Equatable {
      let kind: String
      var file: String?
      var line: Int?
      var node: String?
      var property: String?
      var option: String?
      var character: Int?
      var layer: String?
    }
    let settings: [Variant]?
  }

  /// A board with a default pool and its own `bootargs`.
  private func board(_ scratch: Scratch) throws -> String {
    let source = """
      /dts-v1/;
      / {
        #address-cells = <1>; #size-cells = <1>;
        compatible = "test,board";
        chosen { bootargs = "console=ttyS0 cma=16M crashkernel=64M"; };
        cpus { #address-cells = <1>; #size-cells = <0>;
          cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <0>; }; };
        memory@40000000 { device_type = "memory"; reg = <0x40000000 0x40000000>; };
        reserved-memory { #address-cells = <1>; #size-cells = <1>; ranges;
          pool { compatible = "shared-dma-pool"; reusable; linux,cma-default; size = <0x4000000>; };
        };
      };
      """
    let file = try scratch.write("b.dts", Array(source.utf8))
    let blob = scratch.path("b.dtb")
    let result = try Command.tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", blob, file)
    try #require(result.status == 0, "\(result.errors)")
    return blob
  }

  private func settings(_ arguments: [String]) throws -> [String: Document.Setting] {
    let result = try Command.dmaplan(["check"] + arguments + ["--format", "json"])
    let document = try JSONDecoder().decode(Document.self, from: Data(result.output.utf8))
    let first = try #require(document.settings?.first, "\(result.errors)")
    return Dictionary(uniqueKeysWithValues: first.settings.map { ($0.name, $0) })
  }

  @Test func theCommandLineBeatsTheTreeAndSaysWhere() throws {
    let scratch = try Scratch()
    let blob = try board(scratch)
    let found = try settings([blob, "--cmdline", "cma=32M quiet cma=48M memmap=1M$0x50000000"])
    let area = try #require(found["default-cma"])
    #expect(area.value == "cma=48M")
    #expect(area.from.option == "--cmdline" && area.from.character == 15)
    #expect(area.overridden.map(\.value) == ["cma=32M", "64 MiB", "32 MiB", "cma=16M"])
    #expect(
      area.overridden.map(\.from.kind) == ["option", "tree", "layer", "tree"],
      "the earlier word, the node, the size of policy, the tree's own line"
    )
    #expect(area.overridden[1].from.node == "/reserved-memory/pool")
    #expect(area.overridden[3].from.node == "/chosen" && area.overridden[3].from.character == 15)
    #expect(area.note?.hasPrefix("48 MiB at 0x") == true)
    #expect(found["memmap"]?.value == "ignored")
    #expect(found["memmap"]?.overridden.map(\.value) == ["memmap=1M$0x50000000"])
    #expect(found["crashkernel"]?.value != "crashkernel=64M", "the tree's line does not hold")
  }

  @Test func aConfigurationBeatsPolicyLineByLine() throws {
    let scratch = try Scratch()
    let blob = try board(scratch)
    let text = """
      # Linux/arm64 6.1.90 Kernel Configuration
      CONFIG_ARM64_16K_PAGES=y
      CONFIG_CMA=y
      CONFIG_DMA_CMA=y
      CONFIG_CMA_AREAS=9
      CONFIG_CMDLINE="cma=8M"
      CONFIG_CMDLINE_FORCE=y
      """
    let config = try scratch.write("kernel.config", Array(text.utf8))
    let found = try settings([blob, "--kernel-config", config, "--linux", "6.12"])
    #expect(found["page-size"]?.value == "16 KiB")
    #expect(found["page-size"]?.from == .init(kind: "kernel-config", file: config, line: 2))
    #expect(found["page-size"]?.overridden.map(\.value) == ["4 KiB"])
    #expect(found["cma-areas"]?.from.line == 5)
    #expect(found["linux"]?.value == "6.12" && found["linux"]?.from.option == "--linux")
    #expect(found["linux"]?.note == "the .config is of Linux 6.1.90")
    #expect(found["command-line"]?.value == "cma=8M", "CONFIG_CMDLINE_FORCE")
    #expect(found["command-line"]?.overridden.first?.from.node == "/chosen")
    #expect(found["default-cma"]?.value == "cma=8M")
    #expect(found["default-cma"]?.overridden.contains { $0.value == "cma=16M" } == true)
  }

  @Test func explainShowsThemAndTakesTheirNames() throws {
    let scratch = try Scratch()
    let blob = try board(scratch)
    let all = try Command.dmaplan("explain", blob, "--ram", "0x4000_0000..+512MiB")
    #expect(all.output.contains("\nSettings\n"))
    #expect(all.output.contains("(--ram)"))
    #expect(all.output.contains("overrides 0x4000_0000..<0x8000_0000  (/memory@40000000:reg)"))
    let area = try Command.dmaplan("explain", blob, "cma")
    #expect(area.output.contains("cma=16M  (/chosen:bootargs, character 15)"))
    #expect(area.output.contains("overrides 64 MiB  (/reserved-memory/pool:linux,cma-default)"))
    #expect(!area.output.contains("page-size"))
    for line in all.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    let wrong = try Command.dmaplan("explain", blob, "pagesize")
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("did you mean `page-size`?"))
  }

  @Test func oneBoardHasAHeadAndAFolderHasNone() throws {
    let scratch = try Scratch()
    let blob = try board(scratch)
    let one = try Command.dmaplan("check", blob)
    #expect(one.errors.hasPrefix("Linux 6.12 arm64, 4 KiB pages; RAM 1 GiB; default CMA cma=16M"))
    #expect(!one.output.contains("Linux 6.12 arm64"), "findings alone go to standard output")
    _ = try Trees.fixture("imx8mm", in: scratch)
    let folder = try Command.dmaplan("check", scratch.url.path(), "--format", "json")
    #expect(folder.output.contains("\"findings\"") && !folder.output.contains("\"settings\""))
  }

  @Test func aPackedConfigurationIsReadAsItIs() throws {
    let scratch = try Scratch()
    let blob = try board(scratch)
    let text = "CONFIG_CMA=y\nCONFIG_DMA_CMA=y\nCONFIG_CMA_AREAS=9\n"
    let plain = try scratch.write("config", Array(text.utf8))
    _ = try Command.tool("gzip", "-k", plain)
    // Nothing but the bytes says what it is.
    try FileManager.default.moveItem(atPath: plain + ".gz", toPath: scratch.path("packed"))
    let arguments = ["check", blob, "--format", "json", "--kernel-config"]
    let first = try Command.dmaplan(arguments + [plain])
    let second = try Command.dmaplan(arguments + [scratch.path("packed")])
    #expect(
      first.output.replacing(plain, with: "X")
        == second.output.replacing(scratch.path("packed"), with: "X")
    )
    let bytes = try Data(contentsOf: URL(filePath: scratch.path("packed")))
    let half = try scratch.write("half", Array(bytes.prefix(bytes.count / 2)))
    let cut = try Command.dmaplan(arguments + [half])
    #expect(cut.status == 2 && cut.output.isEmpty)
    #expect(cut.errors.contains("the gzip file ends too early, at byte \(bytes.count / 2)"))
    #expect(cut.errors.contains("help: "))
  }
}
