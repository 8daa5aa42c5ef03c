public import Diagnostics
public import DryRun
import PhysicalMemory
import YAML

/// A scenario for `replay` as JSON: a name, and operations as lists of words.
public enum ScenarioJSON {
  /// The name of the shape, which a file may leave out.
  public static let schema = "dmaplan-scenario/1"
  /// Operations that a scenario may have.
  public static let maximumOperations = 100_000

  /// The scenario in `bytes`, or nil, and what is wrong with it.
  ///
  /// - Complexity: O(size of the file).
  public static func read(
    bytes: [UInt8],
    file: String
  ) -> (scenario: Scenario?, diagnostics: [Diagnostic]) {
    var reader = ScenarioReader()
    guard
      let top = reader.json.document(bytes: bytes, file: file, schema: schema, isStated: false)
    else { return (nil, reader.json.diagnostics) }
    let scenario = reader.scenario(top)
    let isBroken = reader.json.diagnostics.contains { $0.severity == .error }
    return (isBroken ? nil : scenario, reader.json.diagnostics)
  }
}

/// Builds a scenario; every operation is read whether or not an earlier one was good.
struct ScenarioReader {
  var json = JSONReader()

  mutating func scenario(_ top: YAMLNode) -> Scenario {
    json.expectKeys(["schema", "name", "description", "system", "disk", "ops"], in: top)
    let name = json.optional("name", of: top).flatMap { json.text($0) } ?? ""
    let hasDisk = json.optional("disk", of: top).flatMap { json.flag($0) } ?? false
    let items = json.items("ops", of: top)
    if items.count > ScenarioJSON.maximumOperations {
      json.report(
        "json-bad-number",
        "a scenario has at most \(ScenarioJSON.maximumOperations) operations",
        at: top["ops"],
        label: "\(items.count) are too many",
        help: "split it into several scenarios"
      )
      return Scenario(name: name, operations: [])
    }
    return Scenario(
      name: name,
      hasDisk: hasDisk,
      operations: items.compactMap { operation($0) }
    )
  }

  private mutating func operation(_ node: YAMLNode) -> Scenario.Operation? {
    let words = json.items(node)
    guard let first = words.first else {
      if node.items != nil {
        fault("an operation has a word at least", node, "this is empty", "write one or remove it")
      }
      return nil
    }
    guard let word = json.text(first) else { return nil }
    guard let shape = Self.shapes[word] else {
      let guess = didYouMean(word, among: Self.shapes.keys.sorted())
      fault(
        "`\(word.prefix(40))` is no operation",
        first,
        "not known",
        guess.map { "did you mean `\($0)`?" }
          ?? "the operations are " + Self.shapes.keys.sorted().joined(separator: ", ")
      )
      return nil
    }
    guard words.count == shape.count + 1 else {
      fault(
        "`\(word)` takes " + (shape.isEmpty ? "nothing" : shape.joined(separator: " and ")),
        words.count > shape.count + 1 ? words[shape.count + 1] : first,
        words.count > shape.count + 1 ? "one too many" : "something is missing",
        "write `[" + (["\"\(word)\""] + shape).joined(separator: ", ") + "]`"
      )
      return nil
    }
    return build(word, Array(words.dropFirst()))
  }

  /// What each operation takes after its word.
  private static let shapes: [String: [String]] = [
    "alloc": ["an id", "bytes"], "free": ["an id"], "anon": ["bytes"], "anon_locked": ["bytes"],
    "anon_thp": ["bytes"], "anon_until": ["KiB"], "tmpfs": ["bytes"], "tmpfs_until": ["KiB"],
    "read": ["a path", "bytes"], "small_files": ["a count", "bytes"], "rm_odd": [],
    "rm_file": ["a number"], "rm_tmpfs": [], "drop_anon": [], "drop_first": [], "drop_caches": [],
    "compact": [], "pin": ["a count", "pages"], "unpin": [], "uring": [],
    "sleep_ms": ["milliseconds"], "state": [],
  ]

  private mutating func build(_ word: String, _ arguments: [YAMLNode]) -> Scenario.Operation? {
    switch word {
    case "alloc": return id(arguments[0]).flatMap { id in allocation(id, arguments[1]) }
    case "free": return id(arguments[0]).map { .free(id: $0) }
    case "read":
      return json.text(arguments[0]).flatMap { path in
        bytes(arguments[1]).map { .read(path: path, $0) }
      }
    case "small_files":
      return number(arguments[0]).flatMap { count in
        bytes(arguments[1]).map { .smallFiles(count: count, $0) }
      }
    case "pin":
      return number(arguments[0]).flatMap { most in stride(most, arguments[1]) }
    case "rm_file": return number(arguments[0]).map { .removeFile(String($0)) }
    case "sleep_ms": return number(arguments[0]).map { .sleep(milliseconds: $0) }
    case "anon": return bytes(arguments[0]).map { .anonymous($0, .pages) }
    case "anon_locked": return bytes(arguments[0]).map { .anonymous($0, .locked) }
    case "anon_thp": return bytes(arguments[0]).map { .anonymous($0, .huge) }
    case "tmpfs": return bytes(arguments[0]).map { .tmpfs($0) }
    case "anon_until": return kib(arguments[0]).map { .anonymousUntil(free: $0) }
    case "tmpfs_until": return kib(arguments[0]).map { .tmpfsUntil(free: $0) }
    default: return Self.plain[word]
    }
  }

  private static let plain: [String: Scenario.Operation] = [
    "rm_odd": .removeOdd, "rm_tmpfs": .removeFiles, "drop_anon": .dropAnonymous,
    "drop_first": .dropFirst, "drop_caches": .dropCaches, "compact": .compact, "unpin": .unpin,
    "uring": .pinLongTerm, "state": .state,
  ]

  private mutating func allocation(_ id: String, _ size: YAMLNode) -> Scenario.Operation? {
    guard let bytes = bytes(size) else { return nil }
    guard bytes > .zero else {
      fault("a buffer has bytes", size, "zero are none", "write its size in bytes")
      return nil
    }
    return .allocate(id: id, bytes)
  }

  private mutating func stride(_ most: UInt64, _ node: YAMLNode) -> Scenario.Operation? {
    guard let stride = number(node) else { return nil }
    guard stride > 0 else {
      fault("a window has pages", node, "zero are none", "write 1 to pin in every page")
      return nil
    }
    return .pin(most: most, stride: stride)
  }

  /// An id is a text, or a number taken as text.
  private mutating func id(_ node: YAMLNode) -> String? {
    if let scalar = node.scalar, scalar.style == .plain, UInt64(scalar.text) != nil {
      return scalar.text
    }
    return json.text(node)
  }

  /// A whole number, as a number or as a text of digits.
  private mutating func number(_ node: YAMLNode) -> UInt64? {
    let value: UInt64?
    if let scalar = node.scalar, scalar.style != .plain, let number = UInt64(scalar.text) {
      value = number
    } else {
      value = json.number(node)
    }
    guard let value else { return nil }
    guard value <= Self.largest else {
      fault(
        "a number of an operation is at most \(Self.largest)",
        node,
        "this is too much",
        "write less: no machine has a pebibyte"
      )
      return nil
    }
    return value
  }

  /// 1 PiB: more than any machine has, and far from where sums overflow.
  private static let largest: UInt64 = 1 << 50

  private mutating func bytes(_ node: YAMLNode) -> ByteCount? { number(node).map { ByteCount($0) } }
  private mutating func kib(_ node: YAMLNode) -> ByteCount? {
    guard let number = number(node) else { return nil }
    guard number <= Self.largest >> 10 else {
      fault(
        "a number of KiB is at most \(Self.largest >> 10)",
        node,
        "this is too much",
        "write KiB, not bytes"
      )
      return nil
    }
    return .kib(number)
  }

  private mutating func fault(
    _ message: String,
    _ node: YAMLNode,
    _ label: String,
    _ help: String
  ) {
    json.report("scenario-malformed", message, at: node, label: label, help: help)
  }
}
