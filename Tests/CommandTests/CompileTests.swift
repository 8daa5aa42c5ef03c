import Foundation
import Testing

/// What `compile` writes on request, and `diff` of it.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct CompileTests {
  private func policy(_ pools: String, in scratch: Scratch) throws -> String {
    let text = """
      dmaplan: 1
      name: p
      why: a test
      match: {compatible: "raspberrypi,4-model-b"}
      pools: {"linux,cma": {\(pools)}}
      """
    return try scratch.write("p.yaml", Array(text.utf8))
  }

  @Test func oneLayoutForAllVariantsOrOneForEach() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let size = try policy("size: 384MiB", in: scratch)
    let out = scratch.path("one")
    let one = try Command.dmaplan("compile", tree, "-o", out, "--policy", size)
    #expect(one.status == 0, "\(one.errors)")
    #expect(one.output.hasPrefix("one layout serves every variant: 1g, 2g, 4g, 8g\n"))
    let whole = try Layout(scratch.text("one/layout.json"))
    for name in ["2g", "4g", "8g"] {
      #expect(try Layout(scratch.text("one/layout-\(name).json")).places == whole.places)
    }
    let each = try Command.dmaplan(
      ["compile", tree, "-o", scratch.path("each"), "--policy", size, "--per-variant"]
    )
    #expect(each.status == 0)
    for name in ["1g", "2g", "4g", "8g"] {
      #expect(try scratch.text("each/\(name)/overlay.dts").contains("/plugin/"))
    }
  }

  /// `cma=` on the command line, with the node gone: a boot of what was written gives the place.
  @Test func viaTheCommandLine() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let size = try policy("size: 384MiB", in: scratch)
    let out = scratch.path("out")
    let result = try Command.dmaplan(
      ["compile", tree, "-o", out, "--policy", size, "--via", "cmdline"]
    )
    #expect(result.status == 0, "\(result.errors)")
    let words = try scratch.text("out/cmdline.txt")
    let layout = try Layout(scratch.text("out/layout.json"))
    let pool = try #require(layout.regions.first { $0.default })
    #expect(words == "cma=384M@\(pool.base)\n")
    for blob in ["board.dtb", "merged.dtb"] {
      if blob == "merged.dtb" {
        guard Command.has("fdtoverlay") else { continue }
        let overlay = out + "/overlay.dtbo"
        let merged = try Command.tool("fdtoverlay", "-i", tree, "-o", out + "/" + blob, overlay)
        #expect(merged.status == 0, "\(merged.errors)")
      }
      let again = scratch.path(blob + ".out")
      let booted = try Command.dmaplan(
        [
          "compile", out + "/" + blob, "-o", again, "--variant", "1g",
          "--cmdline", words.trimmingCharacters(in: .newlines),
        ]
      )
      // The board's quirk names the pool by the node that is gone: it means the default area.
      #expect(booted.status == 0, "\(booted.errors)")
      #expect(!booted.errors.contains("pool-unknown"))
      #expect(
        try Layout(scratch.text(blob + ".out/layout.json")).places == layout.places,
        "\(blob)"
      )
    }
    #expect(try scratch.text("out/kernel.config").contains("set by cma= on the command line"))
  }

  @Test func aLockedLayoutStays() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let low = try policy("size: 64MiB, base: 0x1000_0000", in: scratch)
    let first = ["compile", tree, "-o", scratch.path("a"), "--variant", "1g", "--policy", low]
    #expect(try Command.dmaplan(first).status == 0)
    let free = try policy("size: 96MiB", in: scratch)
    let locked = try Command.dmaplan(
      [
        "compile", tree, "-o", scratch.path("b"), "--variant", "1g", "--policy", free,
        "--lock", scratch.path("a/layout.json"),
      ]
    )
    #expect(locked.status == 0, "\(locked.errors)")
    #expect(locked.output.contains("1 of 1 regions stay where the locked layout has them"))
    let layout = try Layout(scratch.text("b/layout.json"))
    #expect(layout.regions.map(\.base) == ["0x10000000"])
    let diff = try Command.dmaplan(
      "diff",
      scratch.path("a/layout.json"),
      scratch.path("b/layout.json")
    )
    #expect(diff.status == 1)
    #expect(diff.output.contains("`linux,cma` grew: "))
    #expect(diff.output.contains("`linux,cma` has 96 MiB instead of 64 MiB"))
    let high = try policy("size: 96MiB, within: 0x2000_0000..0x3000_0000", in: scratch)
    let moved = try Command.dmaplan(
      [
        "compile", tree, "-o", scratch.path("c"), "--variant", "1g", "--policy", high,
        "--lock", scratch.path("a/layout.json"),
      ]
    )
    #expect(moved.output.contains("moved `linux,cma` from 0x1000_0000"))
    #expect(moved.output.contains("it would leave its window"))
  }

  @Test func diffOfBoards() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let same = try Command.dmaplan("diff", tree, tree)
    #expect(same.status == 0)
    #expect(same.output.contains("1g: no difference\n"))
    let json = try Command.dmaplan("diff", tree, tree, "--format", "json")
    #expect(json.output.contains("\"schema\": \"dmaplan-diff/1\""))
    #expect(try Command.dmaplan("diff", tree, scratch.path("none.json")).status == 2)
  }
}
