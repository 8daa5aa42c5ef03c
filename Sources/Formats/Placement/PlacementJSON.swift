public import Diagnostics
import PhysicalMemory
public import Planner
import YAML

/// A problem of placement and its answer as JSON (`dmaplan-place/1`).
public enum PlacementJSON {
  /// The name of the shape, which a problem written by hand may leave out.
  public static let schema = "dmaplan-place/1"

  /// The problem in `bytes`, or nil, and what is wrong with it.
  ///
  /// There is a problem only where nothing was an error, so that the planner takes it. Linear in
  /// the size of the file, beside sorting names and banks.
  public static func read(
    bytes: [UInt8],
    file: String
  ) -> (problem: PlacementProblem?, diagnostics: [Diagnostic]) {
    var reader = PlacementReader(json: JSONReader())
    guard
      let top = reader.json.document(bytes: bytes, file: file, schema: schema, isStated: false)
    else { return (nil, reader.json.diagnostics) }
    let problem = reader.problem(top)
    let isBroken = reader.json.diagnostics.contains { $0.severity == .error }
    return (isBroken ? nil : problem, reader.json.diagnostics)
  }
}

extension PlacementJSON {
  /// How much one problem may hold; the search keeps something for each region and each gap.
  enum Limits {
    static let banks = 1024
    static let obstacles = 4096
    static let regions = 512
    static let windows = 256
  }
}

/// Builds a problem from a document; every part is read whether or not an earlier one was good.
struct PlacementReader {
  var json: JSONReader
  /// The first object that states each name, for what the planner finds of it.
  private var nodes: [String: YAMLNode] = [:]

  init(json: JSONReader) { self.json = json }

  mutating func problem(_ top: YAMLNode) -> PlacementProblem {
    json.expectKeys(["schema", "name", "banks", "obstacles", "regions"], in: top)
    typealias Limits = PlacementJSON.Limits
    let banks = json.items("banks", of: top, atMost: Limits.banks).compactMap { range($0) }
    let taken =
      json.optional("obstacles", of: top) == nil
      ? [] : json.items("obstacles", of: top, atMost: Limits.obstacles)
    let obstacles = taken.compactMap { obstacle($0) }
    let requests = json.items("regions", of: top, atMost: Limits.regions).compactMap { request($0) }
    let problem = PlacementProblem(banks: banks, obstacles: obstacles, requests: requests)
    // A half-read problem would be told of names that were only not read.
    if !json.diagnostics.contains(where: { $0.severity == .error }) {
      for defect in problem.defects { report(defect, top) }
    }
    return problem
  }

  private mutating func range(_ node: YAMLNode) -> PhysicalRange? {
    json.expectKeys(["base", "size"], in: node)
    return json.range(node)
  }

  /// An obstacle without a name is called by its address.
  private mutating func obstacle(_ node: YAMLNode) -> Obstacle? {
    json.expectKeys(["name", "base", "size"], in: node)
    let name = json.optional("name", of: node).flatMap { json.text($0) }
    return json.range(node).map { Obstacle(name: name ?? $0.start.hexadecimal, range: $0) }
  }

  private mutating func request(_ node: YAMLNode) -> PlacementRequest? {
    json.expectKeys(["name", "size", "align", "windows", "boundary", "apart"], in: node)
    let name = json.text("name", of: node)
    let size = json.bytes("size", of: node)
    let alignment = json.alignment("align", of: node)
    let windows = json.items("windows", of: node, atMost: PlacementJSON.Limits.windows).compactMap {
      range($0)
    }
    let boundary = json.optional("boundary", of: node).flatMap { json.hexadecimal($0) }
    let apart = json.optional("apart", of: node).map { json.items($0) } ?? []
    let others = apart.compactMap { json.text($0) }
    guard let name, let size, let alignment else { return nil }
    if nodes[name] == nil { nodes[name] = node }
    return PlacementRequest(
      name: name,
      size: size,
      alignment: alignment,
      windows: windows,
      boundary: boundary.map { ByteCount($0) },
      apart: others.isEmpty ? [] : [Separation(from: others, block: .bank)]
    )
  }

  /// Tells of a defect at the key that it is about.
  private mutating func report(_ defect: PlacementDefect, _ top: YAMLNode) {
    func place(_ name: String, _ key: String) -> YAMLNode? {
      nodes[name].map { $0[key] ?? $0 } ?? top["regions"]
    }
    switch defect {
    case .duplicateName(let name):
      fault(
        "two regions are called `\(name)`",
        place(name, "name"),
        "the first of them",
        "give each a name of its own"
      )
    case .zeroSize(let name):
      fault("region `\(name)` has no bytes", place(name, "size"), "zero", "write how big it is")
    case .zeroBoundary(let name):
      fault(
        "the boundary of `\(name)` is zero",
        place(name, "boundary"),
        "zero",
        "leave it out for none"
      )
    case .zeroBlock(let name):
      fault("`\(name)` is apart by nothing", place(name, "apart"), "here", "leave it out")
    case .unknownName(let other, let name):
      let guess = didYouMean(other, among: nodes.keys.sorted())
      fault(
        "`\(name)` is apart from `\(other)`, which is no region",
        place(name, "apart"),
        "no region has this name",
        guess.map { "did you mean `\($0)`?" } ?? "name regions of this file"
      )
    case .apartFromItself(let name):
      fault("`\(name)` is apart from itself", place(name, "apart"), "its own name", "name others")
    case .overlappingBanks(let one, let other):
      fault(
        "banks \(one) and \(other) overlap",
        top["banks"],
        "memory is in one bank",
        "end one where the other begins"
      )
    }
  }

  private mutating func fault(
    _ message: String,
    _ node: YAMLNode?,
    _ label: String,
    _ help: String
  ) {
    json.report("place-malformed", message, at: node, label: label, help: help)
  }
}
