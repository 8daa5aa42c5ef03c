import Foundation
import Testing

/// A scenario that ran on a booted kernel, with what it answered.
private struct RecordedRun {
  let name: String
  let folder: URL
  let result: [String: Any]

  static func all(_ folder: String) throws -> [RecordedRun] {
    let root = Command.root.appending(path: "fixtures/" + folder)
    return try FileManager.default.contentsOfDirectory(atPath: root.path()).sorted().compactMap {
      let place = root.appending(path: $0)
      let file = place.appending(path: "result.json")
      guard FileManager.default.fileExists(atPath: file.path()) else { return nil }
      let read = try object(Data(contentsOf: file))
      return RecordedRun(name: $0, folder: place, result: try #require(read))
    }
  }

  static func object(_ data: Data) throws -> [String: Any]? {
    try JSONSerialization.jsonObject(with: data) as? [String: Any]
  }

  /// What the kernel answered, one entry for each operation, in order.
  var operations: [[String: Any]] { Self.operations(result) }

  /// Entries of operations; a kernel without a default area left a comma too much in some.
  static func operations(_ result: [String: Any]) -> [[String: Any]] {
    (result["ops"] as? [[String: Any]] ?? []).compactMap { entry in
      if let text = entry["unparsed"] as? String {
        let whole = text.replacingOccurrences(of: ",,", with: ",")
        return (try? object(Data(whole.utf8))) ?? nil
      }
      return entry["op"] == nil && entry["killed"] == nil ? nil : entry
    }
  }

  var options: [String] {
    get throws {
      let inputs = try #require(result["inputs"] as? [String: Any])
      var options = [
        "--linux", "6.1", "--kernel-config",
        Command.root.appending(path: "fixtures/oracle/kernel.config").path(),
        "--cmdline", try #require(inputs["bootargs"] as? String),
        "--boot-object", "kernel-load=\(try #require(inputs["kernel_load"] as? String))",
      ]
      for (name, key) in [
        ("kernel", "kernel_image_reserved"), ("initrd", "initrd"), ("dtb", "dtb"),
      ] {
        // Where no place is recorded none is given.
        guard let place = inputs[key] as? [String] else { continue }
        options += ["--boot-object", "\(name)=\(place[0])+\(place[1])"]
      }
      return options
    }
  }

  /// The answers of a replay, and its text.
  func replay(observed: String?) throws -> (operations: [[String: Any]], text: String) {
    var arguments = ["replay", file("merged.dtb"), file("scenario.json"), "--format", "json"]
    arguments += try options
    if let observed { arguments += ["--observed", observed] }
    let run = try Command.dmaplan(arguments)
    try #require(run.status == 0, "\(name): \(run.errors)")
    let answer = try #require(try Self.object(Data(run.output.utf8)))
    return (Self.operations(answer), run.output)
  }

  func file(_ name: String) -> String { folder.appending(path: name).path() }
}

@Suite struct ReplayTests {
  /// What is compared of each kind of operation.
  ///
  /// Keys that a kernel's answer lacks are compared too:
  /// neither side may have them.
  private static let compared: [String: [String]] = [
    "alloc": ["ok", "errno", "from", "busy_retries", "first_busy", "align_order", "used", "error"],
    "free": ["used", "error"], "uring": ["bytes", "errno"], "pin": ["pinned", "count"],
  ]

  /// Where a replay differs from what the kernel answered.
  private func differences(_ mine: [[String: Any]], _ theirs: [[String: Any]]) -> [String] {
    var differences: [String] = []
    if mine.count != theirs.count {
      differences.append("\(mine.count) entries instead of \(theirs.count)")
    }
    for (number, (one, other)) in zip(mine, theirs).enumerated() {
      let word = other["op"] as? String ?? "killed"
      var keys = ["op", "id", "killed"] + (Self.compared[word] ?? ["used"])
      // Where the buddy put a buffer depends on all that ran before; the area's pages do not.
      if other["from"] as? String == "cma" { keys += ["phys", "pages"] }
      for key in keys where one[key] as? NSObject != other[key] as? NSObject {
        differences.append("operation \(number) (\(word)): \(key)")
      }
    }
    return differences
  }

  @Test func everyRecordedOperationIsAnsweredAsTheKernelDid() throws {
    var operations = 0
    var buffers = 0
    var fromArea = 0
    let runs = try RecordedRun.all("workloads")
    #expect(runs.count == 29)
    for run in runs {
      let mine = try run.replay(observed: run.file("result.json")).operations
      #expect(differences(mine, run.operations) == [], "\(run.name)")
      operations += run.operations.count
      buffers += run.operations.count { $0["op"] as? String == "alloc" }
      fromArea += run.operations.count { $0["from"] as? String == "cma" }
    }
    // docs/fidelity.md states these.
    #expect(operations == 419)
    #expect(buffers == 255)
    #expect(fromArea == 228)
  }

  /// The runs in which the replay differs, and where; docs/fidelity.md says why.
  private static let deviations: [String: [String]] = [
    "no-cma-full": [
      "operation 10 (alloc): ok", "operation 10 (alloc): errno", "operation 10 (alloc): from",
      "operation 11 (alloc): ok", "operation 11 (alloc): errno", "operation 11 (alloc): from",
    ]
  ]

  @Test func runsThatWereRecordedAfterwardsDifferOnlyWhereItIsKnown() throws {
    let runs = try RecordedRun.all("workloads-more")
    #expect(runs.count == 28)
    for run in runs {
      let mine = try run.replay(observed: run.file("result.json")).operations
      let found = differences(mine, run.operations)
      guard let known = Self.deviations[run.name] else {
        #expect(found == [], "\(run.name)")
        continue
      }
      #expect(found == known, "\(run.name)")
    }
  }

  /// Counters that two runs of one scenario on the same kernel do not agree on.
  @Test func whatARecordedRunDoesNotRepeatIsNotHeldAgainstTheReplay() throws {
    var differing: Set<String> = []
    let again = try RecordedRun.all("workloads-again")
    #expect(again.count == 8)
    for second in again {
      let first = try #require(
        try RecordedRun.all("workloads").first { $0.name == second.name }
      )
      #expect(differences(first.operations, second.operations) == [], "\(second.name)")
      for (one, other) in zip(first.operations, second.operations) {
        for key in Set(one.keys).union(other.keys)
        where one[key] as? NSObject != other[key] as? NSObject {
          differing.insert(key)
        }
      }
    }
    differing.subtract(["us", "t"])
    #expect(differing.contains("free_kb") && differing.contains("done"))
    let held = Self.compared.values.flatMap(\.self) + ["phys", "pages"]
    #expect(differing.isDisjoint(with: held), "\(differing)")
  }

  @Test func onlyThePinnedPagesOfARecordedRunMatter() throws {
    let scratch = try Scratch()
    for run in try RecordedRun.all("workloads") where run.name.hasPrefix("pins-") {
      let plain = try run.replay(observed: run.file("result.json")).text
      let scrambled = try JSONSerialization.data(withJSONObject: scramble(run.result))
      let path = try scratch.write("\(run.name).json", Array(scrambled))
      #expect(try run.replay(observed: path).text == plain)
      // With other pages it comes to something else.
      let other = try scratch.write("other.json", Array(#"{"ops": [{"pinned": [4711]}]}"#.utf8))
      #expect(try run.replay(observed: other).text != plain)
    }
  }

  /// Another value for everything but the lists of pinned pages.
  private func scramble(_ value: Any) -> Any {
    switch value {
    case let object as [String: Any]:
      var other: [String: Any] = [:]
      for (key, member) in object {
        other[key] = key == "pinned" ? member : scramble(member)
      }
      return other
    case let list as [Any]: return list.map(scramble)
    case let text as String: return String(text.reversed()) + "?"
    case let number as NSNumber: return number.intValue &+ 4711
    default: return value
    }
  }

  @Test(.enabled(if: Command.has("dtc"), "dtc is not installed"))
  func aLayoutIsAMachineToo() throws {
    let scratch = try Scratch()
    let board = try Trees.fixture("imx8mm", in: scratch)
    let compiled = try Command.dmaplan("compile", board, "-o", scratch.path("out"))
    try #require(compiled.status != 2, "\(compiled.errors)")
    let layout = scratch.path("out/layout.json")
    let text = #"{"ops": [["alloc", "a", 8388608], ["alloc", "b", 4096]]}"#
    let scenario = try scratch.write("s.json", Array(text.utf8))
    let run = try Command.dmaplan("replay", layout, scenario, "--format", "json")
    #expect(run.status == 0, "\(run.errors)")
    let answer = try #require(try RecordedRun.object(Data(run.output.utf8)))
    let sources = RecordedRun.operations(answer).map { $0["from"] as? String }
    #expect(sources == ["cma", "buddy"])
    let refused = try Command.dmaplan("replay", layout, scenario, "--linux", "6.1")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("--linux is for a DTB"), "\(refused.errors)")
  }

  @Test func theSameBytesTwice() throws {
    let run = try #require(try RecordedRun.all("workloads").first { $0.name == "thp-anon" })
    #expect(try run.replay(observed: nil).text == run.replay(observed: nil).text)
  }

  @Test func theTableShowsEachOperation() throws {
    let run = try #require(try RecordedRun.all("workloads").first { $0.name == "order-big-first" })
    let result = try Command.dmaplan(
      ["replay", run.file("merged.dtb"), run.file("scenario.json")] + run.options
    )
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines[0] == "Replay of order-big-first: default CMA area 0x5b600000, 64 MiB")
    #expect(lines.count == run.operations.count + 3)
    #expect(lines[3].contains("0x5b700000") && lines[3].contains(" cma "))
  }

  @Test(arguments: [
    (#"{"ops": [["aloc", "a", 4096]]}"#, "s.json:1:11", "did you mean `alloc`?"),
    (#"{"ops": [["alloc", "a"]]}"#, "s.json:1:11", "something is missing"),
    (#"{"ops": [["alloc", "a", 4096, 1]]}"#, "s.json:1:31", "one too many"),
    (#"{"ops": [["alloc", "a", -1]]}"#, "s.json:1:25", "not negative"),
    (#"{"ops": [["alloc", "a", 0]]}"#, "s.json:1:25", "zero are none"),
    (#"{"ops": [["pin", 4, 0]]}"#, "s.json:1:21", "zero are none"),
    (#"{"ops": [["anon", 99999999999999999]]}"#, "s.json:1:19", "too much"),
    (#"{"ops": [[]]}"#, "s.json:1:10", "this is empty"),
    (#"{"ops": 7}"#, "s.json:1:9", "a list is wanted"),
    (#"{"name": "x"}"#, "s.json:1:1", "`ops` is missing"),
  ])
  func aFaultOfAScenarioIsToldAtItsPlace(text: String, place: String, words: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write("s.json", Array(text.utf8))
    let run = try #require(try RecordedRun.all("workloads").first)
    let result = try Command.dmaplan(
      ["replay", run.file("merged.dtb"), path] + run.options
    )
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(place) && result.errors.contains(words), "\(result.errors)")
  }

  @Test(arguments: [
    (#"{"ops": [{"pinned": [1, -2]}]}"#, "o.json:1:25"),
    (#"{"ops": [{"pinned": [1, 99999999999999999]}]}"#, "o.json:1:25"),
    (#"{"ops": [{"pinned": 3}]}"#, "o.json:1:21"), (#"{"ops": 3}"#, "o.json:1:9"),
    (#"[1]"#, "o.json:1:1"),
  ])
  func aFaultOfARecordedRunIsToldAtItsPlace(text: String, place: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write("o.json", Array(text.utf8))
    let run = try #require(try RecordedRun.all("workloads").first)
    let result = try Command.dmaplan(
      ["replay", run.file("merged.dtb"), run.file("scenario.json"), "--observed", path]
        + run.options
    )
    #expect(result.status == 2)
    #expect(result.errors.contains(place), "\(result.errors)")
  }

  @Test func aScenarioThatTouchesTooMuchEnds() throws {
    let scratch = try Scratch()
    let step = #"["anon", 419430400], ["drop_anon"], "#
    let text = #"{"ops": ["# + String(repeating: step, count: 1000) + #"["state"]]}"#
    let path = try scratch.write("s.json", Array(text.utf8))
    let run = try #require(try RecordedRun.all("workloads").first)
    let result = try Command.dmaplan(["replay", run.file("merged.dtb"), path] + run.options)
    #expect(result.status == 2)
    #expect(result.errors.contains("touches more than"), "\(result.errors)")
  }
}
