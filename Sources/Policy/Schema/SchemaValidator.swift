import Diagnostics
import PhysicalMemory
import YAML

/// Holds a layer against `PolicySchema` and collects every deviation.
struct SchemaValidator {
  private(set) var diagnostics: [Diagnostic] = []
  /// Whether there were so many findings that going on makes no sense.
  private var isFull = false

  /// Checks the keys of a whole layer.
  mutating func check(layer: YAMLNode) {
    check(layer, .mapping(PolicySchema.layer), what: "a layer")
  }

  private mutating func check(_ node: YAMLNode, _ shape: Shape, what: String) {
    if node.isMissing || node.isNull || isFull { return }
    switch shape {
    case .mapping(let keys): checkKeys(node, keys, what: what)
    case .named(let value): checkNames(node, value, what: what)
    case .list(let item):
      guard let items = node.items else { return wrongType(node, shape, what) }
      guard holds(items, atMost: PolicySchema.Limits.items, what) else { return }
      for entry in items { check(entry, item, what: what) }
    case .oneOrMore(let item):
      for entry in node.items ?? [node] { check(entry, item, what: what) }
    case .operation: checkOperation(node, what: what)
    case .either(let first, let second):
      // What fits neither is held against both.
      guard Self.accepts(first, node) || Self.accepts(second, node) else {
        return checkNeither(node, first, shape, what: what)
      }
      check(node, Self.accepts(first, node) ? first : second, what: what)
    default: checkScalar(node, shape, what: what)
    }
  }

  private mutating func checkNeither(
    _ node: YAMLNode,
    _ first: Shape,
    _ both: Shape,
    what: String
  ) {
    guard case .word(let words) = first, let text = node.text else {
      return wrongType(node, both, what)
    }
    report(
      "bad-value",
      node,
      "\(what): `\(text)` is not \(first.expectation)",
      label: "here",
      help: didYouMean(text, among: words).map { "did you mean `\($0)`?" }
        ?? "write \(both.expectation)"
    )
  }

  /// Whether `node` is the kind of node that `shape` wants, whatever is inside.
  private static func accepts(_ shape: Shape, _ node: YAMLNode) -> Bool {
    switch shape {
    case .mapping, .named: node.entries != nil
    case .list, .operation: node.items != nil
    case .oneOrMore: node.entries == nil
    case .word(let words): node.text.map(words.contains) ?? false
    default: node.scalar != nil
    }
  }

  private mutating func checkKeys(_ node: YAMLNode, _ keys: [Key], what: String) {
    guard let entries = node.entries else { return wrongType(node, .mapping(keys), what) }
    for entry in entries {
      if isFull { return }
      let appends = entry.name.hasSuffix("+")
      let name = appends ? String(entry.name.dropLast()) : entry.name
      guard let key = keys.first(where: { $0.name == name }) else {
        unknown(entry.key, name, keys, what)
        continue
      }
      if appends, entry.value.items == nil, !entry.value.isMissing {
        report(
          "wrong-type",
          entry.value,
          "`\(entry.name)` appends to a list, so it needs a list",
          label: "not a list",
          help: "write `\(entry.name): [...]`"
        )
      } else {
        check(entry.value, key.shape, what: "`\(name)`")
      }
    }
  }

  private mutating func checkNames(_ node: YAMLNode, _ shape: Shape, what: String) {
    guard let entries = node.entries else { return wrongType(node, .named(shape), what) }
    guard holds(entries.map(\.key), atMost: PolicySchema.Limits.names, what) else { return }
    for entry in entries where what == "`variants`" { checkFileName(entry.key) }
    for entry in entries {
      check(entry.value, shape, what: Self.article(what, of: entry.name))
      checkApart(entry.value, from: entry.name)
    }
  }

  /// A region can not be apart from itself.
  private mutating func checkApart(_ region: YAMLNode, from name: String) {
    guard let list = region["apart"]?["from"]?.items else { return }
    for item in list where item.text == name {
      report(
        "bad-value",
        item,
        "`\(name)` is apart from itself",
        label: "its own name",
        help: "name other regions"
      )
    }
  }

  /// A variant's name becomes the name of a folder.
  private mutating func checkFileName(_ key: YAMLNode) {
    let name = key.text ?? ""
    let isPlain = name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
    }
    if !isPlain || name.hasPrefix(".") || name.isEmpty {
      report(
        "bad-value",
        key,
        "`\(name)` can not be the name of a variant",
        label: "here",
        help: "use letters, digits, `_`, `-` and `.`, and no `.` in front"
      )
    }
  }

  private static func article(_ section: String, of name: String) -> String {
    switch section {
    case "`pools`": "pool `\(name)`"
    case "`carve-outs`": "carve-out `\(name)`"
    case "`devices`": "device `\(name)`"
    case "`workloads`": "workload `\(name)`"
    case "`streams`": "stream `\(name)`"
    case "`variants`": "variant `\(name)`"
    case "`firmware`": "firmware range `\(name)`"
    default: "`\(name)`"
    }
  }

  private mutating func checkOperation(_ node: YAMLNode, what: String) {
    let words = (node.items ?? []).compactMap(\.text)
    guard let items = node.items, words.count == items.count else {
      return wrongType(node, .operation, what)
    }
    do throws(ValueError) {
      _ = try WorkloadOperation(words: words)
    } catch {
      report("bad-value", node, "\(what): \(error.message)", label: "here", help: error.help)
    }
  }

  private mutating func checkScalar(_ node: YAMLNode, _ shape: Shape, what: String) {
    guard let scalar = node.scalar else { return wrongType(node, shape, what) }
    do throws(ValueError) {
      try Self.parse(scalar, shape)
    } catch {
      report(
        "bad-value",
        node,
        "\(what): \(error.message)",
        label: "here",
        help: error.help,
        fix: Self.fix(node, scalar, shape, error)
      )
    }
  }

  /// `yes` for `true` has one reading only.
  private static func fix(
    _ node: YAMLNode,
    _ scalar: YAMLNode.Scalar,
    _ shape: Shape,
    _ error: ValueError
  ) -> FixIt? {
    // What the span covers of a quoted text is more than the text.
    if scalar.style == .plain, let replacement = error.replacement {
      return FixIt(
        span: node.span,
        replacement: replacement,
        applicability: error.isOnlyReading ? .safe : .review
      )
    }
    guard case .flag = shape, let meant = meaning(ofFlag: scalar.text) else { return nil }
    return FixIt(span: node.span, replacement: "\(meant)", applicability: .safe)
  }

  /// What a word means where `true` or `false` is wanted.
  static func meaning(ofFlag text: String) -> Bool? {
    if ["yes", "on", "y", "1", "true"].contains(text.lowercased()) { return true }
    return ["no", "off", "n", "0", "false"].contains(text.lowercased()) ? false : nil
  }

  private mutating func unknown(_ key: YAMLNode, _ name: String, _ keys: [Key], _ what: String) {
    let names = keys.map(\.name)
    let guess = didYouMean(name, among: names)
    report(
      "unknown-key",
      key,
      "\(what) has no key `\(name)`",
      label: guess.map { "did you mean `\($0)`?" } ?? "not a key",
      help: guess.map { "write `\($0)`" } ?? "the keys are " + names.joined(separator: ", "),
      fix: guess.map { guess in
        let plus = key.text?.hasSuffix("+") == true ? "+" : ""
        return FixIt(span: key.span, replacement: guess + plus, applicability: .review)
      }
    )
  }

  private mutating func wrongType(_ node: YAMLNode, _ shape: Shape, _ what: String) {
    let found =
      node.entries != nil ? "a mapping" : node.items != nil ? "a list" : "a single value"
    report(
      "wrong-type",
      node,
      "\(what) is \(found) where \(shape.expectation) is expected",
      label: found,
      help: "write \(shape.expectation)"
    )
  }

  private mutating func report(
    _ rule: RuleID,
    _ node: YAMLNode,
    _ message: String,
    label: String,
    help: String?,
    fix: FixIt? = nil
  ) {
    guard !isFull else { return }
    guard diagnostics.count < PolicySchema.Limits.findings else {
      isFull = true
      diagnostics.append(
        Diagnostic(
          "yaml-limit",
          .error,
          "the layer has more than \(PolicySchema.Limits.findings) faults",
          at: Label(.source(node.span), "the check stopped here"),
          help: "mend those above first"
        )
      )
      return
    }
    diagnostics.append(
      Diagnostic(
        rule,
        .error,
        message,
        at: Label(.source(node.span), label),
        help: help,
        fix: fix
      )
    )
  }

  /// Whether `node` has no more than `limit` parts; one too many is an error that ends the run.
  private mutating func holds(_ parts: [YAMLNode], atMost limit: Int, _ what: String) -> Bool {
    guard parts.count > limit else { return true }
    report(
      "yaml-limit",
      parts[limit],
      "\(what) has \(parts.count) entries; no more than \(limit) are read",
      label: "one too many",
      help: "take out what no board needs, or split it among layers of several boards"
    )
    return false
  }
}
