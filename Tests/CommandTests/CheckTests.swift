import Foundation
import Testing

/// `check` as CI uses it: many trees, a baseline, reports for machines.
@Suite struct CheckTests {
  /// A folder with some good and bad trees, an overlay among them.
  private func boards(_ scratch: Scratch) throws -> String {
    let names = ["raspberrypi-4", "faulty-board", "imx8mm"]
    for name in names { _ = try Trees.fixture(name, in: scratch) }
    let blob = try Data(contentsOf: URL(filePath: scratch.path("raspberrypi-4.dtb")))
    for number in 0..<8 { _ = try scratch.write("copy-\(number).dtb", Array(blob)) }
    _ = try scratch.write("some.dtbo", Array(blob))
    return scratch.url.path()
  }

  @Test(arguments: ["json", "concise", "human", "sarif", "junit", "github"])
  func anyNumberOfJobsGivesTheSameBytes(format: String) throws {
    let scratch = try Scratch()
    let folder = try boards(scratch)
    let arguments = ["check", folder, "--format", format, "--jobs"]
    let one = try Command.dmaplan(arguments + ["1"])
    #expect(!one.output.isEmpty)
    for jobs in ["2", "7"] {
      let many = try Command.dmaplan(arguments + [jobs])
      #expect(many.output == one.output)
      #expect(many.status == one.status)
      #expect(!many.errors.contains("\u{1B}"), "no progress bar but on a terminal")
    }
  }

  @Test func theSummaryCountsByRuleAndOverlaysAreSkipped() throws {
    let scratch = try Scratch()
    let result = try Command.dmaplan("check", try boards(scratch))
    #expect(result.errors.contains("rule "))
    #expect(result.errors.contains("boards\n"))
    #expect(result.errors.contains("1 *.dtbo skipped"))
  }

  @Test func aQuirkForNoBoardOfAFolderIsAWarning() throws {
    let scratch = try Scratch()
    let folder = try boards(scratch)
    let text = "dmaplan: 1\nname: p\nwhy: a test\nmatch: {compatible: \"raspberrypi,4-model-c\"}\n"
    let policy = try scratch.write("p.yaml", Array(text.utf8))
    let arguments = ["--policy", policy, "--format", "concise"]
    let ofFolder = try Command.dmaplan(["check", folder] + arguments)
    #expect(ofFolder.output.contains("warning[quirk-unmatched]: quirk `p` matches no board"))
    #expect(ofFolder.output.contains("help: match `raspberrypi,4-model-b`"))
    let ofOne = try Command.dmaplan(["check", scratch.path("raspberrypi-4.dtb")] + arguments)
    #expect(!ofOne.output.contains("quirk-unmatched"))
  }

  @Test func aBaselineLeavesOnlyWhatIsNew() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let policy = try scratch.write(
      "p.yaml",
      Array("dmaplan: 1\nname: p\npools: {a: {kind: cma, sise: 1MiB}}\n".utf8)
    )
    let arguments = ["check", tree, "--policy", policy, "--format"]
    let first = try Command.dmaplan(arguments + ["json"])
    #expect(first.status == 1)
    let baseline = try scratch.write("base.json", Array(first.output.utf8))
    let again = try Command.dmaplan(arguments + ["concise", "--baseline", baseline])
    #expect(again.output == "")
    #expect(again.status == 0)
    // Lines that move are not new; another mistake is.
    _ = try scratch.write(
      "p.yaml",
      Array("dmaplan: 1\n\nname: p\npools: {a: {kind: cma, sise: 1MiB, bass: 1}}\n".utf8)
    )
    let later = try Command.dmaplan(arguments + ["concise", "--baseline", baseline])
    #expect(later.output.contains("`bass`"))
    #expect(!later.output.contains("`sise`"))
    #expect(later.status == 1)
  }

  @Test func aBaselineThatIsNone() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let broken = try scratch.write("base.json", Array("{\"schema\": \"other\"".utf8))
    #expect(try Command.dmaplan("check", tree, "--baseline", broken).status == 2)
  }

  @Test func theManualIsAtHand() throws {
    let page = try Command.dmaplan("explain", "regions-overlap")
    #expect(page.status == 0)
    #expect(page.output.hasPrefix("regions-overlap ("))
    #expect(page.output.contains("Source: "))
    let slip = try Command.dmaplan("explain", "regions-overlaps")
    #expect(slip.status == 2)
    #expect(slip.errors.contains("did you mean `regions-overlap`?"))
  }

  @Test func acceptedFindingsAreSuppressedInSARIF() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let policy = try scratch.write(
      "p.yaml",
      Array(
        """
        dmaplan: 1
        name: p
        match: {any: true}
        why: a test
        waive: [{rule: buffer-exceeds-pool, why: known}]
        """.utf8
      )
    )
    let result = try Command.dmaplan("check", tree, "--policy", policy, "--format", "sarif")
    #expect(result.output.contains("\"justification\": \"known\""))
  }
}
