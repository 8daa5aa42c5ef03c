import Diagnostics
import YAML

/// Finds what layers of equal rank disagree on.
///
/// It compares what the layers themselves say, not what has become of the value so far: so it does not
/// matter which of them is merged first, nor what weaker layers say.
struct EqualLayers {
  /// What was said of one key.
  private struct Said {
    /// By the last layer that set the value, or began to fill it.
    var set: (layer: String, entry: YAMLNode.Entry)?
    /// By the last layer that appended to it.
    var appended: (layer: String, entry: YAMLNode.Entry)?
    var below: [String: Said] = [:]
  }

  private(set) var conflicts: [Diagnostic] = []

  /// The disagreements of layers of one rank.
  ///
  /// - Complexity: O(size of all layers).
  init(_ layers: [(name: String, entries: [YAMLNode.Entry])]) {
    guard layers.count > 1 else { return }
    var said = Said()
    for layer in layers { compare(layer.entries, of: layer.name, with: &said) }
  }

  /// Compares with the last layer that spoke of the same key: it speaks for those it agrees with.
  private mutating func compare(
    _ entries: [YAMLNode.Entry],
    of layer: String,
    with said: inout Said
  ) {
    for entry in entries where !entry.value.isMissing {
      compare(entry, of: layer, with: &said.below[entry.merged, default: Said()])
    }
  }

  private mutating func compare(_ entry: YAMLNode.Entry, of layer: String, with said: inout Said) {
    let others = (entry.appends ? [said.set] : [said.set, said.appended]).compactMap { $0 }
    if let other = others.first(where: { $0.layer != layer && !entry.agrees(with: $0.entry) }) {
      report(entry, layer, other.entry, other.layer)
    }
    if entry.appends { said.appended = (layer, entry) } else { said.set = (layer, entry) }
    if let entries = entry.value.entries { compare(entries, of: layer, with: &said) }
  }

  private mutating func report(
    _ new: YAMLNode.Entry,
    _ newLayer: String,
    _ old: YAMLNode.Entry,
    _ oldLayer: String
  ) {
    conflicts.append(
      Diagnostic(
        "layers-conflict",
        .error,
        "layers `\(oldLayer)` and `\(newLayer)` are equally strong and disagree on `\(new.merged)`",
        at: Label(.source(new.value.span), "`\(new.value.summary)` in `\(newLayer)`"),
        related: [Label(.source(old.value.span), "`\(old.value.summary)` in `\(oldLayer)`")],
        notes: ["the order in which files are given never decides"],
        help: "say `override: true` in the layer that is to win, or match a more specific board"
      )
    )
  }
}

extension YAMLNode.Entry {
  /// Whether the list is appended to what weaker layers have.
  var appends: Bool { name.hasSuffix("+") }
  /// The key that the value is merged under.
  var merged: String { appends ? String(name.dropLast()) : name }

  /// Whether both may be said, in any order: the same value, or mappings, whose keys are compared by
  /// themselves.
  fileprivate func agrees(with other: YAMLNode.Entry) -> Bool {
    if appends != other.appends { return false }
    return value.entries != nil && other.value.entries != nil || value.says(other.value)
  }
}

extension YAMLNode {
  /// Whether both are the same value, however it is written.
  fileprivate func says(_ other: YAMLNode) -> Bool {
    switch (content, other.content) {
    case (.scalar(let mine), .scalar(let theirs)):
      mine.text == theirs.text && isNull == other.isNull
    case (.sequence(let mine), .sequence(let theirs)):
      mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.says($1) }
    case (.mapping(let mine), .mapping(let theirs)):
      mine.count == theirs.count
        && mine.allSatisfy { entry in
          theirs.contains { $0.name == entry.name && $0.value.says(entry.value) }
        }
    default: false
    }
  }

  /// The value in one line.
  fileprivate var summary: String {
    switch content {
    case .scalar(let scalar): scalar.text
    case .sequence(let items): "[" + items.map(\.summary).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.name): \($0.value.summary)" }.joined(separator: ", ") + "}"
    case .missing: "null"
    }
  }
}
