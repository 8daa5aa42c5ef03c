/// Mistakes in a `--boards` file.
public enum BoardListMistakes {
  /// Each by its name.
  public static let all: [any FindingKind.Type] = [
    BoardsWrongType.self,
    BoardsUnknownKey.self,
    BoardsDTBMissing.self,
    BoardsFileMissing.self,
    BoardsEmpty.self,
  ]
}

/// A text, a list or a mapping stands where another of them is wanted in a list of boards.
///
/// Bad: `dtb: board.dtb` alone. Good: `- dtb: board.dtb`.
///
/// Source: the format of `--boards`: a YAML list of `{dtb, overlays, cmdline, kernel-config, variants}`.
enum BoardsWrongType: FindingKind {
  static let id: RuleID = "boards-wrong-type"
  static let severity = Severity.error
}

/// A board of a list has a key that there is not.
///
/// Bad: `overlay: [a.dtbo]`. Good: `overlays: [a.dtbo]`.
///
/// Source: the format of `--boards`: a YAML list of `{dtb, overlays, cmdline, kernel-config, variants}`.
enum BoardsUnknownKey: FindingKind {
  static let id: RuleID = "boards-unknown-key"
  static let severity = Severity.error
}

/// A board of a list names no DTB.
///
/// Bad: `- cmdline: cma=64M`. Good: `- {dtb: board.dtb, cmdline: cma=64M}`.
///
/// Source: the format of `--boards`: a YAML list of `{dtb, overlays, cmdline, kernel-config, variants}`.
enum BoardsDTBMissing: FindingKind {
  static let id: RuleID = "boards-dtb-missing"
  static let severity = Severity.error
}

/// A board of a list names a file that is not there.
///
/// Paths are relative to the folder of the list, not to the one that the program runs in.
///
/// Bad: `dtb: boards/a.dtb` in `boards/list.yaml`. Good: `dtb: a.dtb`.
///
/// Source: the format of `--boards`.
enum BoardsFileMissing: FindingKind {
  static let id: RuleID = "boards-file-missing"
  static let severity = Severity.error
}

/// A list of boards has no board.
///
/// A check of nothing would pass.
///
/// Bad: an empty file. Good: `- dtb: board.dtb`.
///
/// Source: the format of `--boards`.
enum BoardsEmpty: FindingKind {
  static let id: RuleID = "boards-empty"
  static let severity = Severity.error
}
