import Foundation
import Testing
import YAML

@testable import LanguageServer

@Suite struct FeatureTests {
  private func client() throws -> TestClient {
    try TestClient.started(.withBoard(), options: #"{"dtb":"board.dtb"}"#)
  }

  private static let head = "dmaplan: 1\nname: q\nmatch: {compatible: \"acme,board\"}\nwhy: w\n"

  // MARK: Hover

  @Test func hoverTellsWhatAKeyMeans() throws {
    var client = try TestClient.started()
    let text = try client.hover(at: "dmaplan: 1\nname: a\npools:\n  a:\n    si|ze: 1MiB\n")
    #expect(text.contains("**size**: How big.") && text.contains("`size: 96MiB`"), "\(text)")
    #expect(!text.contains("On `"))
  }

  @Test func hoverTellsWhatHoldsAndWhoWasOverruled() throws {
    var client = try client()
    let pool = try client.hover(at: Self.head + "pools:\n  \"linux,cma\":\n    si|ze: 96MiB\n")
    #expect(pool.contains("On `acme,board`"), "\(pool)")
    #expect(pool.contains("**`96MiB`** from layer `q` here, line 7"), "\(pool)")
    #expect(pool.contains("`/reserved-memory/linux,cma`: `size = <0x0 0x4000000>;`"), "\(pool)")
    let mask = try client.hover(at: Self.head + "devices:\n  codec:\n    ma|sk: 36\n")
    #expect(mask.contains("**`36`**") && mask.contains("overruled: `32` from layer `defaults`"))
    let linux = try client.hover(at: Self.head + "target:\n  linu|x: null\n")
    #expect(linux.contains("kernel version"))
  }

  /// The command line beats the node, and the node the configured size; the kernel's place is told.
  @Test func hoverTellsWhatLinuxGoesBy() throws {
    let options = #"{"dtb":"board.dtb","cmdline":"quiet cma=32M"}"#
    var client = try TestClient.started(.withBoard(), options: options)
    for text in [
      "target:\n  default-|cma: 16MiB\n", "pools:\n  \"linux,cma\":\n    si|ze: 96MiB\n",
    ] {
      let hover = try client.hover(at: Self.head + text)
      #expect(
        hover.contains("**`cma=32M`** from the command line of the settings, character 7"),
        "\(hover)"
      )
      #expect(hover.contains("overruled: `64 MiB` from the tree, `/reserved-memory/linux,cma`"))
      #expect(hover.contains("- 32 MiB at 0x"), "\(hover)")
    }
    let cmdline = try client.hover(at: Self.head + "target:\n  cmd|line: cma=8M\n")
    #expect(cmdline.contains("overruled: `cma=8M` from layer `q` here, line 6"), "\(cmdline)")
  }

  /// Variants that agree are told of once, with what differs between them.
  @Test func variantsThatAgreeAreToldOfOnce() throws {
    var client = try client()
    let variants = "variants:\n  1g: [0x4000_0000..+1GiB]\n  2g: [0x4000_0000..+2GiB]\n"
    let area = try client.hover(at: Self.head + variants + "target:\n  default-|cma: 16MiB\n")
    #expect(area.components(separatedBy: "`default-cma` for Linux on").count == 2, "\(area)")
    #expect(area.contains("- 1g: 64 MiB at") && area.contains("- 2g: 64 MiB at"), "\(area)")
    let ram = try client.hover(at: Self.head + variants.replacing("2g", with: "2|g"))
    #expect(ram.contains("`ram` for Linux on `acme,board` (2g)") && ram.contains("2 GiB"), "\(ram)")
    #expect(!ram.contains("1GiB"))
  }

  @Test func hoverTellsOfWhatAValueNames() throws {
    var client = try client()
    let path = try client.hover(at: Self.head + "devices:\n  x: {match: {path: /soc/co|dec}}\n")
    #expect(path.contains("compatible = \"acme,codec\";"), "\(path)")
    let device = try client.hover(at: Self.head + "devices:\n  co|dec: {mask: 32}\n")
    #expect(device.contains("0x4000_0000..<0x6000_0000"), "\(device)")
    let rule = try client.hover(at: Self.head + "waive:\n- {rule: regions-|overlap, why: w}\n")
    #expect(rule.contains("Two regions share bytes."))
    let pool = try client.hover(at: Self.head + "devices:\n  codec: {pools: [\"linux,c|ma\"]}\n")
    #expect(pool.contains("lies at"), "\(pool)")
    let comment = try client.hover(at: "# dmaplan: dtb=bo|ard.dtb\n" + Self.head)
    #expect(comment.contains("acme,board, acme,soc"), "\(comment)")
  }

  @Test func hoverIsPlainWhereTheClientWantsThat() throws {
    var client = try TestClient.started(capabilities: "{}")
    let answer = try client.ask("hover", at: "dmaplan: 1\nove|rride: true\n")
    #expect(answer["contents"]?["kind"]?.text == "plaintext")
    let text = answer["contents"]?["value"]?.text ?? ""
    #expect(text.hasPrefix("override: ") && !text.contains("*") && !text.contains("`"))
    #expect(try client.ask("hover", at: "dmaplan: 1\n|\n").isNull)
  }

  // MARK: Definition

  private func places(_ answer: YAMLNode) -> [String] {
    (answer.items ?? []).map { item in
      let start = item["range"]?["start"]
      return
        "\(item["uri"]?.text ?? "?"):\(start?["line"]?.text ?? "?"):\(start?["character"]?.text ?? "?")"
    }
  }

  @Test func definitionLeadsToTheLayer() throws {
    var client = try client()
    let builtin = "file:///cache/builtin/defaults.yaml"
    // The value here holds, so what it overrules is shown.
    let mask = try client.ask("definition", at: Self.head + "devices:\n  codec:\n    mask: 3|6\n")
    #expect(places(mask) == [builtin + ":7:10"])
    let device = try client.ask(
      "definition",
      at: Self.head + "workloads:\n  w: {streams: {s: {device: co|dec, buffers: []}}}\n"
    )
    #expect(places(device) == [builtin + ":5:2"])
    let pool = try client.ask(
      "definition",
      at: Self.head + "pools:\n  a: {kind: cma, size: 1MiB}\ndevices:\n  codec: {pools: [|a]}\n"
    )
    #expect(places(pool) == [TestClient.uri + ":5:2"])
    let phase = try client.ask(
      "definition",
      at: Self.head
        + "workloads:\n  w:\n    phases:\n    - {name: boot}\n    streams: {s: {device: codec, during: bo|ot}}\n"
    )
    #expect(places(phase) == [TestClient.uri + ":7:13"])
    // The tree is no text: a value that nobody overrules leads to itself.
    let node = try client.ask("definition", at: Self.head + "devices:\n  x: {on: /s|oc}\n")
    #expect(places(node) == [TestClient.uri + ":5:10"])
    #expect(try client.ask("definition", at: "dmaplan: 1\nna|me: q\n").isNull)
  }

  /// A quirk that loses leads to the one that wins.
  @Test func definitionLeadsToTheWinner() throws {
    let host = try FakeHost.withBoard()
    let other =
      Self.head.replacing("name: q", with: "name: o").replacing("why", with: "override: true\nwhy")
      + "devices: {codec: {mask: 40}}\n"
    host.files["/work/o.yaml"] = Array(other.utf8)
    var client = try TestClient.started(
      host,
      options: #"{"dtb":"board.dtb","policies":["o.yaml"]}"#
    )
    let mask = try client.ask("definition", at: Self.head + "devices:\n  codec:\n    ma|sk: 36\n")
    #expect(places(mask).first == "file:///work/o.yaml:5:24", "\(places(mask))")
  }

  // MARK: Code actions

  @Test func fixesAreOffered() throws {
    var client = try TestClient.started()
    let text = "dmaplan: 1\nname: a\noverride: y|es\npools: {a: {default: on}}\n"
    let actions = try client.ask("codeAction", at: text).items ?? []
    #expect(actions.compactMap { $0["kind"]?.text } == ["quickfix", "source.fixAll"])
    let fix = try #require(actions.first)
    #expect(fix["isPreferred"]?.text == "true" && fix["title"]?.text == "Replace by `true`")
    let edit = fix["edit"]?["changes"]?[TestClient.uri]?.items?.first
    #expect(edit?["newText"]?.text == "true")
    #expect(TextRange(edit?["range"]).map(\.start) == TextPosition(line: 2, character: 10))
    #expect(fix["diagnostics"]?.items?.first?["code"]?.text == "bad-value")
    #expect(actions.last?["edit"]?["changes"]?[TestClient.uri]?.items?.count == 2)
  }

  @Test func fixesThatNeedAPersonAreMarked() throws {
    var client = try TestClient.started()
    let actions = try client.ask("codeAction", at: "dmaplan: 1\nname: a\npo|ls: {}\n").items ?? []
    #expect(actions.count == 1)
    #expect(actions.first?["isPreferred"]?.text == "false")
    #expect(actions.first?["title"]?.text == "Replace by `pools` (look at it)")
    #expect(client.diagnostics().first?["data"]?["applicability"]?.text == "review")
    #expect(try client.ask("codeAction", at: "dmaplan: 1\nna|me: a\npols: {}\n").items == [])
  }

  @Test func onlyTheKindsThatAreAskedForAreOffered() throws {
    var client = try TestClient.started()
    client.open("dmaplan: 1\nname: a\noverride: yes\n")
    for (only, expected) in [
      ("\"source\"", ["source.fixAll"]), ("\"quickfix\"", ["quickfix"]), ("\"refactor\"", []),
      ("\"source.fixAll.dmaplan\"", []),
    ] {
      let place = "{\"line\":2,\"character\":11}"
      let answer = try client.request(
        "textDocument/codeAction",
        "{\"textDocument\":{\"uri\":\"\(TestClient.uri)\"},\"range\":{\"start\":\(place),\"end\":\(place)},"
          + "\"context\":{\"diagnostics\":[],\"only\":[\(only)]}}"
      )
      #expect((answer.items ?? []).compactMap { $0["kind"]?.text } == expected)
    }
  }
}
