import CLibYAML
import Diagnostics

/// One step of libyaml through the text, as a Swift value.
struct ParseEvent {
  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(YAMLNode.Scalar)
    case sequenceStart(isFlow: Bool)
    case sequenceEnd
    case mappingStart(isFlow: Bool)
    case mappingEnd
  }

  let kind: Kind
  let start: SourcePosition
  let end: SourcePosition
  /// The name behind `&`.
  let anchor: String?
  /// The tag, its handle expanded.
  let tag: String?
}

/// What libyaml says about text that it can not parse.
struct SyntaxProblem: Error {
  let problem: String
  var place: SourcePosition
  let context: String?
  let contextPlace: SourcePosition
  let isOutOfMemory: Bool
}

/// Owns a libyaml parser over a copy of the text.
///
/// This is the only file that sees the C library. libyaml's marks count lines and characters from
/// 0; positions count from 1.
final class EventParser {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private let isReady: Bool

  /// Prepares to parse `bytes`, which are valid UTF-8.
  ///
  /// A byte order mark is left out here: libyaml would count it as a column.
  init(_ bytes: [UInt8]) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let bytes = bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0)
    input = .allocate(capacity: max(1, bytes.count))
    _ = input.initialize(from: bytes)
    parser = .allocate(capacity: 1)
    isReady = yaml_parser_initialize(parser) == 1
    guard isReady else { return }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    if isReady { yaml_parser_delete(parser) }
    parser.deallocate()
    input.deallocate()
  }

  /// The next event; after `streamEnd` or a problem there is none.
  func next() throws(SyntaxProblem) -> ParseEvent {
    guard isReady else { throw .outOfMemory }
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
    defer { yaml_event_delete(&event) }
    return Self.value(of: event)
  }

  private func problem() -> SyntaxProblem {
    let state = parser.pointee
    guard state.error != YAML_MEMORY_ERROR, let text = state.problem else { return .outOfMemory }
    return SyntaxProblem(
      problem: String(cString: text),
      place: Self.position(state.problem_mark),
      context: state.context.map { String(cString: $0) },
      contextPlace: Self.position(state.context_mark),
      isOutOfMemory: false
    )
  }

  private static func value(of event: yaml_event_t) -> ParseEvent {
    var anchor: UnsafeMutablePointer<yaml_char_t>?
    var tag: UnsafeMutablePointer<yaml_char_t>?
    let kind: ParseEvent.Kind
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_ALIAS_EVENT: kind = .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      (anchor, tag) = (event.data.scalar.anchor, event.data.scalar.tag)
      kind = .scalar(scalar(of: event))
    case YAML_SEQUENCE_START_EVENT:
      (anchor, tag) = (event.data.sequence_start.anchor, event.data.sequence_start.tag)
      kind = .sequenceStart(isFlow: event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE)
    case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      (anchor, tag) = (event.data.mapping_start.anchor, event.data.mapping_start.tag)
      kind = .mappingStart(isFlow: event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE)
    case YAML_MAPPING_END_EVENT: kind = .mappingEnd
    case YAML_STREAM_START_EVENT: kind = .streamStart
    default: kind = .streamEnd
    }
    return ParseEvent(
      kind: kind,
      start: position(event.start_mark),
      end: position(event.end_mark),
      anchor: text(anchor),
      tag: text(tag)
    )
  }

  private static func scalar(of event: yaml_event_t) -> YAMLNode.Scalar {
    let scalar = event.data.scalar
    let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    let style: YAMLNode.Scalar.Style =
      switch scalar.style {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
      case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
      default: .plain
      }
    return YAMLNode.Scalar(text: String(decoding: bytes, as: UTF8.self), style: style)
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private static func position(_ mark: yaml_mark_t) -> SourcePosition {
    SourcePosition(
      line: Int(clamping: mark.line) + 1,
      column: Int(clamping: mark.column) + 1
    )
  }
}

extension SyntaxProblem {
  fileprivate static var outOfMemory: SyntaxProblem {
    let start = SourcePosition(line: 1, column: 1)
    return SyntaxProblem(
      problem: "there is not enough memory for this file",
      place: start,
      context: nil,
      contextPlace: start,
      isOutOfMemory: true
    )
  }
}
