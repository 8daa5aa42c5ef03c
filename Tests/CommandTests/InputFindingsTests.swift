import Foundation
import Testing

/// What is stated beside tree and policy is held against itself.
@Suite struct InputFindingsTests {
  private func check(_ arguments: String...) throws -> [String] {
    let scratch = try Scratch()
    let tree = try Trees.fixture("imx8mm", in: scratch)
    let result = try Command.dmaplan(["check", tree, "--format", "concise"] + arguments)
    return result.output.split(separator: "\n").map(String.init)
      .filter { $0.contains("error[") || $0.contains("warning[") || $0.contains("note[") }
  }

  private func rules(_ lines: [String], _ rule: String) -> [String] {
    lines.filter { $0.contains("[\(rule)]") }
  }

  @Test func overlappingRAMIsAnError() throws {
    let wrong = try check("--ram", "0x4000_0000..+1GiB,0x6000_0000..+1GiB")
    #expect(rules(wrong, "ram-overlaps").count == 1)
    #expect(rules(wrong, "ram-overlaps").first?.contains("overlap by 512 MiB") == true)
    let right = try check("--ram", "0x4000_0000..+1GiB,0x8000_0000..+1GiB")
    #expect(rules(right, "ram-overlaps").isEmpty, "neighbours")
    let within = try check("--ram", "0x4000_0000..+2GiB,0x5000_0000..+1MiB,0x6000_0000..+1MiB")
    #expect(rules(within, "ram-overlaps").count == 2)
  }

  @Test func overlappingRAMOfPolicyHasItsLine() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("imx8mm", in: scratch)
    let text = """
      dmaplan: 1
      name: p
      why: a test
      match: {any: true}
      variants:
        x: [0x4000_0000..+1GiB, 0x7000_0000..+1GiB]
      """
    let policy = try scratch.write("p.yaml", Array(text.utf8))
    let result = try Command.dmaplan("check", tree, "--policy", policy, "--format", "concise")
    #expect(result.output.contains("p.yaml:6:27: error[ram-overlaps]"), "\(result.output)")
  }

  @Test func bootObjectsLieInRAMAndApart() throws {
    let ram = ["--ram", "0x4000_0000..+1GiB"]
    func check(_ objects: String...) throws -> [String] {
      let scratch = try Scratch()
      let tree = try Trees.fixture("imx8mm", in: scratch)
      let options = objects.flatMap { ["--boot-object", $0] }
      let result = try Command.dmaplan(["check", tree, "--format", "concise"] + ram + options)
      return result.output.split(separator: "\n").map(String.init)
    }
    #expect(
      rules(try check("kernel=0x0+32MiB"), "boot-object-outside-ram").first?.contains("error")
        == true
    )
    #expect(
      rules(try check("dtb=0x0+64KiB"), "boot-object-outside-ram").first?.contains("warning")
        == true
    )
    let half = try check("initrd=0x7fff_f000+64KiB")
    #expect(rules(half, "boot-object-outside-ram").count == 1, "half of it")
    let good = try check("kernel=0x4020_0000+32MiB", "initrd=0x4220_0000+1MiB")
    #expect(good.allSatisfy { !$0.contains("boot-object") }, "neighbours")
    let over = try check("kernel=0x4020_0000+32MiB", "initrd=0x4210_0000+1MiB")
    #expect(rules(over, "boot-objects-overlap").count == 1)
  }

  @Test(arguments: [
    ("cma=banana", "error"), ("cma", "error"), ("cma=1.5G", "error"), ("cma=96MiB", "note"),
    ("mem=banana", "error"), ("cma=64M@0x50000000-banana", ""), ("cma=0", ""), ("cma=96M", ""),
    ("crashkernel=512M-2G:64M,2G-:128M@16M", ""), ("crashkernel=256M,high", ""),
    ("crashkernel=auto", "error"), ("hugetlb_cma=0:1G,1:1G", ""), ("mem=512M@0x40000000", ""),
    ("coherent_pool=2M", ""), ("coherent_pool=two", "error"), ("console=ttyS0", ""),
  ])
  func sizesAreAsLinuxReadsThem(word: String, severity: String) throws {
    let found = rules(try check("--cmdline", word), "command-line-malformed")
    #expect(found.count == (severity.isEmpty ? 0 : 1), "\(found)")
    if !severity.isEmpty { #expect(found.first?.contains("\(severity)[") == true) }
  }

  @Test func policyRatesAndAcceptsThem() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("imx8mm", in: scratch)
    func findings(_ rules: String) throws -> String {
      let policy = try scratch.write("p.yaml", Array("dmaplan: 1\nname: p\n\(rules)\n".utf8))
      return try Command.dmaplan(
        "check",
        tree,
        "--policy",
        policy,
        "--cmdline",
        "cma=banana",
        "--format",
        "concise"
      ).output
    }
    #expect(
      try findings("rules: {command-line-malformed: note}").contains("note[command-line-malformed]")
    )
    #expect(
      !(try findings("rules: {command-line-malformed: off}").contains("command-line-malformed"))
    )
    let waived = "waive: [{rule: command-line-malformed, why: a test}]"
    #expect(!(try findings(waived).contains("malformed")))
    #expect(
      try findings("rules: {unknown-key: note}").contains(
        "`unknown-key` is no rule: its severity is fixed"
      )
    )
  }
}
