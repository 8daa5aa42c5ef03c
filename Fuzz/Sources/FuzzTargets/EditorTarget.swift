import BuiltinPolicies
import Diagnostics
import LanguageServer
import RuleManual

/// A machine of a few files in memory.
final class MemoryHost: ServerHost {
  private let files: [String: [UInt8]] = [
    "/work/board.dtb": Files.fixtureBytes("board.dtb"),
    "/work/other.yaml": Array("dmaplan: 1\nname: other\nwhy: a test\n".utf8),
  ]
  let rulePages = RulePage.pages(in: RuleManual.text)
  let builtinLayers = BuiltinPolicies.files.filter { $0.name == "default.yaml" }
  let today = "2026-01-01"
  let workingFolder = "/work"
  let builtinFolder: String? = "/cache"

  func bytes(ofFile path: String, limit: Int) throws(HostError) -> [UInt8] {
    guard let bytes = files[path] else { throw HostError("\(path): No such file or directory") }
    return bytes
  }

  func policyFiles(at path: String) throws(HostError) -> [String] {
    path == "/work" ? ["/work/other.yaml"] : [path]
  }

  func path(ofBuiltin name: String, bytes: [UInt8]) -> String? { "/cache/" + name }
}

/// Messages of an editor, one a line; a line that begins with `!` is bytes without a frame, and one
/// that begins with `?` asks about every place of the text behind it.
struct EditorTarget: FuzzTarget {
  private static let uri = "file:///work/p.yaml"
  nonisolated(unsafe) private static let host = MemoryHost()

  func run(_ bytes: [UInt8]) {
    var server = Server(host: Self.host, version: "0")
    if bytes.first != UInt8(ascii: "!") {
      let params =
        "{\"rootUri\":\"file:///work\",\"capabilities\":{},"
        + "\"initializationOptions\":{\"dtb\":\"board.dtb\"}}"
      say(message("initialize", params, id: 0), &server)
    }
    for line in bytes.split(separator: 0x0A).prefix(64) where server.exitStatus == nil {
      switch line.first {
      case UInt8(ascii: "!"): take(server.receive(line.dropFirst() + [0x0D, 0x0A]))
      case UInt8(ascii: "?"): ask(line.dropFirst(), &server)
      default: say(Array(line), &server)
      }
      take(server.settle())
    }
  }

  /// What the server says is a row of messages.
  private func take(_ output: [UInt8]) {
    var rest = output[...]
    let prefix = Array("Content-Length: ".utf8)
    while !rest.isEmpty {
      guard rest.starts(with: prefix), let end = rest.firstIndex(of: 0x0D),
        let length = Int(
          String(decoding: rest[(rest.startIndex + prefix.count)..<end], as: UTF8.self)
        ),
        rest.endIndex - end - 4 >= length
      else { Harness.stop("the server sent \(String(decoding: rest, as: UTF8.self))") }
      let body = rest[(end + 4)..<(end + 4 + length)]
      Output.requireJSON(String(decoding: body, as: UTF8.self), "an answer of the server")
      rest = rest[(end + 4 + length)...]
    }
    try? OutputFile.write(output, to: 1, "output")
  }

  private func say(_ body: [UInt8], _ server: inout Server) {
    take(server.receive(Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body))
  }

  private func message(_ method: String, _ params: String, id: Int? = nil) -> [UInt8] {
    let id = id.map { "\"id\":\($0)," } ?? ""
    return Array("{\"jsonrpc\":\"2.0\",\(id)\"method\":\"\(method)\",\"params\":\(params)}".utf8)
  }

  /// Opens a text, `|` for its line breaks, and asks about it; the first byte says where.
  private func ask(_ text: ArraySlice<UInt8>, _ server: inout Server) {
    let place = Int(text.first ?? 0)
    var json = ""
    for scalar in String(decoding: text.dropFirst(), as: UTF8.self).unicodeScalars {
      switch scalar {
      case "|": json += "\\n"
      case "\"": json += "\\\""
      case "\\": json += "\\\\"
      default:
        json += scalar.value < 0x20 ? " " : String(Character(scalar))
      }
    }
    let document =
      "{\"uri\":\"\(Self.uri)\",\"languageId\":\"yaml\",\"version\":1,\"text\":\"\(json)\"}"
    say(message("textDocument/didOpen", "{\"textDocument\":\(document)}"), &server)
    take(server.settle())
    let lines = json.split(separator: "\\n", omittingEmptySubsequences: false)
    let line = place % max(lines.count, 1)
    for character in [0, 2, 4, 6, 8, 12, 16, lines[line].count] {
      let position = "{\"line\":\(line),\"character\":\(character)}"
      let asked = "\"textDocument\":{\"uri\":\"\(Self.uri)\"},\"position\":\(position)"
      for method in ["hover", "completion", "definition"] {
        say(message("textDocument/" + method, "{\(asked)}", id: 1), &server)
      }
      let range =
        "\"range\":{\"start\":\(position),\"end\":{\"line\":\(lines.count),\"character\":0}}"
      let context = "\"context\":{\"diagnostics\":[]}"
      say(message("textDocument/codeAction", "{\(asked),\(range),\(context)}", id: 2), &server)
    }
  }
}
