import DeviceTree
import Diagnostics
import Formats
import Testing
import YAML

@testable import LanguageServer

/// A machine of a few files in memory.
final class FakeHost: ServerHost {
  var files: [String: [UInt8]] = [:]
  var builtinLayers: [(name: String, bytes: [UInt8])] = []
  var rulePages = [
    RulePage(
      rule: "regions-overlap",
      severity: .error,
      summary: "Two regions share bytes.",
      text: "Two regions share bytes.\n"
    )
  ]
  let today = "2026-01-01"
  let workingFolder = "/work"
  let builtinFolder: String? = "/cache/builtin"

  func bytes(ofFile path: String, limit: Int) throws(HostError) -> [UInt8] {
    guard let bytes = files[path] else { throw HostError("\(path): No such file or directory") }
    return bytes
  }

  func policyFiles(at path: String) throws(HostError) -> [String] {
    let inside = files.keys.filter { $0.hasPrefix(path + "/") && $0.hasSuffix(".yaml") }
    return inside.isEmpty ? [path] : inside.sorted()
  }

  func path(ofBuiltin name: String, bytes: [UInt8]) -> String? { "/cache/builtin/" + name }

  /// A board of 1 GiB with a default pool, a codec and an ISP, and a layer that knows the codec.
  static func withBoard() throws -> FakeHost {
    let host = FakeHost()
    host.files["/work/board.dtb"] = try board()
    let text = """
      dmaplan: 1
      name: defaults
      target:
        linux: "6.12"
      devices:
        codec:
          match: {compatible: "acme,codec"}
          mask: 32
      """
    host.builtinLayers = [("defaults.yaml", Array(text.utf8))]
    return host
  }

  private static func board() throws -> [UInt8] {
    var editor = try BlobEditor()
    for path in ["/"] {
      try editor.set("#address-cells", toCells: [2], at: path)
      try editor.set("#size-cells", toCells: [2], at: path)
    }
    try editor.set("compatible", toStrings: ["acme,board", "acme,soc"], at: "/")
    try editor.addNode("memory@40000000", under: "/")
    try editor.set("device_type", toStrings: ["memory"], at: "/memory@40000000")
    try editor.set("reg", toCells: [0, 0x4000_0000, 0, 0x4000_0000], at: "/memory@40000000")
    try editor.addNode("aliases", under: "/")
    try editor.set("video0", toStrings: ["/soc/codec"], at: "/aliases")
    try editor.addNode("__symbols__", under: "/")
    try editor.set("vpu", toStrings: ["/soc/codec"], at: "/__symbols__")
    try editor.addNode("soc", under: "/")
    try editor.set("#address-cells", toCells: [1], at: "/soc")
    try editor.set("#size-cells", toCells: [1], at: "/soc")
    try editor.set("compatible", toStrings: ["simple-bus"], at: "/soc")
    try editor.set("dma-ranges", toCells: [0x4000_0000, 0, 0x4000_0000, 0x2000_0000], at: "/soc")
    for name in ["isp", "codec"] {
      try editor.addNode(name, under: "/soc")
      try editor.set("compatible", toStrings: ["acme,\(name)"], at: "/soc/\(name)")
    }
    try editor.addNode("reserved-memory", under: "/")
    try editor.set("#address-cells", toCells: [2], at: "/reserved-memory")
    try editor.set("#size-cells", toCells: [2], at: "/reserved-memory")
    try editor.set("ranges", to: [], at: "/reserved-memory")
    let path = "/reserved-memory/linux,cma"
    try editor.addNode("linux,cma", under: "/reserved-memory")
    try editor.set("compatible", toStrings: ["shared-dma-pool"], at: path)
    for flag in ["reusable", "linux,cma-default"] { try editor.set(flag, to: [], at: path) }
    try editor.set("size", toCells: [0, 0x0400_0000], at: path)
    return try editor.tree().blob
  }
}

/// Speaks to a server as an editor does.
struct TestClient {
  var server: Server
  /// What the server said without being asked.
  private(set) var notifications: [YAMLNode] = []
  private var lastID = 0

  /// A client before `initialize`.
  init(_ host: FakeHost = FakeHost()) { server = Server(host: host, version: "test") }

  /// A client behind `initialize` with these options, in JSON.
  static func started(
    _ host: FakeHost = FakeHost(),
    options: String = "null",
    capabilities: String = Self.everything
  ) throws -> TestClient {
    var client = TestClient(host)
    let params =
      "{\"rootUri\":\"file:///work\",\"capabilities\":\(capabilities),"
      + "\"initializationOptions\":\(options)}"
    _ = try client.request("initialize", params)
    client.notify("initialized", "{}")
    return client
  }

  static let everything = """
    {"textDocument":{"hover":{"contentFormat":["markdown"]},
    "publishDiagnostics":{"relatedInformation":true,"versionSupport":true},
    "codeAction":{"codeActionLiteralSupport":{"codeActionKind":{"valueSet":[]}}}}}
    """

  /// Sends bytes as they are; the messages that come back, findings included.
  @discardableResult
  mutating func send(_ bytes: [UInt8], settling: Bool = true) -> [YAMLNode] {
    var stream = MessageStream()
    stream.feed(server.receive(bytes))
    if settling { stream.feed(server.settle()) }
    var answers: [YAMLNode] = []
    while let item = stream.next() {
      guard case .message(let body) = item, let message = JSONText.value(body) else {
        Issue.record("the server sent \(item)")
        continue
      }
      #expect(message["jsonrpc"]?.text == "2.0")
      if message["method"] != nil { notifications.append(message) } else { answers.append(message) }
    }
    return answers
  }

  /// Sends one message.
  @discardableResult
  mutating func send(message: String) -> [YAMLNode] { send(MessageStream.framed(message)) }

  mutating func notify(_ method: String, _ params: String) {
    let answers = send(message: Self.message(method, params))
    #expect(answers.isEmpty, "\(answers)")
  }

  static func message(_ method: String, _ params: String, id: String? = nil) -> String {
    let id = id.map { "\"id\":\($0)," } ?? ""
    return "{\"jsonrpc\":\"2.0\",\(id)\"method\":\"\(method)\",\"params\":\(params)}"
  }

  /// Sends a request; the whole answer.
  mutating func exchange(_ method: String, _ params: String) throws -> YAMLNode {
    lastID += 1
    let answers = send(message: Self.message(method, params, id: "\(lastID)"))
    let answer = try #require(answers.first)
    #expect(answers.count == 1 && answer["id"]?.text == "\(lastID)")
    return answer
  }

  /// Sends a request; its result.
  mutating func request(_ method: String, _ params: String) throws -> YAMLNode {
    let answer = try exchange(method, params)
    return try #require(answer["result"], "\(method): \(answer)")
  }

  // MARK: Files

  static let uri = "file:///work/p.yaml"

  mutating func open(_ text: String, uri: String = Self.uri) {
    let item =
      "{\"uri\":\"\(uri)\",\"languageId\":\"yaml\",\"version\":1,\"text\":\(Self.json(text))}"
    notify("textDocument/didOpen", "{\"textDocument\":\(item)}")
  }

  mutating func change(_ changes: String, version: Int = 2, uri: String = Self.uri) {
    notify(
      "textDocument/didChange",
      "{\"textDocument\":{\"uri\":\"\(uri)\",\"version\":\(version)},\"contentChanges\":[\(changes)]}"
    )
  }

  /// The diagnostics that were published last for a file.
  func diagnostics(_ uri: String = Self.uri) -> [YAMLNode] {
    let last = notifications.last { message in
      message["method"]?.text == "textDocument/publishDiagnostics"
        && message["params"]?["uri"]?.text == uri
    }
    return last?["params"]?["diagnostics"]?.items ?? []
  }

  /// Asks at the mark `|` of a text that it opens, unless that is open.
  mutating func ask(_ method: String, at marked: String, uri: String = Self.uri) throws -> YAMLNode
  {
    let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    open(parts.joined(), uri: uri)
    let lines = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
    let place = "{\"line\":\(lines.count - 1),\"character\":\(lines.last?.utf16.count ?? 0)}"
    var params = "\"textDocument\":{\"uri\":\"\(uri)\"},\"position\":\(place)"
    if method == "codeAction" {
      params += ",\"range\":{\"start\":\(place),\"end\":\(place)},\"context\":{\"diagnostics\":[]}"
    }
    return try request("textDocument/" + method, "{\(params)}")
  }

  /// The labels of the completion at the mark.
  mutating func labels(at marked: String) throws -> [String] {
    try ask("completion", at: marked)["items"]?.items?.compactMap { $0["label"]?.text } ?? []
  }

  /// What the completion called `label` at the mark writes.
  mutating func text(of label: String, at marked: String) throws -> String? {
    let items = try ask("completion", at: marked)["items"]?.items ?? []
    return items.first { $0["label"]?.text == label }?["textEdit"]?["newText"]?.text
  }

  mutating func hover(at marked: String) throws -> String {
    try ask("hover", at: marked)["contents"]?["value"]?.text ?? ""
  }

  static func json(_ text: String) -> String { JSONValue.string(text).compactText }
}
