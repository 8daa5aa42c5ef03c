import Foundation
import Testing

/// One plan, whoever asks for it, however its input is ordered, in whatever form it is written.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct PlanTests {
  private static let head = """
    dmaplan: 1
    name: NAME
    why: a test
    match: {compatible: "raspberrypi,4-model-b"}

    """

  private func layer(_ name: String, _ text: String, in scratch: Scratch) throws -> String {
    let head = Self.head.replacing("NAME", with: name)
    return try scratch.write("\(name).yaml", Array((head + text + "\n").utf8))
  }

  /// What `compile` writes, by file, without the digests of what it read.
  private func written(_ options: [String], _ tree: String, in scratch: Scratch) throws -> [String]
  {
    let out = scratch.path("out-\(UUID().uuidString)")
    let result = try Command.dmaplan(["compile", tree, "-o", out, "--no-report"] + options)
    #expect(result.status == 0, "\(result.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
    return try files.map { file in
      let bytes = try Data(contentsOf: URL(filePath: out + "/" + file))
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      return file + "\n"
        + lines.filter { !$0.contains("digest") && !$0.contains("* policy ") }
        .joined(separator: "\n")
    }
  }

  @Test func theOrderOfFilesAndKeysChangesNothing() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let first = try layer(
      "first",
      """
      pools:
        scans: {kind: cma, size: 48MiB}
        "linux,cma": {size: 128MiB}
        sound: {kind: coherent, size: 3MiB}
      """,
      in: scratch
    )
    let turned = try layer(
      "turned",
      """
      pools:
        sound: {size: 3MiB, kind: coherent}
        "linux,cma": {size: 128MiB}
        scans: {size: 48MiB, kind: cma}
      """,
      in: scratch
    )
    let other = try layer("other", "pools: {log: {kind: carveout, size: 1MiB}}", in: scratch)
    let wanted = try written(["--policy", first, "--policy", other], tree, in: scratch)
    #expect(wanted.count > 8)
    #expect(try written(["--policy", other, "--policy", first], tree, in: scratch) == wanted)
    let again = try written(["--policy", turned, "--policy", other], tree, in: scratch)
    // A layer's name and lines are told as the origin of a value.
    for (one, two) in zip(wanted, again) where !one.hasPrefix("layout") { #expect(one == two) }
  }

  @Test func theOrderOfNodesChangesNothing() throws {
    let scratch = try Scratch()
    let nodes = [
      "a@50000000 { compatible = \"shared-dma-pool\"; reusable; reg = <0x50000000 0x4000000>; };",
      "b@5a000000 { compatible = \"shared-dma-pool\"; no-map; reg = <0x5a000000 0x200000>; };",
      "c@60000000 { no-map; reg = <0x60000000 0x1000>; };",
    ]
    let policy = try scratch.write(
      "p.yaml",
      Array(
        """
        dmaplan: 1
        name: p
        why: a test
        match: {any: true}
        variants: {all: [0x4000_0000..+1GiB]}
        pools: {"a": {size: 96MiB}, "b": {size: 4MiB}}
        """.utf8
      )
    )
    func places(_ nodes: [String], _ name: String) throws -> [String] {
      let source = """
        /dts-v1/;
        / { #address-cells = <1>; #size-cells = <1>; compatible = "a,board";
          cpus { #address-cells = <1>; #size-cells = <0>;
            cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <0>; }; };
          reserved-memory { #address-cells = <1>; #size-cells = <1>; ranges;
            \(nodes.joined(separator: "\n"))
          };
        };
        """
      let text = try scratch.write("\(name).dts", Array(source.utf8))
      let tree = scratch.path("\(name).dtb")
      let built = try Command.tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", tree, text)
      #expect(built.status == 0, "\(built.errors)")
      let out = scratch.path(name)
      let options = ["-o", out, "--policy", policy, "--no-report", "--no-builtin"]
      let result = try Command.dmaplan(["compile", tree] + options + ["--linux", "6.12"])
      #expect(result.status == 0, "\(result.errors)")
      return try Layout(scratch.text("\(name)/layout.json")).places
    }
    let wanted = try places(nodes, "straight")
    #expect(wanted.count == 4, "the three and the kernel's default area: \(wanted)")
    #expect(try places(nodes.reversed(), "turned") == wanted)
  }

  @Test func everyCommandHasTheSharedPlan() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let policy = try layer(
      "p",
      "pools: {\"linux,cma\": {size: 200MiB}, scans: {kind: coherent, size: 5MiB}}\nworkloads: {}",
      in: scratch
    )
    let out = scratch.path("out")
    let options = ["--policy", policy]
    let compiled = try Command.dmaplan(["compile", tree, "-o", out, "--no-report"] + options)
    #expect(compiled.output.hasPrefix("one layout serves every variant"), "\(compiled.errors)")
    let places = try Layout(scratch.text("out/layout.json")).places
    let run = try Command.dmaplan(["run", tree, "--format", "json"] + options)
    let report = try Reported(run.output)
    #expect(report.layouts.count == 4)
    for layout in report.layouts { #expect(layout.places == places) }
    let map = try Command.dmaplan(["map", tree] + options).output
    for region in try Layout(scratch.text("out/layout.json")).regions {
      let digits = region.base.dropFirst(2)
      let base = "0x\(digits.dropLast(4))_\(digits.suffix(4))..<"
      #expect(map.components(separatedBy: base).count == 5, "\(region.name): \(map)")
    }
  }

  private struct Reported: Decodable {
    let layouts: [Layout]
    init(_ text: String) throws {
      self = try JSONDecoder.ofReports.decode(Reported.self, from: Data(text.utf8))
    }
  }

  /// A boot of what was written gives the place of the layout, in each form that the pool can have.
  @Test(arguments: [("form: dynamic", "dt"), ("align: 4MiB", "dt"), ("align: 2MiB", "kconfig")])
  func everyFormIsReadBack(form: String, via: String) throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let policy = try layer("p", "pools: {\"linux,cma\": {size: 200MiB, \(form)}}", in: scratch)
    let out = scratch.path("out")
    let options = ["--policy", policy, "--variant", "4g", "--via", via, "--no-report"]
    let compiled = try Command.dmaplan(["compile", tree, "-o", out] + options)
    #expect(compiled.status == 0, "\(compiled.errors)")
    let pool = try #require(Layout(scratch.text("out/layout.json")).regions.first { $0.default })
    let source = try scratch.text("out/overlay.dts")
    #expect(source.contains("alloc-ranges = ") == (form == "form: dynamic"))
    for blob in ["board.dtb", "merged.dtb"] {
      if blob == "merged.dtb" {
        guard Command.has("fdtoverlay") else { continue }
        let merged = try Command.tool(
          "fdtoverlay",
          "-i",
          tree,
          "-o",
          out + "/merged.dtb",
          out + "/overlay.dtbo"
        )
        #expect(merged.status == 0, "\(merged.errors)")
      }
      let config = via == "kconfig" ? ["--kernel-config", out + "/kernel.config"] : []
      let booted = try Command.dmaplan(
        ["boot", out + "/" + blob, "--variant", "4g", "--format", "json"] + config
      )
      let area = try JSONDecoder.ofReports.decode(
        BootPrediction.self,
        from: Data(booted.output.utf8)
      ).defaultCma
      #expect(area?.size == pool.size, "\(blob): \(booted.errors)")
      // The kernel's configuration states a size; the kernel chooses the place, as predicted.
      #expect(area?.base == pool.base, "\(blob)")
    }
  }

  /// Nothing that U-Boot loads lies over a region.
  @Test func loadAddressesAreClear() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let policy = try layer("p", "pools: {\"linux,cma\": {size: 320MiB}}", in: scratch)
    let out = scratch.path("out")
    let options = ["--policy", policy, "--variant", "1g", "--no-report"]
    #expect(try Command.dmaplan(["compile", tree, "-o", out] + options).status == 0)
    let regions = try Layout(scratch.text("out/layout.json")).regions
    let lines = try scratch.text("out/uboot.env").split(separator: "\n")
    let addresses = lines.compactMap { line -> UInt64? in
      let words = line.split(separator: "=")
      guard words.count == 2, words[0].contains("_addr") else { return nil }
      return UInt64(words[1].dropFirst(2), radix: 16)
    }
    #expect(addresses.count >= 3, "\(lines)")
    #expect(!addresses.contains(0), "U-Boot takes address 0 for none")
    for region in regions {
      let base = try #require(UInt64(region.base.dropFirst(2), radix: 16))
      let size = try #require(UInt64(region.size.dropFirst(2), radix: 16))
      for address in addresses { #expect(!(base..<base + size).contains(address)) }
    }
  }
}
