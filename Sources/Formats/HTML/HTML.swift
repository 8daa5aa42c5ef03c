import PhysicalMemory

/// A piece of a page that is safe to send to a browser.
///
/// Literal parts are markup; what is interpolated is text and is escaped, unless it is `HTML` itself.
/// So a name from a tree or a policy can not become markup by oversight.
struct HTML: ExpressibleByStringInterpolation, Sendable {
  /// The markup.
  let text: String

  init(stringLiteral value: String) { text = value }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Markup that was made safe elsewhere.
  init(markup: String) { text = markup }

  /// The pieces one after the other.
  init(_ pieces: [HTML]) { text = pieces.map(\.text).joined() }

  static let empty: HTML = ""

  struct StringInterpolation: StringInterpolationProtocol {
    var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ html: HTML) { text += html.text }
    mutating func appendInterpolation(_ pieces: [HTML]) { text += pieces.map(\.text).joined() }
    mutating func appendInterpolation(_ words: String) { text += MemoryMapSVG.escaped(words) }
    mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }
    mutating func appendInterpolation(_ range: PhysicalRange) {
      appendInterpolation(range.description)
    }
    /// Text whose line breaks are kept: what stands in `pre`.
    mutating func appendInterpolation(lines words: String) {
      let lines = words.split(separator: "\n", omittingEmptySubsequences: false)
      text += lines.map { MemoryMapSVG.escaped(String($0)) }.joined(separator: "\n")
    }
  }
}
