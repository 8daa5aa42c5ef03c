import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy
import YAML

extension LayoutReader {
  mutating func region(_ node: YAMLNode) -> LayoutRegion? {
    json.expectKeys(
      [
        "name", "node", "kind", "base", "size", "align", "flags", "users", "default", "attach",
        "confidence", "compatible", "origin",
      ],
      in: node
    )
    let name = json.text("name", of: node)
    let path = json.optional("node", of: node).flatMap { json.text($0) }
    let kind: RegionKind? = json.word("kind", of: node)
    let range = json.range(node)
    let alignment = json.alignment("align", of: node)
    let flags = self.flags(of: node)
    let users = json.texts("users", of: node)
    let isDefault = json.flag("default", of: node)
    let confidence: Confidence? = json.word("confidence", of: node)
    let compatible = json.optional("compatible", of: node).map { json.items($0) } ?? []
    let strings = compatible.compactMap { json.text($0) }
    let origins = origins(of: node)
    guard let name, let kind, let range, let alignment, let isDefault, let confidence else {
      return nil
    }
    return LayoutRegion(
      name: name,
      node: path,
      kind: kind,
      range: range,
      alignment: alignment,
      users: users,
      isDefault: isDefault,
      isDynamic: flags.contains(.dynamic),
      isPlanned: flags.contains(.planned),
      compatible: strings,
      confidence: confidence,
      origins: origins
    )
  }
  private mutating func origins(of node: YAMLNode) -> [LayoutRegion.NamedOrigin] {
    (json.value("origin", of: node)?.entries ?? []).compactMap { entry in
      json.text(entry.value).map { LayoutRegion.NamedOrigin(key: entry.name, place: $0) }
    }
  }

  private mutating func flags(of node: YAMLNode) -> [RegionFlag] {
    json.items("flags", of: node).compactMap { item in
      guard let word = json.text(item) else { return nil }
      if let flag = RegionFlag(rawValue: word) { return flag }
      json.report(
        "json-unknown-word",
        "`\(word.prefix(40))` is no flag of a region",
        at: item,
        label: "not known",
        help: JSONReader.help(word, among: RegionFlag.allCases.map(\.rawValue))
      )
      return nil
    }
  }
}
