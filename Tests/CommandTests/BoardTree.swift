import Foundation
import Testing

/// A board: a tree of `fixtures/dts`, or a real one of Debian's kernel packages.
struct BoardTree: Sendable, CustomTestStringConvertible {
  let name: String
  let isReal: Bool

  var testDescription: String { name }

  /// The fixture, and those of the real trees that are there.
  static func all(_ fixture: String, _ real: String...) -> [BoardTree] {
    let present = real.filter { Trees.real($0) != nil }
    return [BoardTree(name: fixture, isReal: false)]
      + present.map { BoardTree(name: $0, isReal: true) }
  }

  /// The blob's path.
  func blob(in scratch: Scratch) throws -> String {
    isReal ? try #require(Trees.real(name)) : try Trees.fixture(name, in: scratch)
  }

  /// What the command predicts for it, with `layer` as a quirk of the user's for `board`.
  ///
  /// The workloads of the layers for unknown boards are left out, and so is `without`.
  func predict(
    _ board: String,
    variant: String? = nil,
    layer: String = "",
    without: [String] = [],
    options: [String] = []
  ) throws -> Prediction {
    let scratch = try Scratch()
    var arguments = ["run", try blob(in: scratch), "--format", "json"] + options
    let absent = (Self.unknownBoards + without).map { "\($0): null" }.joined(separator: ", ")
    arguments += [
      "--policy", try quirk("\(layer)\nworkloads: {\(absent)}", for: board, in: scratch),
    ]
    if let variant { arguments += ["--variant", variant] }
    let result = try Command.dmaplan(arguments)
    try #require(result.status != 2, "\(result.errors)")
    return try Prediction(result.output)
  }

  /// What `check` finds.
  func check(
    _ board: String = "",
    layer: String = "",
    options: [String] = []
  ) throws -> [Prediction.Finding] {
    let scratch = try Scratch()
    var arguments = ["check", try blob(in: scratch), "--format", "json"] + options
    if !layer.isEmpty { arguments += ["--policy", try quirk(layer, for: board, in: scratch)] }
    let result = try Command.dmaplan(arguments)
    try #require(result.status != 2, "\(result.errors)")
    return try Prediction(result.output).findings
  }

  /// What `boot` predicts.
  func boot(_ options: String...) throws -> BootPrediction {
    let scratch = try Scratch()
    let result = try Command.dmaplan(["boot", try blob(in: scratch), "--format", "json"] + options)
    try #require(result.status != 2, "\(result.errors)")
    return try JSONDecoder.ofReports.decode(BootPrediction.self, from: Data(result.output.utf8))
  }

  private func quirk(_ layer: String, for board: String, in scratch: Scratch) throws -> String {
    let head = "dmaplan: 1\nname: test\nwhy: a test\nmatch: {compatible: \"\(board)\"}\n"
    return try scratch.write("test.yaml", Array((head + layer + "\n").utf8))
  }

  private static let unknownBoards = [
    "camera", "coprocessor", "display", "firmware-calls", "network", "usb", "video-decode",
  ]
}

/// What the tests of boards read of `dmaplan-report/1` and `dmaplan-findings/1`.
struct Prediction: Decodable {
  struct Finding: Decodable {
    let rule: String
    let severity: String
    let message: String
    let variant: String?
    let related: [Place]?
    let help: String?

    struct Place: Decodable {
      let node: String?
      let label: String?
    }
  }
  struct Verdict: Decodable {
    struct Failure: Decodable {
      let buffer: String
      let request: String
      let pool: String?
    }
    struct Pool: Decodable {
      let pool: String
      let peak: String
      let idleBytes: String
    }
    let variant: String
    let device: String
    let workload: String?
    let constraint: String
    let verdict: String
    let basis: String
    let neededPoolSize: String?
    let firstFailure: Failure?
    let pools: [Pool]?
  }
  struct Layout: Decodable {
    struct Region: Decodable {
      let name: String
      let base: String
      let size: String
      let flags: [String]
      let users: [String]

      var start: UInt64 { Prediction.number(base) }
      var end: UInt64 { start + Prediction.number(size) }
    }
    struct Device: Decodable {
      struct Range: Decodable {
        let base: String
        let size: String
      }
      let name: String
      let reach: [Range]
    }
    let variant: String
    let regions: [Region]
    let devices: [Device]

    func region(_ name: String) -> Region? { regions.first { $0.name == name } }
  }

  let findings: [Finding]
  let layouts: [Layout]
  let verdicts: [Verdict]

  enum CodingKeys: CodingKey { case findings, layouts, verdicts }

  init(_ text: String) throws {
    self = try JSONDecoder.ofReports.decode(Prediction.self, from: Data(text.utf8))
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    findings = try values.decode([Finding].self, forKey: .findings)
    layouts = try values.decodeIfPresent([Layout].self, forKey: .layouts) ?? []
    verdicts = try values.decodeIfPresent([Verdict].self, forKey: .verdicts) ?? []
  }

  /// The verdicts of one constraint, by device and workload.
  func verdict(
    _ device: String,
    _ workload: String,
    _ constraint: String = "count"
  ) -> Verdict? {
    verdicts.first {
      $0.device == device && $0.workload == workload && $0.constraint == constraint
    }
  }

  /// The worst verdict of all devices of a workload, without the steps in between.
  func worst(_ workload: String) -> String? {
    let order = ["not-met", "at-risk", "unknown", "met", "not-needed"]
    let all = Set(verdicts.filter { $0.workload == workload }.map(\.verdict))
    let judged = all.count > 1 ? all.subtracting(["not-needed"]) : all
    return order.first(where: judged.contains)
  }

  /// Findings that are no notes.
  var serious: [String] { findings.filter { $0.severity != "note" }.map(\.rule) }

  /// A number as reports write it.
  static func number(_ text: String) -> UInt64 { UInt64(text.dropFirst(2), radix: 16) ?? 0 }
}

/// What the tests of boards read of `dmaplan-boot/1`.
struct BootPrediction: Decodable {
  struct Area: Decodable {
    let base: String
    let size: String
  }
  let defaultCma: Area?
  let messages: [String]
}
