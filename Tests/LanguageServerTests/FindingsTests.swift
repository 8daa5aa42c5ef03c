import Diagnostics
import Policy
import Testing
import YAML

@testable import LanguageServer

@Suite struct FindingsTests {
  private func rules(_ diagnostics: [YAMLNode]) -> [String] {
    diagnostics.compactMap { $0["code"]?.text }
  }

  private func place(_ diagnostic: YAMLNode?) -> String {
    let range = diagnostic?["range"]
    return ["start", "end"].map { end in
      "\(range?[end]?["line"]?.text ?? "?"):\(range?[end]?["character"]?.text ?? "?")"
    }
    .joined(separator: "-")
  }

  /// Without a board the findings are those of the reader of layers, no more and no fewer.
  @Test(arguments: [
    "dmaplan: 1\nname: a\npols: {}\n", "name: a\n",
    "dmaplan: 1\nname: a\npools: {a: {size: 1Mb}}\n",
    "dmaplan: 1\nname: a\nmatch: {any: yes}\n", "# dmaplan:\na: [\n", "\t", "dmaplan: 1\nname: a\n",
    "# dmaplan:\n- a\n",
    "",
    "dmaplan: 1\nname: a\n---\ndmaplan: 1\nname: a\n", "dmaplan: 1\nname: a\ntarget:\n  linux:\n",
  ])
  func findingsAreThoseOfTheReader(text: String) throws {
    var reader = LayerReader()
    reader.read(Array(text.utf8), file: "/work/p.yaml", origin: .user)
    var client = try TestClient.started()
    client.open(text)
    #expect(
      rules(client.diagnostics()).sorted() == reader.diagnostics.map(\.rule.rawValue).sorted()
    )
    for diagnostic in client.diagnostics() {
      #expect(diagnostic["source"]?.text == "dmaplan")
      #expect(diagnostic["message"]?.text?.isEmpty == false)
    }
  }

  /// An editor shows every YAML file to every server for YAML.
  @Test(arguments: [
    ("name: CI\non: push\njobs: {}\n", false), ("services: {web: {image: x}}\n", false),
    ("- hosts: all\n", false), ("a: [\n", false), ("{a: 1}\n", false), ("dmaplan: 2\nx: 1\n", true),
    ("name: a\npools: {}\n", true), ("x: 1\n---\ndmaplan: 1\n", true), ("# dmaplan:\nx: 1\n", true),
    ("# yaml-language-server: $schema=dmaplan-policy-1.schema.json\nx: 1\n", true),
  ])
  func otherYAMLFilesAreLeftAlone(text: String, isPolicy: Bool) throws {
    var client = try TestClient.started()
    client.open(text)
    #expect(client.diagnostics().isEmpty == !isPolicy, "\(client.diagnostics())")
    let answer = try client.ask("completion", at: text + "|")
    #expect(answer.isNull == !isPolicy)
    var named = try TestClient.started(options: #"{"policies":["p.yaml"]}"#)
    named.open(text)
    #expect(!named.diagnostics().isEmpty)
  }

  @Test func placesAreInUnitsOfTheClient() throws {
    let text = "dmaplan: 1\nname: a\n\"😀\": 1\n"
    var client = try TestClient.started()
    client.open(text)
    #expect(place(client.diagnostics().first) == "2:0-2:4")
    var bytes = try TestClient.started(
      capabilities: #"{"general":{"positionEncodings":["utf-8"]}}"#
    )
    bytes.open(text)
    #expect(place(bytes.diagnostics().first) == "2:0-2:6")
  }

  /// A finding about a whole layer marks its first line only.
  @Test func aFindingMarksOneLine() throws {
    var client = try TestClient.started()
    client.open("name: a\nwhy: b\ntarget: {}\n")
    #expect(rules(client.diagnostics()) == ["version-missing"])
    #expect(place(client.diagnostics().first) == "0:0-0:7")
  }

  @Test func findingsFollowTheTyping() throws {
    var client = try TestClient.started()
    client.open("dmaplan: 1\nname: a\npools: {a: {size: 1MiB}}\n")
    #expect(client.diagnostics().isEmpty)
    func edit(_ start: Int, _ end: Int, _ text: String) -> String {
      "{\"range\":{\"start\":{\"line\":2,\"character\":\(start)},"
        + "\"end\":{\"line\":2,\"character\":\(end)}},\"text\":\"\(text)\"}"
    }
    client.change(edit(12, 16, "sise"), version: 2)
    #expect(rules(client.diagnostics()) == ["unknown-key"])
    #expect(client.notifications.last?["params"]?["version"]?.text == "2")
    client.change(edit(12, 16, "size") + "," + edit(18, 22, "2Mb"), version: 3)
    #expect(rules(client.diagnostics()) == ["bad-value"])
    client.change("{\"text\":\"dmaplan: 1\\nname: a\\n\"}", version: 4)
    #expect(client.diagnostics().isEmpty)
    client.notify("textDocument/didClose", "{\"textDocument\":{\"uri\":\"\(TestClient.uri)\"}}")
    #expect(client.notifications.last?["params"]?["diagnostics"]?.items == [])
  }

  /// Typing fast costs one check: findings come when nothing more waits.
  @Test func changesThatWaitAreCheckedTogether() throws {
    var client = try TestClient.started()
    client.open("dmaplan: 1\n")
    let before = client.notifications.count
    let messages = (2..<12).flatMap { version in
      MessageStream.framed(
        TestClient.message(
          "textDocument/didChange",
          "{\"textDocument\":{\"uri\":\"\(TestClient.uri)\",\"version\":\(version)},"
            + "\"contentChanges\":[{\"text\":\"dmaplan: \(version)\"}]}"
        )
      )
    }
    client.send(messages)
    #expect(client.notifications.count == before + 1)
    #expect(client.notifications.last?["params"]?["version"]?.text == "11")
    #expect(!client.server.isUnsettled)
  }

  // MARK: Boards

  private static let quirk = """
    dmaplan: 1
    name: q
    match: {compatible: "acme,board"}
    why: w
    devices:
      codec:
        reach: 0x9000_0000..+1MiB
      gone:
        match: {path: /soc/none}

    """

  @Test(arguments: [
    #"{"dtb":"board.dtb"}"#, #"{"dmaplan":{"dtb":"/work/board.dtb"}}"#,
    #"{"dtb":"./x/../board.dtb"}"#,
  ])
  func theBoardOfTheOptionsIsHeldAgainst(options: String) throws {
    var client = try TestClient.started(.withBoard(), options: options)
    client.open(Self.quirk)
    #expect(rules(client.diagnostics()).contains("device-absent"))
    let absent = client.diagnostics().first { $0["code"]?.text == "device-absent" }
    #expect(place(absent).hasPrefix("7:") || place(absent).hasPrefix("8:"))
  }

  @Test func theBoardOfTheCommentIsHeldAgainst() throws {
    let host = try FakeHost.withBoard()
    host.files["/boards/b.dtb"] = host.files["/work/board.dtb"]
    var client = try TestClient.started(host)
    client.open("# dmaplan: dtb=../boards/b.dtb\n" + Self.quirk)
    #expect(rules(client.diagnostics()).contains("device-absent"))
    client.open(Self.quirk)
    #expect(!rules(client.diagnostics()).contains("device-absent"))
  }

  @Test func newSettingsHoldAtOnce() throws {
    var client = try TestClient.started(.withBoard())
    client.open(Self.quirk)
    #expect(!rules(client.diagnostics()).contains("device-absent"))
    client.notify("workspace/didChangeConfiguration", #"{"settings":{"dtb":"board.dtb"}}"#)
    #expect(rules(client.diagnostics()).contains("device-absent"))
    for other in ["null", "{}", "[]", #"{"yaml":{"dtb":1}}"#, #"{"dmaplan":null}"#] {
      client.notify("workspace/didChangeConfiguration", "{\"settings\":\(other)}")
      #expect(rules(client.diagnostics()).contains("device-absent"), "\(other)")
    }
    client.notify("workspace/didChangeConfiguration", #"{"settings":{"dmaplan":{}}}"#)
    #expect(!rules(client.diagnostics()).contains("device-absent"))
  }

  @Test(arguments: [
    ("dtb=none.dtb", "No such file"), ("dtb=p.yaml", "p.yaml"), ("dbt=board.dtb", "`dtb`"),
    ("dtb=", "no value"), ("dtb=board.dtb linux=six", "`six`"),
    ("dtb=board.dtb variant=9g", "`9g`"), ("dtb=board.dtb overlay=board.dtb", "no overlay"),
    ("dtb=board.dtb policy=gone.yaml", "gone.yaml"),
    ("dtb=board.dtb kernel-config=gone", "gone"),
  ])
  func whatKeepsTheBoardAwayIsSaidAtTheComment(words: String, expected: String) throws {
    let host = try FakeHost.withBoard()
    host.files["/work/p.yaml"] = Array("text".utf8)
    var client = try TestClient.started(host)
    client.open("\n# dmaplan: \(words)\ndmaplan: 1\nname: a\n")
    let found = client.diagnostics().filter { $0["message"]?.text?.contains(expected) == true }
    #expect(found.count == 1, "\(client.diagnostics())")
    #expect(place(found.first).hasPrefix("1:"))
  }

  @Test func badSettingsAreShown() throws {
    let options = #"{"dtp":"x","dtb":5,"overlays":[1],"builtin":"no"}"#
    let client = try TestClient.started(options: options)
    let shown = client.notifications.compactMap { $0["params"]?["message"]?.text }
    #expect(shown.count == 4 && shown.first?.contains("did you mean `dtb`") == true, "\(shown)")
  }

  /// A file that is open counts as it stands in the editor, also for the findings of others.
  @Test func policiesThatAreOpenAreReadFromTheEditor() throws {
    let host = try FakeHost.withBoard()
    let other = "dmaplan: 1\nname: o\npools: {video: {kind: cma, size: 8MiB}}\n"
    host.files["/work/more/o.yaml"] = Array(other.utf8)
    let options = #"{"dtb":"board.dtb","policies":["more"]}"#
    var client = try TestClient.started(host, options: options)
    client.open("dmaplan: 1\nname: a\ndevices: {codec: {pools: [video]}}\n")
    #expect(!rules(client.diagnostics()).contains("pool-unknown"))
    client.open("dmaplan: 1\nname: o\n", uri: "file:///work/more/o.yaml")
    #expect(rules(client.diagnostics()).contains("pool-unknown"))
    client.notify(
      "textDocument/didClose",
      #"{"textDocument":{"uri":"file:///work/more/o.yaml"}}"#
    )
    #expect(!rules(client.diagnostics()).contains("pool-unknown"))
  }

  /// A file of the settings that can not be read to its end is named: what it says is missing here.
  @Test func brokenPoliciesAreNamed() throws {
    let host = try FakeHost.withBoard()
    host.files["/work/o.yaml"] = Array("dmaplan: 1\nname: o\npools: [\n".utf8)
    var client = try TestClient.started(host, options: #"{"policies":["o.yaml"]}"#)
    client.open("dmaplan: 1\nname: a\n")
    let messages = client.diagnostics().compactMap { $0["message"]?.text }
    #expect(
      messages.count == 1 && messages.first?.hasPrefix("/work/o.yaml:") == true,
      "\(messages)"
    )
  }

  @Test func aBlobThatChangesOnDiskIsReadAgain() throws {
    let host = try FakeHost.withBoard()
    let blob = host.files["/work/board.dtb"]
    host.files["/work/board.dtb"] = nil
    var client = try TestClient.started(host, options: #"{"dtb":"board.dtb"}"#)
    client.open(Self.quirk)
    #expect(client.diagnostics().contains { $0["message"]?.text?.contains("No such") == true })
    host.files["/work/board.dtb"] = blob
    client.notify("workspace/didChangeWatchedFiles", #"{"changes":[]}"#)
    #expect(!client.diagnostics().contains { $0["message"]?.text?.contains("No such") == true })
  }

  @Test func aQuirkForAnotherBoardIsToldSo() throws {
    var client = try TestClient.started(.withBoard(), options: #"{"dtb":"board.dtb"}"#)
    client.open("dmaplan: 1\nname: q\nmatch: {compatible: \"acme,bord\"}\nwhy: w\n")
    #expect(rules(client.diagnostics()) == ["quirk-unmatched"])
    #expect(client.diagnostics().first?["severity"]?.text == "3")
    #expect(client.diagnostics().first?["message"]?.text?.contains("acme,board") == true)
  }

  /// The text of a built-in layer that `definition` opened is no policy of the user's.
  @Test func builtinLayersAreNotChecked() throws {
    var client = try TestClient.started(.withBoard(), options: #"{"dtb":"board.dtb"}"#)
    client.open("nonsense: 1\n", uri: "file:///cache/builtin/defaults.yaml")
    #expect(client.diagnostics("file:///cache/builtin/defaults.yaml").isEmpty)
  }

  @Test func filesThatAreNoFilesAreChecked() throws {
    var client = try TestClient.started()
    client.open("name: a\n", uri: "untitled:Untitled-1")
    #expect(rules(client.diagnostics("untitled:Untitled-1")) == ["version-missing"])
  }
}
