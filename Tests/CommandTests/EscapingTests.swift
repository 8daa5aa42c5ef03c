import Foundation
import FoundationXML
import Testing

/// Names of trees and policies come out as text wherever they are written, and never act.
@Suite struct EscapingTests {
  /// Markup, ends of comments, terminal escapes, quotes, commands of GitHub, and what a shell obeys.
  private static let evil = [
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "--> ]]> */ //",
    "\u{1B}[31mred\u{1B}]0;title\u{7}", "\r\n::error::owned",
    "$(touch pwned)`touch pwned`;touch pwned",
    "&amp;<!--", "%0A::stop-commands::x", "\u{202E}reversed\u{2028}", "${bootargs} \\",
  ]

  private func place() throws -> Scratch {
    let scratch = try Scratch()
    let strings = Self.evil.map { text in
      // What dtc takes: a string with its bytes escaped.
      "\"" + text.utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\""
    }
    let tree = """
      /dts-v1/;
      / {
        compatible = \(strings.joined(separator: ", ")), "acme,evil";
        #address-cells = <1>; #size-cells = <1>;
        memory@40000000 { device_type = "memory"; reg = <0x40000000 0x20000000>; };
        chosen { bootargs = \(strings[0]); };
        reserved-memory {
          #address-cells = <1>; #size-cells = <1>; ranges;
          pool@48000000 { compatible = \(strings.joined(separator: ", ")); reg = <0x48000000 0x100000>; };
          zero@49000000 { compatible = "shared-dma-pool"; reusable; reg = <0x49000000 0x1234>; };
        };
        device@1000 { compatible = "acme,device"; reg = <0x1000 0x1000>; label = \(strings[3]); };
      };
      """
    _ = try scratch.write("evil.dts", Array(tree.utf8))
    let blob = scratch.path("evil.dtb")
    let made = try Command.tool(
      "dtc",
      "-q",
      "-I",
      "dts",
      "-O",
      "dtb",
      "-o",
      blob,
      scratch.path("evil.dts")
    )
    try #require(made.status == 0, "\(made.errors)")
    _ = try scratch.write("evil.yaml", Array(policy.utf8))
    return scratch
  }

  /// A policy whose every free text is evil, with a device that has a pool, a workload and mistakes.
  private var policy: String {
    func quoted(_ text: String) -> String {
      "\""
        + text.unicodeScalars.map { scalar in
          switch scalar {
          case "\"": "\\\""
          case "\\": "\\\\"
          case _ where scalar.value < 0x20:
            "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
          case _ where scalar.value > 0x7E: "\\u" + String(scalar.value, radix: 16)
          default: String(Character(scalar))
          }
        }
        .joined() + "\""
    }
    let text = quoted(Self.evil.joined(separator: " "))
    let workloads = Self.evil.enumerated().map { index, text in
      "  \(quoted(text)): {why: \(quoted(text)), streams: {s\(index): {device: it, buffers: [{size: 3MiB, count: 2}]}}}"
    }
    return """
      dmaplan: 1
      name: \(text)
      match: {compatible: "acme,evil"}
      why: \(text)
      devices:
        it: {match: {path: /device@1000}, reach: 0x4000_0000..+512MiB, pools: [frames], why: \(text)}
        \(quoted(Self.evil[0])): {match: {path: /nowhere}, why: \(text)}
      pools:
        frames: {kind: cma, size: 16MiB, why: \(text)}
        \(quoted(Self.evil[1])): {kind: cma, size: banana}
      workloads:
      \(workloads.joined(separator: "\n"))

      """
  }

  /// Runs the program in the folder; what it writes is there and in the result.
  private func run(_ arguments: [String], in scratch: Scratch) throws -> Command {
    let words = arguments.map { "'\($0)'" }.joined(separator: " ")
    let line = "cd '\(scratch.url.path())' && '\(Command.binary.path())' \(words)"
    let result = try Command.tool("bash", "-c", line)
    #expect(result.status < 2 || !result.errors.isEmpty)
    #expect(!result.errors.utf8.contains(0x1B), "\(arguments): an escape for the terminal")
    return result
  }

  /// Nothing that a terminal obeys, and no mark that turns the text around.
  private func isTame(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n" || scalar == "\t"
        || scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
          && ![0x202E, 0x2028, 0x2029].contains(scalar.value)
    }
  }

  @Test(arguments: [
    "check evil.dtb --policy evil.yaml", "check evil.dtb --policy evil.yaml --format concise",
    "run evil.dtb --policy evil.yaml", "boot evil.dtb --policy evil.yaml",
    "explain evil.dtb --policy evil.yaml", "explain evil.dtb it --policy evil.yaml",
    "map evil.dtb --policy evil.yaml", "stress evil.dtb --policy evil.yaml --seeds 2",
    "compare evil.dtb --policy evil.yaml --seeds 1 --strategy layout", "init evil.dtb",
    "diff evil.dtb evil.dtb",
    "compile evil.dtb --policy evil.yaml -o out --no-report",
  ])
  func terminalsAreNotObeyed(command: String) throws {
    let scratch = try place()
    let result = try run(command.split(separator: " ").map(String.init), in: scratch)
    #expect(isTame(result.output), "\(result.output.debugDescription.prefix(2000))")
    #expect(isTame(result.errors), "\(result.errors.debugDescription.prefix(2000))")
  }

  @Test(arguments: ["check", "run", "boot", "stress", "map"]) func machinesReadWhatIsThere(
    command: String
  ) throws {
    let scratch = try place()
    let seeds = command == "stress" ? ["--seeds", "1"] : []
    let arguments = [
      command, "evil.dtb", "--policy", "evil.yaml", "--format", command == "map" ? "svg" : "json",
    ]
    let result = try run(arguments + seeds, in: scratch)
    if command == "map" {
      #expect(XMLParser(data: Data(result.output.utf8)).parse(), "\(result.output)")
      #expect(!result.output.contains("<script"))
    } else {
      _ = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
      #expect(isTame(result.output))
    }
  }

  @Test func findingsForMachines() throws {
    let scratch = try place()
    let base = ["check", "evil.dtb", "--policy", "evil.yaml", "--format"]
    let junit = try run(base + ["junit"], in: scratch).output
    #expect(XMLParser(data: Data(junit.utf8)).parse(), "\(junit)")
    #expect(!junit.contains("<script") && junit.contains("&lt;script"))
    let sarif = try run(base + ["sarif"], in: scratch).output
    _ = try JSONSerialization.jsonObject(with: Data(sarif.utf8))
    let github = try run(base + ["github"], in: scratch).output
    for line in github.split(separator: "\n") {
      #expect(line.wholeMatch(of: /::(error|warning|notice) [^\r]*|[^:].*/) != nil, "\(line)")
    }
    #expect(!github.contains("\n::stop-commands") && !github.contains("\n::error::owned"))
  }

  @Test func pagesHaveTextAlone() throws {
    let scratch = try place()
    let base = ["evil.dtb", "--policy", "evil.yaml", "--format", "html"]
    let pages = [["run"], ["compare", "--seeds", "1", "--strategy", "layout"]]
    for command in pages {
      let page = try run(command + base, in: scratch).output
      #expect(page.hasSuffix("</html>\n"))
      #expect(
        !page.contains("<script>alert") && !page.contains("<img")
          && page.contains("&lt;script&gt;alert")
      )
      // Two elements with data at most, and one with the page's own script.
      #expect(page.matches(of: /<script/).count == page.matches(of: /<\/script>/).count)
    }
  }

  @Test func compiledFilesAreReadByTheirReaders() throws {
    let scratch = try place()
    // The mistakes of the policy would be all there is to say.
    let sound = policy.split(separator: "\n").filter {
      !$0.contains("banana") && !$0.contains("/nowhere")
    }
    _ = try scratch.write("sound.yaml", Array(sound.joined(separator: "\n").utf8))
    let result = try run(
      ["compile", "evil.dtb", "--policy", "sound.yaml", "-o", "out"],
      in: scratch
    )
    try #require(result.status < 2, "\(result.output)\(result.errors)")
    let lines = """
      cd '\(scratch.url.path())'/out
      dtc -@ -q -I dts -O dtb -o again.dtbo overlay.dts || exit 1
      dtc -q -I dtb -O dts board.dtb > /dev/null || exit 2
      fdtoverlay -i ../evil.dtb -o merged.dtb overlay.dtbo || exit 3
      grep -c . cmdline.txt
      """
    let read = try Command.tool("bash", "-c", lines)
    #expect(
      read.status == 0 || read.status == 1 && read.output == "0\n",
      "\(read.output)\(read.errors)"
    )
    for name in [
      "out/overlay.dts", "out/uboot.env", "out/kernel.config", "out/cmdline.txt", "out/map.svg",
    ] {
      #expect(isTame(try scratch.text(name)), "\(name)")
    }
    #expect(XMLParser(data: Data(try scratch.text("out/map.svg").utf8)).parse())
    // Every line of the environment is a setting or a remark; nothing of ours is for a shell.
    for line in try scratch.text("out/uboot.env").split(separator: "\n") {
      #expect(line.hasPrefix("#") || line.wholeMatch(of: /[A-Za-z0-9_]+=.*/) != nil, "\(line)")
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("pwned")))
  }
}
