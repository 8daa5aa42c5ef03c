import Diagnostics
import Formats
import YAML

/// Where an editor finds the places that findings and values name.
struct SourcePlaces {
  let open: [String: TextDocument]
  let host: any ServerHost
  let encoding: PositionEncoding

  /// The URI and the piece of `span`; nil where no editor can open its file.
  func location(of span: SourceSpan) -> (uri: String, range: TextRange)? {
    if let document = open[span.file] {
      return (document.uri, document.range(of: span, encoding))
    }
    if span.file.hasPrefix(PolicyFiles.builtinPrefix) {
      let name = String(span.file.dropFirst(PolicyFiles.builtinPrefix.count))
      guard let file = host.builtinLayers.first(where: { $0.name == name }),
        let path = host.path(ofBuiltin: name, bytes: file.bytes)
      else { return nil }
      return place(span, FileURI.text(ofPath: path), file.bytes)
    }
    guard span.file.hasPrefix("/") else { return nil }
    let bytes = try? host.bytes(ofFile: span.file, limit: YAMLLimits.default.bytes)
    return bytes.flatMap { place(span, FileURI.text(ofPath: span.file), $0) }
  }

  private func place(_ span: SourceSpan, _ uri: String, _ bytes: [UInt8]) -> (String, TextRange) {
    let text = TextDocument(
      uri: uri,
      version: nil,
      text: String(decoding: bytes, as: UTF8.self)
    )
    return (uri, text.range(of: span, encoding))
  }

  /// The place as the protocol's `Location`.
  func value(of span: SourceSpan) -> JSONValue? {
    location(of: span).map {
      .object(["uri": .string($0.uri), "range": $0.range.value])
    }
  }
}

/// What the client can show.
struct ClientCapabilities {
  var hoverMarkdown = false
  var completionMarkdown = false
  var relatedInformation = false
  var diagnosticVersion = false
  var codeActionLiterals = false
  var watchesFiles = false
}

/// A file that is open, as the answers to requests see it.
struct DocumentView {
  let document: OpenDocument
  let places: SourcePlaces
  let client: ClientCapabilities
  let rulePages: [RulePage]

  var text: TextDocument { document.text }
  var outline: Outline { document.outline }
  var encoding: PositionEncoding { places.encoding }

  func range(_ offsets: Range<Int>) -> TextRange { text.range(of: offsets, encoding) }
}
