import Diagnostics
import PhysicalMemory
import Testing
import YAML

@testable import Policy

@Suite struct MergeTests {
  private func layers(
    _ text: String,
    origin: Layer.Origin = .user
  ) -> (layers: [Layer], rules: [String]) {
    var reader = LayerReader()
    reader.read(Array(text.utf8), file: "p.yaml", origin: origin)
    return (reader.layers, reader.diagnostics.map(\.rule.rawValue))
  }

  private let board = ["acme,one", "acme,soc"]

  private func effective(_ text: String, variant: String? = nil) -> EffectivePolicy {
    let (layers, rules) = layers(text)
    #expect(rules.isEmpty)
    let forward = EffectivePolicy(layers: layers, compatible: board, variant: variant)
    let backward = EffectivePolicy(
      layers: layers.reversed(),
      compatible: board,
      variant: variant
    )
    #expect(forward.value.summary == backward.value.summary, "file order must not matter")
    return forward
  }

  @Test func theMoreSpecificQuirkWins() {
    let policy = effective(
      """
      dmaplan: 1
      name: base
      pools: {video: {size: 16MiB, align: 1MiB}}
      ---
      dmaplan: 1
      name: soc
      why: the SoC
      match: {compatible: "acme,soc"}
      pools: {video: {size: 32MiB}}
      ---
      dmaplan: 1
      name: board
      why: the board
      match: {compatible: ["other,board", "acme,one"]}
      pools: {video: {size: 64MiB}}
      """
    )
    #expect(policy.value[path: ["pools", "video", "size"]]?.text == "64MiB")
    #expect(policy.value[path: ["pools", "video", "align"]]?.text == "1MiB")
    #expect(policy.conflicts.isEmpty)
    #expect(
      policy.value[path: ["pools", "video", "size"]]?.overruled.map(\.summary) == [
        "16MiB", "32MiB",
      ]
    )
  }

  @Test func appendAndRemove() {
    let policy = effective(
      """
      dmaplan: 1
      name: base
      devices: {ve: {on: /soc, pools: [a], mask: 32}}
      ---
      dmaplan: 1
      name: more
      why: another pool
      match: {any: true}
      devices: {ve: {pools+: [b], mask: null}}
      """
    )
    #expect(policy.value[path: ["devices", "ve", "pools"]]?.summary == "[a, b]")
    #expect(policy.value[path: ["devices", "ve", "mask"]] == nil)
  }

  @Test func equallyStrongLayersMustAgree() {
    let text = """
      dmaplan: 1
      name: left
      why: x
      match: {compatible: "acme,one"}
      pools: {video: {size: 16MiB, align: 1MiB}}
      ---
      dmaplan: 1
      name: right
      why: x
      match: {compatible: "acme,one"}
      pools: {video: {size: 32MiB, align: 1MiB}}
      """
    let policy = effective(text)
    #expect(policy.conflicts.map(\.rule) == ["layers-conflict"])
    let overriding = effective(text.replacing("name: left", with: "name: left\noverride: true"))
    #expect(overriding.conflicts.isEmpty)
    #expect(overriding.value[path: ["pools", "video", "size"]]?.text == "16MiB")
  }

  @Test func aVariantIsOneStepMoreSpecific() {
    let text = """
      dmaplan: 1
      name: all
      why: x
      match: {compatible: "acme,soc"}
      pools: {video: {size: 16MiB}}
      ---
      dmaplan: 1
      name: small
      why: x
      match: {compatible: "acme,soc", variant: 512m}
      pools: {video: {size: 8MiB}}
      """
    #expect(
      effective(text, variant: "512m").value[path: ["pools", "video", "size"]]?.text == "8MiB"
    )
    #expect(
      effective(text, variant: "1g").value[path: ["pools", "video", "size"]]?.text == "16MiB"
    )
  }

  @Test(arguments: [
    ("dmaplan: 1\nname: a\npools: {v: {algnment: 2MiB}}", ["unknown-key"]),
    ("dmaplan: 1\nname: a\npools: {v: {size: 96 MB}}", ["bad-value"]),
    ("dmaplan: 1\nname: a\ncarve-outs: {v: {within: 0x80..0x40}}", ["bad-value"]),
    ("dmaplan: 1\nname: a\npools: {v: {default: yes}}", ["bad-value"]),
    ("dmaplan: 1\nname: a\nmatch: {any: true}", ["why-missing"]),
    ("dmaplan: 2\nname: a", ["version-unknown"]),
    ("name: a", ["version-missing"]),
    ("dmaplan: 1\nname: a\nwhy: x\nmatch: {any: true, variant+: [y]}", ["wrong-type"]),
    ("dmaplan: 1\nname: a\npools: [1]", ["wrong-type"]),
    ("dmaplan: 1\nname: a\n---\ndmaplan: 1\nname: a", ["layer-name-taken"]),
    ("dmaplan: 1\nname: a\ntarget: {linux: 6}", ["bad-value"]),
    ("dmaplan: 1\nname: a\nmatch: {compatible: a,b}\nwhy: x", ["value-missing"]),
  ])
  func mistakes(text: String, rules: [String]) {
    #expect(layers(text).rules == rules)
  }

  @Test func theTreeStandsBetweenDefaultsAndQuirks() {
    let (layers, _) = layers(
      """
      dmaplan: 1
      name: base
      pools: {default-cma: {default: true, size: 16MiB, align: 8MiB}}
      ---
      dmaplan: 1
      name: quirk
      why: x
      match: {any: true}
      pools: {main: {node: "linux,cma", align: 4MiB}}
      """
    )
    let region = PolicyValue(
      tree: .mapping([
        "size": .tree("0x4000000", path: "/reserved-memory/linux,cma", property: "size")
      ]),
      path: "/reserved-memory/linux,cma",
      property: nil
    )
    let tree = TreeLayer(
      value: PolicyValue(
        tree: .mapping([
          "pools": PolicyValue(tree: .mapping(["linux,cma": region]), path: "/", property: nil)
        ]),
        path: "/",
        property: nil
      ),
      regions: ["linux,cma"],
      defaultRegion: "linux,cma"
    )
    let policy = EffectivePolicy(layers: layers, compatible: board, variant: nil, tree: tree)
    #expect(policy.regions.map(\.name) == ["linux,cma"])
    #expect(policy.value[path: ["pools", "linux,cma", "size"]]?.text == "0x4000000")
    #expect(policy.value[path: ["pools", "linux,cma", "align"]]?.text == "4MiB")
    #expect(policy.binding.canonicalName("default-cma") == "linux,cma")
  }
}

@Suite struct BoundTests {
  /// Values that no kernel or no folder takes are refused where they stand.
  @Test(arguments: [
    "target: {page-size: 5KiB}", "target: {cma-alignment: 99}",
    "devices: {d: {on: /soc, mask: 65}}", "pools: {p: {size: 0}}",
    "variants: {\"../evil\": [0..+1GiB]}",
    "workloads: {w: {streams: {s: {device: d, buffers: [{size: 1M, count: 0}]}}}}",
  ])
  func outOfBounds(text: String) {
    var reader = LayerReader()
    reader.read(Array("dmaplan: 1\nname: a\n\(text)".utf8), file: "p.yaml", origin: .user)
    #expect(reader.diagnostics.map(\.rule) == ["bad-value"])
  }
}
