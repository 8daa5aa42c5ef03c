import Diagnostics
import Formats
import Layout
import Policy
import YAML

/// Where `textDocument/definition` leads: to the layer that set a value, or that names what a value
/// refers to.
struct Definition {
  let view: DocumentView

  /// The places for a byte of the file, the one that holds first; `null` where there is none.
  ///
  /// A value that the tree states is in no text that could be opened: its node is in the hover.
  func value(at offset: Int) -> JSONValue {
    guard let index = view.outline.entry(at: offset) else { return .null }
    let entry = view.outline.entries[index]
    let path = view.outline.path(of: index)
    var spans: [SourceSpan] = []
    if !entry.value.isEmpty, offset >= entry.value.lowerBound,
      let reference = Reference(valueAt: path)
    {
      spans = named(reference, view.text.unquoted(entry.value), index)
    }
    if spans.isEmpty { spans = effective(path) }
    // Whoever asks at the value that holds wants to see what it overrules.
    let others = spans.filter { !isHere($0, offset) }
    var seen: Set<SourceSpan> = []
    let places = (others.isEmpty ? spans : others).filter { seen.insert($0).inserted }
      .compactMap(view.places.value)
    return places.isEmpty ? .null : .array(places)
  }

  private func isHere(_ span: SourceSpan, _ offset: Int) -> Bool {
    span.file == view.text.file
      && view.text.lineNumber(ofOffset: offset) == span.start.line - 1
  }

  /// The places of a key's value, the one that holds first, then those that it overruled; of a
  /// name all layers that state it.
  private func effective(_ path: [Outline.Step]) -> [SourceSpan] {
    let keys = path.firstIndex { $0.isItem }.map { Array(path[..<$0]) } ?? path
    guard let analysis = view.document.analysis, let names = keys.names else { return [] }
    if let reference = Reference(nameAt: keys) { return named(reference, names[1], nil) }
    return analysis.values(at: names).flatMap { variant -> [SourceSpan] in
      ([variant.value] + variant.value.overruled.reversed()).flatMap(places)
    }
  }

  /// Where a value stands; of a list also where other layers append to it.
  private func places(_ value: PolicyValue) -> [SourceSpan] {
    guard case .layer(let name, let span) = value.origin else { return [] }
    let others = (value.items ?? []).compactMap { item -> SourceSpan? in
      guard case .layer(let other, let span) = item.origin, other != name else { return nil }
      return span
    }
    return [span] + others
  }

  /// The keys in all layers that have the name that a value refers to, the strongest layer first.
  private func named(_ reference: Reference, _ name: String, _ index: Int?) -> [SourceSpan] {
    let sections: [String]
    switch reference {
    case .pool, .regionNode: sections = ["pools", "carve-outs"]
    case .device: sections = ["devices"]
    case .variant: sections = ["variants"]
    case .phase: return index.map { phase(name, $0) } ?? []
    default: return []
    }
    let board = view.document.analysis
    let layers = board?.variants.first?.policy.layers ?? view.document.layers
    let binding = board?.variants.first?.policy.binding ?? .none
    let wanted = binding.canonicalName(name)
    return layers.reversed().flatMap { layer in
      sections.flatMap { section in
        (layer.body[section]?.entries ?? [])
          .filter { $0.name == name || binding.canonicalName($0.name) == wanted }
          .map(\.key.span)
      }
    }
  }

  /// The phase of the same workload.
  private func phase(_ name: String, _ index: Int) -> [SourceSpan] {
    let path = view.outline.path(of: index).prefix(2)
    guard let names = Array(path).names else { return [] }
    return view.document.layers.flatMap { layer -> [SourceSpan] in
      let workload = layer.body[names[0]]?[names[1]]
      return (workload?["phases"]?.items ?? []).compactMap { phase in
        phase["name"]?.text == name ? phase["name"]?.span : nil
      }
    }
  }
}
