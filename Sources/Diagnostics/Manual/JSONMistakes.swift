/// Mistakes in a JSON file that a command reads: a layout, a placement problem, a baseline.
public enum JSONMistakes {
  /// Each by its name.
  public static let all: [any FindingKind.Type] = [
    JSONUnknownSchema.self,
    JSONMissingKey.self,
    JSONUnknownKey.self,
    JSONWrongType.self,
    JSONBadNumber.self,
    JSONUnknownWord.self,
    LayoutMalformed.self,
    PlaceMalformed.self,
    ScenarioMalformed.self,
  ]
}

/// The file says that it is something else, or of another version.
///
/// Bad: a `dmaplan-findings/1` file as a layout. Good: the `layout.json` that `dmaplan compile` wrote.
///
/// Source: the key `schema` of all files that this program writes.
enum JSONUnknownSchema: FindingKind {
  static let id: RuleID = "json-unknown-schema"
  static let severity = Severity.error
}

/// An object lacks a key that it has to have.
///
/// Bad: `{"base": "0x40000000"}` as a range. Good: `{"base": "0x40000000", "size": "0x100000"}`.
///
/// Source: the shapes of the files that this program writes.
enum JSONMissingKey: FindingKind {
  static let id: RuleID = "json-missing-key"
  static let severity = Severity.error
}

/// An object has a key that there is not.
///
/// Bad: `"aling": "0x1000"`. Good: `"align": "0x1000"`.
///
/// Source: the shapes of the files that this program writes.
enum JSONUnknownKey: FindingKind {
  static let id: RuleID = "json-unknown-key"
  static let severity = Severity.warning
}

/// A value is of another type than its key wants.
///
/// Bad: `"regions": {}`. Good: `"regions": []`.
///
/// Source: the shapes of the files that this program writes.
enum JSONWrongType: FindingKind {
  static let id: RuleID = "json-wrong-type"
  static let severity = Severity.error
}

/// A number is not one, or is out of bounds.
///
/// Addresses and byte sizes are hexadecimal texts, since 64-bit numbers do not survive in JavaScript; counts are
/// numbers.
///
/// Bad: `"size": 1048576`. Good: `"size": "0x100000"`.
///
/// Source: the shapes of the files that this program writes.
enum JSONBadNumber: FindingKind {
  static let id: RuleID = "json-bad-number"
  static let severity = Severity.error
}

/// A text is none of the words that its key knows.
///
/// Bad: `"kind": "cmaa"`. Good: `"kind": "cma"`.
///
/// Source: the shapes of the files that this program writes.
enum JSONUnknownWord: FindingKind {
  static let id: RuleID = "json-unknown-word"
  static let severity = Severity.error
}

/// A layout contradicts itself: two regions of one name, banks that overlap, a pool that is no region, memory where no
/// machine has any.
///
/// Bad: `"pools": ["vidoe"]` beside a region `video`. Good: `"pools": ["video"]`.
///
/// Source: the shape `dmaplan-layout/1`.
enum LayoutMalformed: FindingKind {
  static let id: RuleID = "layout-malformed"
  static let severity = Severity.error
}

/// A placement problem contradicts itself: two regions of one name, an alignment that is no power of two, a name
/// in `apart` that nobody has.
///
/// Bad: `"apart": ["nobody"]`. Good: names of other regions.
///
/// Source: the shape `dmaplan-place/1`.
enum PlaceMalformed: FindingKind {
  static let id: RuleID = "place-malformed"
  static let severity = Severity.error
}

/// An operation of a scenario for `dmaplan replay` can not be run: one that there is not, too few or too many
/// arguments, a buffer of no bytes, a number past what any machine has.
///
/// Bad: `["alloc", "a", 0]`. Good: `["alloc", "a", 4194304]`.
///
/// Source: `docs/fidelity.md`.
enum ScenarioMalformed: FindingKind {
  static let id: RuleID = "scenario-malformed"
  static let severity = Severity.error
}
