import TestSupport
import Testing
import YAML

@testable import LanguageServer

@Suite struct AnyTextTests {
  /// Whatever a file holds, every request about any place of it is answered.
  @Test func anyTextIsAnswered() throws {
    #if DEBUG
    let rounds = 30
    #else
    let rounds = 2000
    #endif
    let sample = """
      # dmaplan: dtb=board.dtb
      dmaplan: 1
      name: q
      match: {compatible: "acme,board", variant: 1g}
      why: w 😀
      target: {linux: "6.12", default-cma: 25%, cmdline: "cma=8M quiet"}
      variants: {1g: [0x4000_0000..0x8000_0000], 2g: {ram: [ram.start..+2GiB]}}
      firmware: {tee: {range: 0x5600_0000..+32MiB, kind: no-map}}
      pools:
        "linux,cma": {size: min(25%, 64MiB), within: device.codec.reach}
        video: {kind: cma, size: 8MiB, apart: {from: ["linux,cma"], block: 4MiB}}
      devices:
        codec: {mask: 32, pools: [video], reach: ram.start..ram.end, align: 1MiB}
        isp: {match: {path: /soc/isp}, boundary: 4MiB, iommu: off}
      workloads:
        w: {streams: {s: {device: codec, buffers: [{size: 1MiB, count: 4}, {format: 64x64 nv12}]}}}
      waive:
      - {rule: regions-overlap, why: x, until: 2027-01-01}

      """
    var random = SeededGenerator(seed: 17)
    var client = try TestClient.started(.withBoard(), options: #"{"dtb":"board.dtb"}"#)
    let words = [
      "0", "-", ":", "\n", " ", "{", "]", "'", "\"", "%", "..", "&a ", "*a", "null",
      "18446744073709551615",
    ]
    for _ in 0..<rounds {
      var text = Array(sample.unicodeScalars)
      for _ in 0..<Int(1 + random.next() % 5) {
        let place = Int(random.next() % UInt64(text.count))
        let end = min(text.count, place + Int(random.next() % 12))
        let word = words[Int(random.next() % UInt64(words.count))]
        text.replaceSubrange(
          place..<end,
          with: random.next() % 2 == 0 ? [] : Array(word.unicodeScalars)
        )
      }
      var mutated = ""
      mutated.unicodeScalars.append(contentsOf: text)
      client.open(mutated)
      for method in ["hover", "completion", "definition", "codeAction"] {
        let place = "{\"line\":\(random.next() % 22),\"character\":\(random.next() % 80)}"
        let answer = try client.exchange(
          "textDocument/" + method,
          "{\"textDocument\":{\"uri\":\"\(TestClient.uri)\"},\"position\":\(place),"
            + "\"range\":{\"start\":\(place),\"end\":\(place)},\"context\":{}}"
        )
        #expect(answer["error"] == nil, "\(mutated)")
      }
    }
  }
}
