import Board
import DeviceTree
import Diagnostics
import Layout
import PhysicalMemory
import Policy

extension Subject {
  /// The place of a node, or of a property of it with the cells that are meant.
  func place(_ node: Node, _ property: String? = nil, cells: Range<Int>? = nil) -> Location {
    let found = property.flatMap { node.property($0) }
    let excerpt = found.map { found in
      let text = found.sourceText
      return TreeLocation.Excerpt(text: text.text, marked: text.characters(ofCells: cells))
    }
    return .tree(
      TreeLocation(
        dtb: board.file,
        path: node.path,
        property: found == nil ? nil : property,
        excerpt: excerpt
      )
    )
  }

  /// Says `text` of a node.
  func label(_ node: Node, _ text: String) -> Label { Label(place(node), text) }

  /// Says `text` of a property of a node, or of cells of it.
  func label(
    _ node: Node,
    _ property: String?,
    cells: Range<Int>? = nil,
    _ text: String
  ) -> Label {
    Label(place(node, property, cells: cells), text)
  }

  /// Says `text` of the place where a value came from.
  func label(_ origin: ValueOrigin, _ text: String) -> Label {
    if case .tree(let path, let property) = origin, let node = board.tree.node(atPath: path) {
      return label(node, property, text)
    }
    return Label(origin.location(dtb: board.file), text)
  }

  /// Says `text` of what a region states of its place: `reg`, else `size`.
  func label(_ region: RegionNode, _ text: String) -> Label {
    switch region.placement {
    case .fixed(let entries): label(region.node, "reg", cells: entries.first?.cells, text)
    case .dynamic: label(region.node, "size", text)
    case .unreadable: label(region.node, text)
    }
  }

  /// Says `text` of a region that tree and policy ask for: of the value of `key` where policy or
  /// tree has one, else of the region itself.
  func label(_ region: ResolvedRegion, key: String, _ text: String) -> Label {
    if let value = region.policy.value[key], case .layer = value.origin {
      return label(value.origin, text)
    }
    if let node = region.node { return label(node, text) }
    return label(region.policy.origin, text)
  }

  /// Says how much of it there is of the first declared bank of RAM.
  func ramLabel(_ variant: CompiledVariant) -> [Label] {
    if variant.variant.ram != nil,
      let stated = variant.policy.variants.first(where: {
        $0.name == variant.variant.name
      })
    {
      return [label(stated.origin, "RAM is \(variant.variant.memory.inWords)")]
    }
    return board.memoryBanks.first { $0.range != nil }.map {
      [label($0.node, "reg", cells: $0.entry.cells, "RAM is \(variant.variant.memory.inWords)")]
    } ?? []
  }
}

extension RegionSet {
  /// The ranges for a sentence: at most three of them, then how many more.
  var inWords: String {
    let shown = ranges.prefix(3).map(\.description).joined(separator: ", ")
    return ranges.count > 3 ? "\(shown) and \(ranges.count - 3) more ranges" : shown
  }
}

extension AddressRange {
  /// The range with its size: `0x4000_0000..<0x8000_0000, 1 GiB`.
  var withSize: String { "\(self), \(size.approximate)" }
}

/// `one` thing or several: `1 region`, `3 regions`.
func count(_ number: Int, _ one: String) -> String { "\(number) \(one)\(number == 1 ? "" : "s")" }

/// `count` names for a sentence: at most four in backticks, then how many more.
func list(_ names: [String]) -> String {
  let shown = names.prefix(4).map { "`\($0)`" }.joined(separator: ", ")
  return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
}
