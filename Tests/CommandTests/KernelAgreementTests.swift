import Foundation
import Testing

/// The load of recorded runs, stated as workloads whose loads differ from seed to seed, is predicted
/// as a booted Linux 6.1 met it.
///
/// A request that the kernel served has an interval that is wholly at 0.5 or above, one that it
/// refused one wholly at 0.5 or below; a tenth may span 0.5. With `DMAPLAN_RECORD=1` the table in
/// docs/workloads.md is written anew.
@Suite(.serialized) struct KernelAgreementTests {
  private static let folder = Command.root.appending(path: "fixtures/workloads")
  private static let document = Command.root.appending(path: "docs/workloads.md")
  private static let mark = "<!-- table of scenarios -->"

  /// One request of a scenario, recorded and predicted.
  private struct Request {
    let id: String
    let isServed: Bool
    /// The bounds in millionths; nil where no run came so far.
    let interval: ClosedRange<Int>?

    var isWrong: Bool {
      guard let interval else { return true }
      return isServed ? interval.upperBound <= 500_000 : interval.lowerBound >= 500_000
    }

    var spansHalf: Bool {
      guard let interval else { return false }
      return isServed
        ? interval.lowerBound < 500_000 && interval.upperBound > 500_000
        : interval.upperBound > 500_000 && interval.lowerBound < 500_000
    }
  }

  private static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path())
      .filter {
        FileManager.default.fileExists(atPath: folder.path() + "/\($0)/scenario.json")
      }
      .sorted()
  }

  private static func json(_ file: URL) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    return try #require(value as? [String: Any])
  }

  /// A layer with the scenario's operations as a workload.
  private static func policy(_ scenario: [String: Any]) throws -> String {
    let operations = try #require(scenario["ops"] as? [[Any]])
    let lines = operations.map { words in
      "      - [" + words.map { "\($0)" }.joined(separator: ", ") + "]"
    }
    return """
      dmaplan: 1
      name: recorded
      match: {any: true}
      why: a load that was recorded
      workloads:
        recorded:
          lasts: 1min
          operations:
      \(lines.joined(separator: "\n"))

      """
  }

  private static func requests(of name: String) throws -> [Request] {
    let scratch = try Scratch()
    let place = folder.appending(path: name)
    let scenario = try json(place.appending(path: "scenario.json"))
    let result = try json(place.appending(path: "result.json"))
    let inputs = try #require(result["inputs"] as? [String: Any])
    let file = try scratch.write("policy.yaml", Array(try policy(scenario).utf8))
    var arguments = [
      "stress", place.path() + "/merged.dtb", "--no-builtin", "--policy", file, "--linux", "6.1",
      "--kernel-config", Command.root.appending(path: "fixtures/oracle/kernel.config").path(),
      "--cmdline", try #require(inputs["bootargs"] as? String), "--seeds", "20", "--format", "json",
      "--quiet",
    ]
    for (object, key) in [
      ("kernel", "kernel_image_reserved"), ("initrd", "initrd"), ("dtb", "dtb"),
    ] {
      guard let range = inputs[key] as? [String], range.count == 2 else { continue }
      arguments += ["--boot-object", "\(object)=\(range[0])+\(range[1])"]
    }
    if let load = inputs["kernel_load"] as? String {
      arguments += ["--boot-object", "kernel-load=\(load)"]
    }
    let command = try Command.dmaplan(arguments)
    let answer = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
    let verdicts = (answer as? [String: Any])?["verdicts"] as? [[String: Any]] ?? []
    let rates = verdicts.compactMap { $0["operations"] as? [[String: Any]] }.first ?? []
    return try recorded(scenario, result).map { request in
      let rate = rates.first { $0["index"] as? Int == request.index }
      let success = rate?["success"] as? [String: Any]
      var interval: ClosedRange<Int>?
      if let lower = success?["lower"] as? Double, let upper = success?["upper"] as? Double {
        interval = Int((lower * 1_000_000).rounded())...Int((upper * 1_000_000).rounded())
      }
      return Request(id: request.id, isServed: request.isServed, interval: interval)
    }
  }

  /// The requests of a recorded run with their positions among the operations.
  ///
  /// Those marked `dummies` never came to the allocator.
  private static func recorded(
    _ scenario: [String: Any],
    _ result: [String: Any]
  ) throws -> [(index: Int, id: String, isServed: Bool)] {
    let operations = try #require(scenario["ops"] as? [[Any]])
    let positions = operations.indices.filter { operations[$0].first as? String == "alloc" }
    let answers = (result["ops"] as? [[String: Any]] ?? []).filter {
      $0["op"] as? String == "alloc"
    }
    return zip(positions, answers).compactMap { position, answer in
      guard answer["error"] as? String != "dummies" else { return nil }
      return (position, answer["id"] as? String ?? "", answer["ok"] as? Bool ?? false)
    }
  }

  @Test func stressAgreesWithTheKernel() throws {
    let names = try Self.names()
    #expect(names.count >= 29)
    var rows = ["| scenario | requests | served | agree | span 0.5 |", "|---|---|---|---|---|"]
    var all = 0
    var spanning: [String] = []
    for name in names {
      let requests = try Self.requests(of: name)
      let wrong = requests.filter(\.isWrong).map(\.id)
      #expect(wrong == [], "\(name)")
      let open = requests.filter(\.spansHalf).map(\.id)
      spanning += open.map { "\(name) \($0)" }
      all += requests.count
      rows.append(
        "| \(name) | \(requests.count) | \(requests.count(where: \.isServed)) | "
          + "\(requests.count - wrong.count - open.count) | \(open.joined(separator: " ")) |"
      )
    }
    #expect(spanning.count * 10 <= all, "\(spanning)")
    rows.append("| all | \(all) | | \(all - spanning.count) | \(spanning.count) |")
    try Self.hold(rows.joined(separator: "\n"))
  }

  /// Holds the table against the document, or writes it there.
  private static func hold(_ table: String) throws {
    let text = try String(contentsOf: document, encoding: .utf8)
    let parts = text.components(separatedBy: mark)
    try #require(parts.count == 3, "docs/workloads.md has the two marks of the table")
    let written = parts[0] + mark + "\n" + table + "\n" + mark + parts[2]
    if ProcessInfo.processInfo.environment["DMAPLAN_RECORD"] == "1" {
      try Data(written.utf8).write(to: document)
    }
    #expect(written == text, "record the table anew with DMAPLAN_RECORD=1")
  }
}
