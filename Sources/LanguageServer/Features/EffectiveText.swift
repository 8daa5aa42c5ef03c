import Board
import DeviceTree
import Diagnostics
import Formats
import Layout
import Policy

/// What holds on the board for a key: every layer that had a say, the cells of the tree, the word of
/// the command line, and what Linux makes of it.
struct EffectiveText {
  let view: DocumentView

  /// Paragraphs about the key at `path`; none where no board is set or the key is not merged.
  func text(at path: [Outline.Step]) -> [String] {
    guard let analysis = view.document.analysis else { return [] }
    let steps = path.firstIndex { $0.isItem }.map { Array(path[..<$0]) } ?? path
    guard let names = steps.names, let first = names.first,
      !["dmaplan", "name", "why", "match", "override"].contains(first)
    else { return [] }
    let ofKernel = Self.settingName(names).map { setting($0, names, analysis) } ?? []
    // What the kernel goes by names the layers too.
    if first != "pools", !ofKernel.isEmpty { return ofKernel }
    let values = analysis.values(at: names).filter { !holdsMappings($0.value) }
      .map { (variant: $0.variant, lines: lines($0.value, analysis), note: String?.none) }
    return paragraphs("On", values, analysis) + ofKernel
  }

  /// The setting of the kernel that a key decides, or has a say in.
  private static func settingName(_ names: [String]) -> String? {
    switch (names[0], names.count) {
    case ("target", 2...): names[1] == "cmdline" ? "command-line" : names[1]
    case ("variants", 2), ("variants", 3): "ram"
    case ("pools", 2): "default-cma"
    case ("pools", 3) where ["size", "default", "base", "within"].contains(names[2]): "default-cma"
    default: nil
    }
  }

  private func setting(_ name: String, _ names: [String], _ analysis: BoardAnalysis) -> [String] {
    if names[0] == "pools" {
      let flags = analysis.values(at: ["pools", names[1], "default"])
      guard flags.contains(where: { $0.value.text == "true" }) else { return [] }
    }
    let found = analysis.setting(name)
      .filter { names[0] != "variants" || $0.variant == names[1] }
      .map { (variant: $0.variant, lines: lines($0.setting, analysis), note: $0.setting.note) }
    return paragraphs("`\(name)` for Linux on", found, analysis)
  }

  /// A paragraph for each text, with the variants that agree on it, and below it their notes.
  private func paragraphs(
    _ head: String,
    _ texts: [(variant: String, lines: [String], note: String?)],
    _ analysis: BoardAnalysis
  ) -> [String] {
    var groups: [(variants: [String], lines: [String], notes: [String])] = []
    for text in texts {
      let note = text.note.map { [$0] } ?? []
      if let same = groups.indices.first(where: { groups[$0].lines == text.lines }) {
        groups[same].variants.append(text.variant)
        groups[same].notes += note
      } else {
        groups.append(([text.variant], text.lines, note))
      }
    }
    let board = analysis.board.compatible.first ?? analysis.board.file
    return groups.map { group in
      let isAll = group.variants.count == analysis.variants.count
      let variants = isAll ? "" : " (" + group.variants.joined(separator: ", ") + ")"
      let notes =
        Set(group.notes).count <= 1
        ? group.notes.prefix(1).map { "- " + $0 }
        : zip(group.variants, group.notes).map { "- \($0): \($1)" }
      return "\(head) `\(board)`\(variants):\n\n"
        + (group.lines + notes).joined(separator: "\n")
    }
  }

  /// Whether a value has keys of its own, or items with keys: those are asked for one by one.
  private func holdsMappings(_ value: PolicyValue) -> Bool {
    value.itemsOrSelf.contains { if case .mapping = $0.content { true } else { false } }
  }

  private func lines(_ value: PolicyValue, _ analysis: BoardAnalysis) -> [String] {
    ["- **`\(value.summary)`** from \(source(value.origin, analysis))"]
      + value.overruled.reversed().map { old in
        "- overruled: `\(old.summary)` from \(source(old.origin, analysis))"
      }
  }

  private func lines(_ setting: Setting, _ analysis: BoardAnalysis) -> [String] {
    ["- **`\(setting.effective.value)`** from \(source(setting.effective.place, analysis))"]
      + setting.overridden.map { old in
        "- overruled: `\(old.value)` from \(source(old.place, analysis))"
      }
  }

  // MARK: Places

  /// Who said a value.
  private func source(_ origin: ValueOrigin, _ analysis: BoardAnalysis) -> String {
    switch origin {
    case .layer(let name, let span): layer(name, span)
    case .tree(let path, let property): tree(path, property, analysis)
    case .commandLine, .kernelConfig, .assumed: origin.place
    }
  }

  /// Who said a setting.
  private func source(_ place: SettingPlace, _ analysis: BoardAnalysis) -> String {
    switch place {
    case .layer(let name, let span): layer(name, span)
    case .tree(let path, let property): tree(path, property, analysis)
    case .word(let column, .layer(let name, let span)):
      layer(name, span) + ", character \(column) of the command line"
    case .option(let name): "the settings (`\(name)`)"
    case .word(let column, .option): "the command line of the settings, character \(column)"
    case .kernelConfig, .word, .unstated: place.description
    }
  }

  private func layer(_ name: String, _ span: SourceSpan) -> String {
    let isHere = span.file == view.text.file
    let place = isHere ? "here, line \(span.start.line)" : "\(span.file):\(span.start.line)"
    return "layer `\(name)`" + (isHere ? " " : ", ") + place
  }

  /// A node, with the cells of the property where they can be shown.
  private func tree(_ path: String, _ property: String?, _ analysis: BoardAnalysis) -> String {
    let node = analysis.board.tree.node(atPath: path)
    let cells = property.flatMap { node?.property($0) }?.sourceText.text
    return "the tree, `\(path)`" + (cells.map { ": `\($0)`" } ?? "")
  }
}

extension Outline.Step {
  /// Whether the step is to an item of a list.
  var isItem: Bool { if case .item = self { true } else { false } }
}
