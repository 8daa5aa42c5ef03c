import Foundation
import Testing

/// `check --fix` changes what has one reading, keeps the rest, and writes whole files.
@Suite struct FixTests {
  private func fix(_ text: String) throws -> (after: String, result: Command) {
    let scratch = try Scratch()
    let tree = try Trees.fixture("imx8mm", in: scratch)
    let policy = try scratch.write("p.yaml", Array(text.utf8))
    let result = try Command.dmaplan("check", tree, "--policy", policy, "--fix")
    return (try scratch.text("p.yaml"), result)
  }

  private func layer(_ pool: String) -> String {
    "# a comment\ndmaplan: 1\nname: p\npools:\n  a: {kind: cma, \(pool)}  # kept\n"
  }

  @Test(arguments: [
    ("size: 96 MiB", "size: 96MiB"), ("size: 1.5GiB", "size: 1536MiB"),
    ("size: 0.5M", "size: 512K"),
    ("size: 0o17", "size: 15"), ("size: 0b101", "size: 5"),
    ("size: 1MiB, default: yes", "size: 1MiB, default: true"),
    ("size: 1MiB, default: Off", "size: 1MiB, default: false"),
    ("size: 96 MiB, default: yes", "size: 96MiB, default: true"),
  ])
  func whatHasOneReadingIsMended(before: String, after: String) throws {
    let fixed = try fix(layer(before))
    #expect(fixed.after == layer(after))
    #expect(fixed.result.errors.contains("applied"))
    #expect(!fixed.result.output.contains("bad-value"), "and checked again")
  }

  @Test(arguments: [
    "size: 96 MB", "size: 1.3KiB", "size: 017", "sizze: 96MiB", "size: -4MiB",
    "size: 1MiB, within: 0x5000_0000..0x4000_0000", "size: 1MiB, form: dynamc",
  ])
  func whatNeedsAPersonStays(before: String) throws {
    let fixed = try fix(layer(before))
    #expect(fixed.after == layer(before))
    #expect(fixed.result.status != 0)
    #expect(fixed.result.output.contains("= help: "))
  }

  @Test(arguments: [
    ("size: 96 MB", "size: 96MiB"), ("sizze: 96MiB", "size: 96MiB"),
    ("size: 1MiB, within: 0x5000_0000..0x4000_0000", "within: 0x4000_0000..0x5000_0000"),
    ("size: 1MiB, form: dynamc", "form: dynamic"),
  ])
  func whatNeedsAPersonIsOffered(before: String, after: String) throws {
    let fixed = try fix(layer(before))
    #expect(fixed.result.unwrapped.contains("review: `check --fix` leaves it to you"))
    let added = fixed.result.output.split(separator: "\n").filter { $0.hasPrefix(" 5 + ") }
    #expect(added.contains { $0.contains(after) }, "\(added)")
  }

  @Test func helpOfNumbersSaysWhatToWrite() throws {
    #expect(try fix(layer("size: -4MiB")).result.output.contains("below zero"))
    let scratch = try Scratch()
    let tree = try Trees.fixture("imx8mm", in: scratch)
    let policy = try scratch.write("p.yaml", Array(layer("size: 1.3MiB").utf8))
    let result = try Command.dmaplan("check", tree, "--policy", policy)
    #expect(result.output.contains("write the next smaller unit"))
  }
}
