import Diagnostics
import Foundation
import TestSupport
import Testing
import YAML

@testable import LanguageServer

@Suite struct OutlineTests {
  private func document(_ text: String) -> TextDocument {
    TextDocument(uri: "file:///p.yaml", version: 1, text: text)
  }

  /// The context at the mark `|`, in words.
  private func context(_ marked: String) -> String? {
    let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    let text = document(parts.joined())
    let offset = parts[0].utf8.count
    guard let found = CursorContext(text, Outline(text), at: offset) else { return nil }
    let word = String(decoding: text.bytes[found.replaced], as: UTF8.self)
    return "\(found.place) \(Self.text(found.path)) `\(word)`"
      + (found.used.isEmpty ? "" : " but " + found.used.sorted().joined(separator: ","))
  }

  static func text(_ path: [Outline.Step]) -> String {
    "/"
      + path.map { step in
        switch step {
        case .key(let name): name
        case .item(let number): "\(number)"
        }
      }
      .joined(separator: "/")
  }

  @Test(arguments: [
    ("|", "line / ``"), ("po|", "line / `po`"), ("po|ols: 1", "line / `pools`"),
    ("a: 1\n|", "line / `` but a"), ("a: 1\n|\nb: 2", "line / `` but a,b"),
    ("a:\n  |", "line /a ``"), ("a:\n  b|", "line /a `b`"), ("a:|", "value /a ``"),
    ("a: |", "value /a ``"), ("a: x|y", "value /a `xy`"), ("a: \"x|y\"", "value /a `\"xy\"`"),
    ("a:\n  b:\n    c: 1\n  |", "line /a `` but b"),
    ("a:\n  b:\n      c: 1\n   |", "line /a/b `` but c"),
    ("a:\n- |", "item /a/0 ``"), ("a:\n- x\n- y|", "item /a/1 `y`"),
    ("a:\n  - n: 1\n    |", "line /a/0 `` but n"), ("a:\n  - n|", "item /a/0 `n`"),
    ("a:\n  - n: |", "value /a/0/n ``"), ("a:\n  -|", "item /a/0 ``"),
    ("a:\n- n: 1\n  |", "line /a/0 `` but n"), ("a:\n  - - |", "item /a/0/0 ``"),
    ("a: {|", "flowKey /a ``"), ("a: {|}", "flowKey /a ``"), ("a: {b|}", "flowKey /a `b`"),
    ("a: {b: 1, |}", "flowKey /a `` but b"), ("a: {b: |}", "flowValue /a/b ``"),
    ("a: {b: x|y, c: 2}", "flowValue /a/b `xy`"), ("a: {b: 1, c|: 2}", "flowKey /a `c` but b"),
    ("a: [|", "item /a/0 ``"), ("a: [x, |]", "item /a/1 ``"), ("a: [x, y|, z]", "item /a/1 `y`"),
    ("a: [{b: |", "flowValue /a/0/b ``"), ("a: [{b: 1}, {|}]", "flowKey /a/1 ``"),
    ("a: {b: {c: [d, |", "item /a/b/c/1 ``"), ("a:\n  - {b: 1, c|", "flowKey /a/0 `c` but b"),
    ("a: {\n  b: 1,\n  |\n}", "flowKey /a `` but b"),
    ("a:\n  b: [x,\n  c|: 1", "line /a `c` but b"),
    ("'a b':\n  |", "line /a b ``"), ("\"a\": {\"b\": |}", "flowValue /a/b ``"),
    ("---\na: 1\n---\n|", "line / ``"), ("a: 1\n---\nb:\n  |", "line /b ``"),
    ("a: &x\n  |", "line /a ``"), ("a: !!map\n  |", "line /a ``"),
    ("a: 1\r\nb:\r\n  |\r\n", "line /b ``"), ("é: 1\nü|", "line / `ü` but é"),
    ("\u{FEFF}a:\n  |", "line /a ``"), ("b: 5:\n|", "line / `` but b"),
    ("a: x:y|", "value /a `x:y`"), ("a: http://x#y|", "value /a `http://x#y`"),
  ])
  func contexts(marked: String, expected: String) {
    #expect(context(marked) == expected)
  }

  @Test(arguments: [
    "# a|", "a: 1 # b|", "a: 1 |", "a: |+\n  te|xt", "a: >\n  text|", "a: x\n  |", " | a: 1",
    "a: {b: 1 # c|\n}",
  ])
  func nothingIsCompletedInTexts(marked: String) {
    // The first mark of the block text is YAML's own sign.
    let marked = marked.hasPrefix("a: |+") ? "a: >+\n  te|xt" : marked
    #expect(context(marked) == nil)
  }

  /// What the strict reader finds in a whole file the outline finds at the same places.
  @Test func outlinesAgreeWithTheReader() throws {
    var count = 0
    for (name, text) in try policies() {
      let document = document(text)
      let outline = Outline(document)
      let read = YAMLReader.read(bytes: Array(text.utf8), file: name)
      #expect(read.diagnostics.isEmpty, "\(name)")
      for (number, root) in read.documents.enumerated() {
        visit(root, []) { path, key in
          count += 1
          let offset = document.offset(of: key.span.start)
          guard let entry = outline.entry(at: offset) else {
            Issue.record("\(name): \(Self.text(path))")
            return
          }
          #expect(outline.path(of: entry) == path, "\(name)")
          #expect(outline.entries[entry].document == number, "\(name)")
        }
      }
    }
    #expect(count > 2000)
  }

  private func visit(
    _ node: YAMLNode,
    _ path: [Outline.Step],
    _ take: ([Outline.Step], YAMLNode) -> Void
  ) {
    for entry in node.entries ?? [] {
      take(path + [.key(entry.name)], entry.key)
      // What an alias stands for has its places elsewhere.
      if entry.value.span.start >= entry.key.span.start, !isAlias(entry.value) {
        visit(entry.value, path + [.key(entry.name)], take)
      }
    }
    for (index, item) in (node.items ?? []).enumerated() where !isAlias(item) {
      visit(item, path + [.item(index)], take)
    }
  }

  private func isAlias(_ node: YAMLNode) -> Bool {
    let inside = node.entries?.first?.key.span ?? node.items?.first?.span
    return inside.map { $0.start < node.span.start || $0.start > node.span.end } ?? false
  }

  /// What stands below a line says nothing of where the line belongs.
  @Test func aCutFileHasTheSameContexts() throws {
    for (name, text) in try policies().prefix(6) {
      let whole = document(text)
      let outline = Outline(whole)
      for number in stride(from: 0, to: whole.lineCount, by: 3) {
        let line = whole.line(number)
        let content = line.drop { $0 == 0x20 }
        guard let first = content.first, first != UInt8(ascii: "#") else { continue }
        let offset = content.startIndex + 1
        guard let expected = CursorContext(whole, outline, at: offset) else { continue }
        let cut = document(String(decoding: whole.bytes[..<offset], as: UTF8.self))
        let found = CursorContext(cut, Outline(cut), at: offset)
        #expect(
          found.map { Self.text($0.path) } == Self.text(expected.path),
          "\(name):\(number + 1)"
        )
      }
    }
  }

  /// No text and no place in it makes an outline trap, and every context is inside the text.
  @Test func anyTextHasAnOutline() {
    var random = SeededGenerator(seed: 5)
    let pieces = [
      "a", ": ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "\"", "'", "#", "|", "&x ", "é", "😀",
      "---\n", "key:\n", "\\", "\r", "\t", "?", "pools:\n  ",
    ]
    #if DEBUG
    let rounds = 120
    #else
    let rounds = 5000
    #endif
    for _ in 0..<rounds {
      let text = (0..<Int(random.next() % 40)).map { _ in
        pieces[Int(random.next() % UInt64(pieces.count))]
      }
      .joined()
      let document = document(text)
      let outline = Outline(document)
      for offset in 0...document.bytes.count {
        _ = outline.entry(at: offset).map { outline.path(of: $0) }
        if let found = CursorContext(document, outline, at: offset) {
          #expect(found.replaced.upperBound <= document.bytes.count, "\(text)")
        }
      }
    }
  }

  private func policies() throws -> [(name: String, text: String)] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try ["policies", "fixtures/policies"].flatMap { folder in
      let path = root.appending(path: folder)
      return try FileManager.default.contentsOfDirectory(atPath: path.path()).sorted()
        .filter { $0.hasSuffix(".yaml") }
        .map { ($0, try String(contentsOf: path.appending(path: $0), encoding: .utf8)) }
    }
  }
}
