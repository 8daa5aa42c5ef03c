import Testing
import YAML

@testable import LanguageServer

@Suite struct CompletionTests {
  private func client() throws -> TestClient {
    try TestClient.started(.withBoard(), options: #"{"dtb":"board.dtb"}"#)
  }

  private static let head = "dmaplan: 1\nname: q\nmatch: {compatible: \"acme,board\"}\nwhy: w\n"

  @Test(arguments: [
    ("pools:\n  video:\n    ki|", ["kind", "size"], ["dmaplan", "kinds"]),
    ("pools:\n  video:\n    size: 1MiB\n    |", ["kind"], ["size"]),
    ("pools:\n  video:\n    kind: |", ["cma", "coherent"], ["kind"]),
    ("pools:\n  |", ["linux,cma"], ["size"]),
    ("devices:\n  |", ["codec"], ["mask"]),
    ("devices:\n  x:\n    match:\n      path: |", ["/soc/codec", "/soc/isp"], ["/"]),
    ("devices:\n  x:\n    match: {compatible: \"|\"}", ["acme,isp", "acme,codec"], []),
    ("devices:\n  x:\n    match: {alias: |", ["video0"], []),
    ("devices:\n  x:\n    match: {label: |", ["vpu"], ["video0"]),
    ("waive:\n  |", ["rule", "why"], []),
    ("devices:\n  x:\n    pools: [|", ["linux,cma"], []),
    ("devices:\n  x:\n    pools:\n      - |", ["linux,cma"], []),
    ("pools:\n  a: {}\ndevices:\n  x:\n    heap: |", ["a", "linux,cma"], []),
    ("workloads:\n  w:\n    streams:\n      s: {device: |", ["codec"], []),
    (
      "workloads:\n  w:\n    streams:\n      s:\n        buffers:\n          - {name: x, |",
      ["size"], ["name"]
    ),
    (
      "workloads:\n  w:\n    phases:\n    - name: boot\n    streams:\n      s:\n        during: |",
      ["boot"], []
    ),
    ("rules:\n  |", ["regions-overlap"], []), ("rules:\n  x: |", ["error", "off"], []),
    ("waive:\n- rule: |", ["regions-overlap"], []), ("waive:\n- |", ["rule", "why"], []),
    ("override: |", ["true", "false"], []), ("|", ["pools", "target"], ["name", "why"]),
    ("target:\n  default-cma: |", ["96MiB"], []), ("target: {cma-areas: {|", ["arm64"], []),
    ("variants:\n  1g:\n    |", ["ram", "firmware"], []),
    ("nonsense:\n  |", [], ["size", "pools"]), ("# |", [], ["pools"]),
    ("target:\n  cmdline: |", [], ["console=ttyS0 cma=128M"]),
    ("workloads:\n  w:\n    streams:\n      s: {every: {|", ["uniform", "exponential"], []),
    ("workloads:\n  w:\n    streams:\n      s: {every: |", ["2min", "{uniform: 30s..5min}"], []),
    ("pools:\n  a:\n    apart: {block: |", ["bank", "96MiB"], []),
  ])
  func completionOffersWhatMayStandThere(
    marked: String,
    present: [String],
    absent: [String]
  ) throws {
    var client = try client()
    let labels = try client.labels(at: Self.head + marked)
    for label in present { #expect(labels.contains(label), "\(marked): \(labels)") }
    for label in absent { #expect(!labels.contains(label), "\(marked): \(labels)") }
    #expect(Set(labels).count == labels.count, "\(labels)")
  }

  /// A file that can not be read has completion all the same.
  @Test(arguments: [
    "pools:\n  a: [unclosed\n  b:\n    ki|", "pools:\n  a\n  b:\n    ki|\nx: {",
    "\"open\npools:\n  b:\n    |",
    "pools:\n  b:\n    size 5\n    ki|\n  c: d: e", "pools: {b: {ki|",
  ])
  func brokenFilesHaveCompletion(marked: String) throws {
    var client = try client()
    #expect(try client.labels(at: Self.head + marked).contains("kind"), "\(marked)")
    #expect(!client.diagnostics().isEmpty)
  }

  @Test(arguments: [
    ("pools:\n  a:\n    |", "size", "size: "), ("pools:\n  a:\n    |", "apart", "apart:"),
    ("pools:\n  a:\n    si|: 1MiB", "size", "size"), ("pools:\n  a: {|", "apart", "apart: "),
    ("pools:\n  a:\n    kind:|", "cma", " cma"),
    ("devices:\n  x:\n    pools: |", "linux,cma", "[\"linux,cma\"]"),
    ("devices:\n  x:\n    pools: [|", "linux,cma", "\"linux,cma\""),
    ("devices:\n  x:\n    heap: |", "linux,cma", "\"linux,cma\""),
    ("pools:\n  |", "linux,cma", "\"linux,cma\":"),
    ("devices:\n  x:\n    on: |", "/soc", "/soc"),
    ("devices:\n  x:\n    on: \"|\"", "/soc", "\"/soc\""),
    ("waive:\n  |", "rule", "- rule: "),
    ("devices:\n  x:\n    pools:\n      |", "linux,cma", "- \"linux,cma\""),
  ])
  func completionWritesWhatTheReaderTakes(marked: String, label: String, text: String) throws {
    var client = try client()
    #expect(try client.text(of: label, at: Self.head + marked) == text)
  }

  /// Every completion of every place of a sample, put in, is a word of the same place.
  @Test func theEditsOfCompletionsAreInsideTheirLine() throws {
    let sample =
      Self.head + "pools:\n  a: {kind: cma, size: 1MiB}\ndevices:\n  x:\n    pools: [a]\n"
    var client = try client()
    let lines = sample.split(separator: "\n", omittingEmptySubsequences: false)
    client.open(sample)
    for (number, line) in lines.enumerated() {
      for character in 0...line.utf16.count {
        let answer = try client.request(
          "textDocument/completion",
          "{\"textDocument\":{\"uri\":\"\(TestClient.uri)\"},"
            + "\"position\":{\"line\":\(number),\"character\":\(character)}}"
        )
        for item in answer["items"]?.items ?? [] {
          let range = try #require(TextRange(item["textEdit"]?["range"]))
          #expect(range.start.line == number && range.end.line == number)
          #expect(range.start.character <= character && character <= range.end.character)
        }
      }
    }
  }
}
