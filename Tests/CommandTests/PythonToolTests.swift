import Foundation
import Testing

/// What others' validators say of what `compile`, `init` and `schema` write.
///
/// `Scripts/python-tools` installs them; where they can not be had, these tests are skipped and say so.
@Suite struct PythonToolTests {
  static let boards = [
    "allwinner-a20", "exynos4412", "imx8mm", "raspberrypi-4", "unknown-board",
  ]

  private static let folder =
    ProcessInfo.processInfo.environment["DMAPLAN_PYTHON_TOOLS"]
    ?? Command.root.appending(path: ".build/python").path()

  private static func tool(_ name: String) -> String { folder + "/bin/" + name }

  private static var arePresent: Bool {
    Command.has("dtc") && FileManager.default.isExecutableFile(atPath: tool("dt-validate"))
  }

  private static let missing: Comment =
    "dtschema and jsonschema are not there: Scripts/python-tools .build/python installs them"

  /// The DTB, and the tree that `fdtoverlay` makes, pass dt-schema's schemas of reserved memory.
  @Test(.enabled(if: arePresent, missing), arguments: boards)
  func emittedRegionsPassTheirSchemas(name: String) throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture(name, in: scratch)
    let before = try Self.complaints(tree)
    _ = try Command.dmaplan("compile", tree, "-o", scratch.path("out"), "--per-variant")
    let files = try FileManager.default.subpathsOfDirectory(atPath: scratch.path("out")).sorted()
    let overlays = files.filter { $0.hasSuffix("overlay.dtbo") }
    #expect(!overlays.isEmpty)
    for overlay in overlays {
      let folder = scratch.path("out/" + overlay.dropLast("overlay.dtbo".count))
      let merged = folder + "/merged.dtb"
      let applied = try Command.tool(
        "fdtoverlay",
        "-i",
        tree,
        "-o",
        merged,
        folder + "/overlay.dtbo"
      )
      #expect(applied.status == 0, "\(applied.errors)")
      for blob in [folder + "/board.dtb", merged] {
        let new = try Self.complaints(blob).subtracting(before)
        #expect(new.isEmpty, "\(overlay): \(new.sorted().joined(separator: "\n"))")
      }
    }
  }

  /// A validator that never complains would prove nothing.
  @Test(.enabled(if: arePresent, missing))
  func aBadRegionDoesNotPass() throws {
    let scratch = try Scratch()
    let source = """
      /dts-v1/;
      / {
        #address-cells = <1>; #size-cells = <1>; compatible = "a,b"; model = "c";
        reserved-memory {
          #address-cells = <1>; #size-cells = <1>; ranges;
          pool@40000000 {
            compatible = "shared-dma-pool"; reg = <0x40000000 0x1000>; reusable; no-map;
          };
        };
      };
      """
    let file = try scratch.write("bad.dts", Array(source.utf8))
    _ = try Command.tool("dtc", "-q", "-o", scratch.path("bad.dtb"), file)
    #expect(!(try Self.complaints(scratch.path("bad.dtb"))).isEmpty)
  }

  /// What dt-validate says of reserved memory, without the names of files.
  private static func complaints(_ blob: String) throws -> Set<String> {
    let run = try Command.tool(tool("dt-validate"), "-l", "reserved-memory", blob)
    let lines = (run.output + run.errors).split(separator: "\n")
    return Set(lines.map { String($0).replacingOccurrences(of: blob, with: "") })
  }

  /// Every policy of the tree, and every one that `init` writes, is of the schema that `schema` prints.
  @Test(.enabled(if: arePresent, missing))
  func policiesAreOfTheSchema() throws {
    let scratch = try Scratch()
    let schema = try Command.dmaplan("schema")
    #expect(schema.status == 0)
    let file = try scratch.write("schema.json", Array(schema.output.utf8))
    var policies = try ["policies", "fixtures/policies"].flatMap { folder in
      let path = Command.root.appending(path: folder).path()
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        .filter { $0.hasSuffix(".yaml") }.map { path + "/" + $0 }
    }
    for name in Self.boards {
      let tree = try Trees.fixture(name, in: scratch)
      let written = try Command.dmaplan("init", tree)
      policies.append(try scratch.write(name + ".yaml", Array(written.output.utf8)))
    }
    let check = Command.root.appending(path: "Scripts/check-policies").path()
    func run(_ policies: [String]) throws -> Command {
      try Command.tool(Self.tool("python"), [check, file] + policies)
    }
    let good = try run(policies)
    #expect(good.status == 0 && good.output.isEmpty, "\(good.output)\(good.errors)")
    let text = "dmaplan: 1\nname: a\npools: {a: {sise: 1}}\n"
    let bad = try run([try scratch.write("bad.yaml", Array(text.utf8))])
    #expect(bad.status == 1 && bad.output.contains("pools/a"), "\(bad.output)\(bad.errors)")
  }
}
