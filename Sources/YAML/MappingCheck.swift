import Diagnostics

extension Findings {
  /// The entries that a mapping keeps, once missing values, missing keys and duplicates are reported.
  ///
  /// Where a comma ended a plain scalar too early, the scalar that was meant is put together again,
  /// so that one slip gives one finding. Linear in the entries.
  mutating func checked(_ raw: [RawEntry], isFlow: Bool) -> [YAMLNode.Entry] {
    var kept: [YAMLNode.Entry] = []
    kept.reserveCapacity(raw.count)
    var firstPlace: [String: Int] = [:]
    var index = 0
    while index < raw.count, !isFull {
      var entry = raw[index]
      index += 1
      if isFlow, entry.value.text != nil {
        let tail = splitTail(raw, from: index, after: entry.value)
        if tail > index {
          entry.value = reportSplitScalar(entry.value, until: raw[tail - 1].key)
          index = tail
        }
      }
      guard let name = entry.key.text else {
        reportKey(entry)
        continue
      }
      if entry.value.isMissing, !entry.isReported { reportMissingValue(entry, isFlow: isFlow) }
      if let first = duplicate(name, in: kept, firstPlace) {
        reportDuplicate(entry.key, first: kept[first].key)
        continue
      }
      // Small mappings are compared one by one; a table is for the large ones.
      kept.append(YAMLNode.Entry(key: entry.key, value: entry.value))
      if kept.count == Self.smallMapping {
        for (place, entry) in kept.enumerated() { firstPlace[entry.name] = place }
      } else if kept.count > Self.smallMapping {
        firstPlace[name] = kept.count - 1
      }
    }
    return kept
  }

  private static let smallMapping = 8

  private func duplicate(
    _ name: String,
    in kept: [YAMLNode.Entry],
    _ table: [String: Int]
  ) -> Int? {
    kept.count < Self.smallMapping ? kept.firstIndex { $0.name == name } : table[name]
  }

  // MARK: A comma inside a plain scalar

  /// The end of the run of valueless keys that follow `value` with nothing but a comma between.
  private func splitTail(_ raw: [RawEntry], from index: Int, after value: YAMLNode) -> Int {
    guard value.scalar?.style == .plain else { return index }
    var end = value.span.end
    var tail = index
    while tail < raw.count, raw[tail].value.isMissing, !raw[tail].isReported,
      raw[tail].key.scalar?.style == .plain,
      raw[tail].key.span.start == SourcePosition(line: end.line, column: end.column + 1),
      // Behind a colon the empty value stands apart from the key: `{a: b,c: }`.
      raw[tail].value.span.start == raw[tail].key.span.end
    {
      end = raw[tail].key.span.end
      tail += 1
    }
    return tail
  }

  private mutating func reportSplitScalar(_ value: YAMLNode, until last: YAMLNode) -> YAMLNode {
    let whole = span(value.span.start, last.span.end)
    let text = source.text(of: whole)
    let rest = span(
      SourcePosition(line: value.span.end.line, column: value.span.end.column + 1),
      last.span.end
    )
    let quoted = "\"\(text)\""
    report(
      Diagnostic(
        "value-missing",
        .error,
        "`\(source.text(of: rest).named)` is a key without a value",
        at: Label(.source(rest), "a key of its own"),
        related: [Label(.source(value.span), "the comma ends this value")],
        notes: ["between `{` and `}` a comma ends a scalar that has no quotes"],
        help: "quote the scalar: `\(quoted.named)`",
        fix: FixIt(span: whole, replacement: quoted, applicability: .review)
      )
    )
    return YAMLNode(span: whole, content: .scalar(.init(text: text, style: .quoted)))
  }

  // MARK: What is missing or twice

  private mutating func reportMissingValue(_ entry: RawEntry, isFlow: Bool) {
    let key = entry.key
    let hint = isFlow ? "; a scalar that holds a comma needs quotes here" : ""
    report(
      Diagnostic(
        "value-missing",
        .error,
        "`\((entry.key.text ?? "").named)` has no value",
        at: Label(.source(key.span), "a key without a value"),
        help: "write a value, or `null` to remove the key" + hint
      )
    )
  }

  private mutating func reportKey(_ entry: RawEntry) {
    if entry.key.isMissing {
      guard !entry.isReported else { return }
      let place = entry.value.isMissing ? entry.key.span : entry.value.span
      report(
        Diagnostic(
          "value-missing",
          .error,
          "a value has no key",
          at: Label(.source(place), "no key stands before the colon"),
          help: "write the key"
        )
      )
    } else {
      report(
        Diagnostic(
          "yaml-key",
          .error,
          "a key is a list or a mapping",
          at: Label(.source(entry.key.span), "not a text"),
          help: "write the key as a text; a text that holds brackets or braces needs quotes"
        )
      )
    }
  }

  private mutating func reportDuplicate(_ key: YAMLNode, first: YAMLNode) {
    report(
      Diagnostic(
        "duplicate-key",
        .error,
        "the key `\((key.text ?? "").named)` stands twice in one mapping",
        at: Label(.source(key.span), "the second"),
        related: [Label(.source(first.span), "the first")],
        help: "keep one of them"
      )
    )
  }

  mutating func reportEmptyItem(_ span: SourceSpan) {
    report(
      Diagnostic(
        "value-missing",
        .error,
        "an item of a list is empty",
        at: Label(.source(span), "nothing stands here"),
        help: "write the item or remove its `-`"
      )
    )
  }

  mutating func reportEmptyDocument(_ span: SourceSpan) {
    report(
      Diagnostic(
        "value-missing",
        .error,
        "a document is empty",
        at: Label(.source(span), "nothing stands here"),
        help: "write the document or remove its `---`"
      )
    )
  }
}
