import Foundation
import Testing

/// Every input of `fixtures/hostile` has one defect, and gets the answer that `expected.txt` has for
/// it and nothing else: the finding at its place, what to do about it, the exit status, within the
/// bounds of time and memory.
@Suite(.enabled(if: Command.has("python3"), "python3 is not installed"))
struct HostileTests {
  /// Processor time of one answer; the program without optimisation gets more.
  private static let seconds = isOptimised ? 2.0 : 60
  /// Memory of one answer.
  private static let memoryKiB = 512 << 10
  private static var isOptimised: Bool {
    ProcessInfo.processInfo.environment["DMAPLAN_BINARY"] != nil
  }

  @Test func theIndexIsWhole() throws {
    let index = HostileIndex.shared
    #expect(index.faults.isEmpty)
    let files = try FileManager.default.contentsOfDirectory(atPath: HostileIndex.folder.path())
    let inputs = files.filter { !["README.md", "expected.txt", "good"].contains($0) }
    #expect(inputs.sorted() == index.inputs.map(\.name).sorted())
    #expect(index.inputs.count >= 150)
    #expect(index.inputs.allSatisfy { !$0.expectations.isEmpty }, "an input without defect")
  }

  @Test(arguments: HostileIndex.shared.inputs) func answer(_ input: HostileInput) throws {
    let run = try Self.run(input)
    try #require(run.signal == nil, "ended by signal \(run.signal ?? 0): \(run.errors)")
    #expect(run.status == input.status, "\(run.output)\(run.errors)")
    if !Command.isInstrumented {
      #expect(run.seconds < Self.seconds)
      #expect(run.peakKiB < Self.memoryKiB)
    }
    var rest = HostileAnswer(run)
    let text = rest.text
    for expected in input.expectations { Self.take(expected, from: &rest) }
    #expect(rest.findings.isEmpty && rest.replies.isEmpty, "not expected; all is: \(text)")
  }

  /// What the tests themselves hold is not held against the program, and what it holds is seen.
  @Test(.disabled(if: Command.isInstrumented, "a sanitizer holds memory of its own"))
  func memoryIsThatOfTheProgram() throws {
    let pages = [UInt8](repeating: 1, count: 256 << 20)
    let small = try BoundedRun(["--version"], in: HostileIndex.folder, limit: 60)
    #expect(small.status == 0 && pages.last == 1)
    #expect((1 << 10..<128 << 10).contains(small.peakKiB), "\(small.peakKiB)")
    let scratch = try Scratch()
    let text = "# " + String(repeating: "x", count: 15 << 20)
    let file = try scratch.write("large.yaml", Array(text.utf8))
    let words = ["check", "good/board.dtb", "--policy", file]
    let large = try BoundedRun(words, in: HostileIndex.folder, limit: 60)
    #expect(large.peakKiB > small.peakKiB + (15 << 10), "\(large.peakKiB)")
  }

  /// The good files that the inputs are made of: nothing is wrong with them.
  @Test(arguments: [
    "check good/board.dtb --policy good/policy.yaml",
    "check good/board.dtb --policy good/workload.yaml",
    "check good/board.dtb --policy good/policy.yaml --overlay good/overlay.dtbo",
    "check --boards good/boards.yaml --policy good/policy.yaml", "place good/placement.json",
    "check good/board.dtb --policy good/policy.yaml --baseline good/baseline.json",
    "check good/board.dtb --policy good/policy.yaml --kernel-config good/kernel.config",
    "replay good/board.dtb good/scenario.json --observed good/observed.json",
    "verify good/board.dtb --log good/boot.log", "stress good/layout.json --seeds 1",
  ])
  func theGoodFiles(command: String) throws {
    let run = try BoundedRun(
      command.split(separator: " ").map { String($0) },
      in: HostileIndex.folder,
      limit: 60
    )
    #expect(run.status == 0)
    #expect(HostileAnswer(run).findings.isEmpty, "\(run.output)\(run.errors)")
  }

  /// The inputs are those that the script makes of the good files.
  @Test func theInputsAreMadeByTheScript() throws {
    let scratch = try Scratch()
    let script = Command.root.appending(path: "Scripts/hostile-fixtures").path()
    let made = try Command.tool(script, scratch.url.path())
    try #require(made.status == 0, "\(made.errors)")
    for input in HostileIndex.shared.inputs {
      let committed = try Data(contentsOf: HostileIndex.folder.appending(path: input.name))
      let new = try? Data(contentsOf: scratch.url.appending(path: input.name))
      #expect(new == committed, "\(input.name)")
    }
  }

  private static func run(_ input: HostileInput) throws -> BoundedRun {
    let scratch = try Scratch()
    var words = input.command.map { $0.replacing("OUT", with: scratch.path("out")) }
    var standardInput = "/dev/null"
    if let mark = words.firstIndex(of: "<") {
      standardInput = HostileIndex.folder.appending(path: words[mark + 1]).path()
      words.removeSubrange(mark...)
    }
    return try BoundedRun(
      words,
      in: HostileIndex.folder,
      input: standardInput,
      limit: Int(seconds) * 2
    )
  }

  /// Takes what `expected` describes out of `answer`.
  private static func take(
    _ expected: HostileInput.Expectation,
    from answer: inout HostileAnswer
  ) {
    switch expected.kind {
    case .says: #expect(answer.text.contains(expected.text), "missing: \(expected.text)")
    case .reply:
      guard let place = answer.replies.firstIndex(where: { $0.contains(expected.text) }) else {
        Issue.record("no such reply: \(expected.text); all are \(answer.replies)")
        return
      }
      answer.replies.remove(at: place)
    case .finding(let severity, let rule):
      let place = answer.findings.firstIndex {
        $0.severity == severity && $0.rule == rule && $0.place == expected.place
          && $0.message.contains(expected.text)
      }
      guard let place else {
        Issue.record("missing: \(expected); all is \(answer.findings) \(answer.text)")
        return
      }
      #expect(answer.findings[place].hasHelp || severity == "note", "no help: \(expected.text)")
      answer.findings.remove(at: place)
    }
  }
}
