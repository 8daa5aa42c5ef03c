import Diagnostics
import Foundation
import PhysicalMemory
import Planner
import Testing

@testable import Formats

@Suite struct PlacementJSONTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "fixtures/placement")

  private struct Instance: Decodable {
    let name: String
    let expected: String
  }

  /// Every instance is answered as its index says; the verifier has seen what was placed.
  @Test func instancesWithAKnownAnswer() throws {
    let index = try Data(contentsOf: Self.folder.appending(path: "index.json"))
    let instances = try JSONDecoder().decode([Instance].self, from: index)
    #expect(instances.count >= 15)
    for instance in instances {
      let file = instance.name + ".json"
      let bytes = Array(try Data(contentsOf: Self.folder.appending(path: file)))
      let (read, diagnostics) = PlacementJSON.read(bytes: bytes, file: file)
      #expect(diagnostics == [], "\(file)")
      let problem = try #require(read)
      switch try Planner.plan(problem, refinement: StepBudget(steps: 0)) {
      case .placed(let placement):
        #expect(instance.expected == "feasible", "\(file)")
        #expect(PlacementVerifier.violations(of: placement, in: problem) == [], "\(file)")
      case .infeasible: #expect(instance.expected == "infeasible", "\(file)")
      case .unknown: Issue.record("\(file) was not decided")
      }
    }
  }

  private func read(_ text: String) -> (problem: PlacementProblem?, diagnostics: [Diagnostic]) {
    PlacementJSON.read(bytes: Array(text.utf8), file: "p.json")
  }

  private func problem(_ region: String, more: String = "") -> String {
    """
    {"banks": [{"base": "0x0", "size": "0x10000"}],
     "regions": [{"name": "a", "size": "0x1000", "align": "0x1000",
       "windows": [{"base": "0x0", "size": "0x10000"}]},
      {\(region)}]\(more)}
    """
  }

  private let good = """
    "name": "b", "size": "0x2000", "align": "0x2000", "boundary": "0x4000", "apart": ["a"],
    "windows": [{"base": "0x4000", "size": "0x2000"}]
    """

  @Test func everyKeyIsRead() throws {
    let text = problem(good, more: ", \"obstacles\": [{\"base\": \"0x8000\", \"size\": \"0x1\"}]")
    let (read, diagnostics) = read(text)
    #expect(diagnostics == [])
    let problem = try #require(read)
    #expect(problem.obstacles == [Obstacle(name: "0x8000", range: range(0x8000, 1))])
    let request = try #require(problem.requests.last)
    #expect(request.size == ByteCount(0x2000))
    #expect(request.alignment == Alignment(shift: 13))
    #expect(request.boundary == ByteCount(0x4000))
    #expect(request.apart == [Separation(from: ["a"], block: .bank)])
    #expect(request.windows == [range(0x4000, 0x2000)])
  }

  /// Each fault is told at its own line, and there is no half-read problem.
  @Test(arguments: [
    ("\"0x2000\", \"align\"", "\"0x0\", \"align\"", "has no bytes"),
    ("\"align\": \"0x2000\"", "\"align\": \"0x3000\"", "power of two"),
    ("\"align\": \"0x2000\"", "\"align\": 8192", "a text in quotes"),
    ("\"align\": \"0x2000\", ", "", "`align` is missing"),
    ("[\"a\"]", "[\"b\"]", "apart from itself"),
    ("[\"a\"]", "[\"aa\"]", "which is no region"),
    ("\"name\": \"b\"", "\"name\": \"a\"", "two regions are called `a`"),
    ("\"boundary\": \"0x4000\"", "\"boundary\": \"0x0\"", "boundary of `b` is zero"),
    ("\"0x4000\", \"size\": \"0x2000\"", "\"0xffffffffffffffff\", \"size\": \"0x2\"", "64 bits"),
    ("\"0x4000\", \"size\": \"0x2000\"", "\"-0x1\", \"size\": \"0x2\"", "no hexadecimal number"),
  ])
  func faults(part: String, replacement: String, message: String) {
    let broken = good.replacingOccurrences(of: part, with: replacement)
    #expect(broken != good)
    let (read, diagnostics) = read(problem(broken))
    #expect(read == nil)
    #expect(diagnostics.first?.message.contains(message) == true, "\(diagnostics)")
    guard case .source = diagnostics.first?.primary.location else {
      Issue.record("\(diagnostics) has no place")
      return
    }
  }

  @Test func overlappingBanksAndUnknownKeys() {
    let banks = """
      {"banks": [{"base": "0x0", "size": "0x2000"}, {"base": "0x1000", "size": "0x2000"}],
       "regions": []}
      """
    #expect(read(banks).problem == nil)
    #expect(read(banks).diagnostics.first?.message.contains("overlap") == true)
    let unknown = read(problem(good, more: ", \"obstacle\": []"))
    #expect(unknown.problem != nil)
    #expect(unknown.diagnostics.map(\.severity) == [.warning])
    #expect(read("{\"schema\": \"dmaplan-layout/1\"}").problem == nil)
  }

  @Test func answers() throws {
    let placed = try Planner.plan(try #require(read(problem(good)).problem))
    // In one bank two regions that are apart have no place.
    #expect(PlacementJSON.value(placed).compactText.hasPrefix("{\"status\":\"infeasible\""))
    let free = good.replacingOccurrences(of: ", \"apart\": [\"a\"]", with: "")
    let outcome = try Planner.plan(try #require(read(problem(free)).problem))
    #expect(
      PlacementJSON.value(outcome).compactText
        == "{\"status\":\"placed\",\"regions\":[{\"name\":\"a\",\"base\":\"0x0\"},"
        + "{\"name\":\"b\",\"base\":\"0x4000\"}]}"
    )
    #expect(
      PlacementJSON.value(.unknown(steps: 7)).compactText == "{\"status\":\"unknown\",\"steps\":7}"
    )
  }

  @Test func anInfeasibleProblemHasConflictReasonAndRepairs() throws {
    let text = problem(
      "\"name\": \"b\", \"size\": \"0x3000\", \"align\": \"0x1000\","
        + "\"windows\": [{\"base\": \"0x4000\", \"size\": \"0x2000\"}]"
    )
    let outcome = try Planner.plan(try #require(read(text).problem))
    #expect(
      PlacementJSON.value(outcome).compactText
        == "{\"status\":\"infeasible\",\"conflict\":[\"b\"],\"reason\":"
        + "\"Region `b` has no place even with no other region beside it. The largest free run "
        + "where `b` may lie is 0x4000..<0x6000, 8 KiB.\",\"repairs\":["
        + "{\"action\":\"shrink\",\"name\":\"b\",\"to\":\"0x2000\"},"
        + "{\"action\":\"widen\",\"name\":\"b\",\"to\":{\"base\":\"0x4000\",\"size\":\"0x3000\"}}]}"
    )
  }

  @Test func twoConflictsHaveRepairsTogether() throws {
    func request(_ name: String, _ start: UInt64) -> PlacementRequest {
      let window = PhysicalRange(start: PhysicalAddress(start), saturating: ByteCount(0x10))
      return PlacementRequest(name: name, size: ByteCount(0x11), windows: [window])
    }
    let bank = PhysicalRange(start: PhysicalAddress(0), saturating: ByteCount(0x100))
    let problem = PlacementProblem(banks: [bank], requests: [request("a", 0), request("b", 0x80)])
    let text = PlacementJSON.value(try Planner.plan(problem)).compactText
    #expect(
      text.hasSuffix(
        "\"repairs\":[],\"repairs_together\":["
          + "{\"action\":\"shrink\",\"name\":\"a\",\"to\":\"0x10\"},"
          + "{\"action\":\"shrink\",\"name\":\"b\",\"to\":\"0x10\"}]}"
      ),
      "\(text)"
    )
  }
}
