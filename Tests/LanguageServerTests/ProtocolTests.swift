import TestSupport
import Testing
import YAML

@testable import LanguageServer

@Suite struct ProtocolTests {
  private func code(_ answer: YAMLNode?) -> String? { answer?["error"]?["code"]?.text }

  @Test func aSessionFromBeginningToEnd() throws {
    var client = TestClient()
    let answer = try client.request("initialize", "{\"capabilities\":{}}")
    let capabilities = try #require(answer["capabilities"])
    #expect(capabilities["positionEncoding"]?.text == "utf-16")
    #expect(capabilities["textDocumentSync"]?["change"]?.text == "2")
    #expect(capabilities["hoverProvider"]?.text == "true")
    #expect(answer["serverInfo"]?["name"]?.text == "dmaplan")
    client.notify("initialized", "{}")
    #expect(try client.request("shutdown", "null").isNull)
    #expect(client.server.exitStatus == nil)
    client.notify("exit", "null")
    #expect(client.server.exitStatus == 0)
  }

  @Test func exitWithoutShutdownIsAFailure() throws {
    var client = try TestClient.started()
    client.notify("exit", "null")
    #expect(client.server.exitStatus == 1)
    var fresh = TestClient()
    fresh.notify("exit", "null")
    #expect(fresh.server.exitStatus == 1)
  }

  @Test(arguments: [
    (#"{"general":{"positionEncodings":["utf-8","utf-16"]}}"#, "utf-8"),
    (#"{"general":{"positionEncodings":["utf-32","utf-16","utf-8"]}}"#, "utf-8"),
    (#"{"general":{"positionEncodings":["utf-32"]}}"#, "utf-16"), ("{}", "utf-16"),
  ])
  func theEncodingIsAgreedUpon(capabilities: String, expected: String) throws {
    var client = TestClient()
    let answer = try client.request("initialize", "{\"capabilities\":\(capabilities)}")
    #expect(answer["capabilities"]?["positionEncoding"]?.text == expected)
  }

  @Test func theOrderOfASessionIsKept() throws {
    var client = TestClient()
    #expect(code(try client.exchange("textDocument/hover", "{}")) == "-32002")
    #expect(code(try client.exchange("shutdown", "null")) == "-32002")
    client.open("dmaplan: x")
    #expect(client.diagnostics().isEmpty)
    _ = try client.request("initialize", "{\"capabilities\":{}}")
    #expect(code(try client.exchange("initialize", "{}")) == "-32600")
    _ = try client.request("shutdown", "null")
    #expect(code(try client.exchange("textDocument/hover", "{}")) == "-32600")
  }

  @Test func whatIsNotKnownIsSaid() throws {
    var client = try TestClient.started()
    #expect(code(try client.exchange("textDocument/rename", "{}")) == "-32601")
    #expect(code(try client.exchange("$/unknown", "{}")) == "-32601")
    client.notify("textDocument/unknown", "{}")
    client.notify("$/setTrace", "{\"value\":\"off\"}")
    #expect(client.send(message: #"{"jsonrpc":"2.0","id":"dmaplan-1","result":null}"#).isEmpty)
  }

  @Test(arguments: [
    ("{", "-32700", "null"), ("hello", "-32700", "null"), ("{a: 1}", "-32700", "null"),
    ("[]", "-32600", "null"), ("5", "-32600", "null"), ("{}", "-32600", "null"),
    (#"{"jsonrpc":"2.0"}"#, "-32600", "null"), (#"{"jsonrpc":"2.0","id":7}"#, "-32600", "7"),
    (#"{"jsonrpc":"1.0","id":7,"method":"a"}"#, "-32600", "7"),
    (#"{"id":"x","method":"a"}"#, "-32600", "x"),
    (#"{"jsonrpc":"2.0","id":7,"method":8}"#, "-32600", "7"),
    (#"{"jsonrpc":"2.0","id":[1],"method":"a"}"#, "-32600", "null"),
    (#"{"jsonrpc":"2.0","id":null,"method":"a"}"#, "-32600", "null"),
    (#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#, "-32600", "null"),
    (#"{"jsonrpc":"2.0","id":7,"method":"a","params":"x"}"#, "-32602", "7"),
    (#"{"jsonrpc":"2.0","id":-3,"method":"a"}"#, "-32601", "-3"),
    (#"{"jsonrpc":"2.0","id":"a\ud83d\ude00","method":"a"}"#, "-32601", "a😀"),
  ])
  func messagesThatAreNoneAreAnswered(message: String, code: String, id: String) throws {
    var client = try TestClient.started()
    let answers = client.send(message: message)
    #expect(answers.count == 1)
    #expect(self.code(answers.first) == code && answers.first?["id"]?.text == id)
    #expect(try client.request("shutdown", "null").isNull, "the session goes on")
  }

  @Test(arguments: [
    "{}", #"{"textDocument":{}}"#, #"{"textDocument":{"uri":5},"position":{}}"#,
    #"{"textDocument":{"uri":"file:///none"},"position":{"line":0,"character":0}}"#,
    #"{"textDocument":{"uri":"file:///work/p.yaml"}}"#, "[]",
    #"{"textDocument":{"uri":"file:///work/p.yaml"},"position":{"line":-1,"character":0}}"#,
    #"{"textDocument":{"uri":"file:///work/p.yaml"},"position":{"line":"0","character":0}}"#,
    #"{"textDocument":{"uri":"file:///work/p.yaml"},"position":{"line":0.5,"character":0}}"#,
  ])
  func badParametersAreAnError(params: String) throws {
    var client = try TestClient.started()
    client.open("dmaplan: 1\n")
    for method in ["hover", "completion", "definition", "codeAction"] {
      #expect(code(try client.exchange("textDocument/" + method, params)) == "-32602")
    }
    for method in ["didOpen", "didChange", "didClose", "didSave"] {
      client.notify("textDocument/" + method, params)
    }
  }

  /// Places outside the text are answered like those at its end.
  @Test func placesOutsideTheTextAreNoFault() throws {
    var client = try TestClient.started()
    client.open("dmaplan: 1\nwhy: 😀\n")
    for place in [(0, 99), (99, 0), (1, 6), (2_147_483_647, 2_147_483_647), (1, 4_294_967_295)] {
      for method in ["hover", "completion", "definition"] {
        let params =
          "{\"textDocument\":{\"uri\":\"file:///work/p.yaml\"},"
          + "\"position\":{\"line\":\(place.0),\"character\":\(place.1)}}"
        #expect(code(try client.exchange("textDocument/" + method, params)) == nil)
      }
    }
  }

  @Test func aCancelledRequestIsNotWorkedOn() throws {
    var client = try TestClient.started()
    client.open("dmaplan: 1\n")
    let place =
      #"{"textDocument":{"uri":"file:///work/p.yaml"},"position":{"line":0,"character":0}}"#
    let messages = [
      TestClient.message("textDocument/hover", place, id: "1"),
      TestClient.message("textDocument/hover", place, id: "\"2\""),
      TestClient.message("$/cancelRequest", #"{"id":"2"}"#),
      TestClient.message("$/cancelRequest", #"{"id":77}"#),
      TestClient.message("$/cancelRequest", "[]"),
    ]
    let answers = client.send(messages.flatMap(MessageStream.framed))
    #expect(answers.count == 2)
    #expect(answers.first?["id"]?.text == "1" && answers.first?["error"] == nil)
    #expect(answers.last?["id"]?.text == "2" && code(answers.last) == "-32800")
  }

  /// Whatever arrives, the server lives and hears the next request.
  @Test func noiseDoesNotEndASession() throws {
    var random = SeededGenerator(seed: 99)
    let good = TestClient.message(
      "textDocument/completion",
      #"{"textDocument":{"uri":"file:///work/p.yaml"},"position":{"line":1,"character":2}}"#,
      id: "5"
    )
    var client = try TestClient.started()
    client.open("dmaplan: 1\npo\n")
    for _ in 0..<200 {
      var body = Array(good.utf8)
      for _ in 0..<Int(1 + random.next() % 4) {
        let place = Int(random.next() % UInt64(body.count))
        switch random.next() % 3 {
        case 0: body[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: body.remove(at: place)
        default: body.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        }
      }
      let header = Array("Content-Length: \(body.count)\r\n\r\n".utf8)
      #expect(client.send(header + body).count <= 1)
    }
    #expect(try client.request("shutdown", "null").isNull)
  }
}
