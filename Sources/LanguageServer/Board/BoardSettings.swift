import Diagnostics
import YAML

/// The board that a policy file is held against, as the client or the file states it.
struct BoardSettings: Hashable {
  /// The DTB; without one only the file itself is checked.
  var dtb: String?
  /// Overlays in the order in which they are applied.
  var overlays: [String] = []
  /// The kernel's command line.
  var commandLine: String?
  /// The kernel version.
  var linux: String?
  /// The kernel's `.config`.
  var kernelConfig: String?
  /// One RAM variant of several.
  var variant: String?
  /// Policy files and folders beside the file that is open.
  var policies: [String] = []
  /// Whether the built-in layers count.
  var usesBuiltin = true

  /// The keys of `initializationOptions`.
  static let keys = [
    "dtb", "overlays", "cmdline", "linux", "kernelConfig", "variant", "policies", "builtin",
  ]

  init() {}

  /// The settings in `initializationOptions` or in the `settings` of `didChangeConfiguration`, alone
  /// or under `dmaplan`, with what is wrong with them.
  ///
  /// Relative paths start from `folder`.
  init(_ options: YAMLNode?, folder: String, problems: inout [String]) {
    guard let options, let entries = (options["dmaplan"] ?? options).entries else { return }
    for entry in entries where !entry.value.isNull && !entry.value.isMissing {
      let text = entry.value.quotedText
      let texts = (entry.value.items ?? [entry.value]).compactMap(\.quotedText)
      let count = entry.value.items?.count ?? 1
      var isRight = text != nil
      switch entry.name {
      case "dtb": dtb = text.flatMap { Self.path($0, folder) }
      case "cmdline": commandLine = text
      case "linux": linux = text
      case "kernelConfig": kernelConfig = text.flatMap { Self.path($0, folder) }
      case "variant": variant = text.flatMap { $0.isEmpty ? nil : $0 }
      case "overlays":
        overlays = texts.compactMap { Self.path($0, folder) }
        isRight = texts.count == count
      case "policies":
        policies = texts.compactMap { Self.path($0, folder) }
        isRight = texts.count == count
      case "builtin":
        isRight = entry.value.text == "true" || entry.value.text == "false"
        usesBuiltin = entry.value.text != "false"
      default:
        let guess = didYouMean(entry.name, among: Self.keys).map { "; did you mean `\($0)`?" }
        problems.append("the setting `\(entry.name)` means nothing to dmaplan\(guess ?? "")")
        continue
      }
      if !isRight { problems.append("the setting `\(entry.name)` has a value of the wrong type") }
    }
  }

  private static func path(_ text: String, _ folder: String) -> String? {
    text.isEmpty ? nil : DocumentURI.resolved(text, in: folder)
  }
}

/// A comment such as `# dmaplan: dtb=board.dtb overlay=camera.dtbo linux=6.6` near the top of a
/// policy file, which says what board the file is for.
struct SettingsComment {
  /// How many lines at the top are looked at.
  private static let lines = 30
  private static let keys = [
    "dtb", "overlay", "policy", "cmdline", "linux", "kernel-config", "variant",
  ]

  /// What it says, on top of the client's settings.
  let settings: BoardSettings
  /// The bytes of the comment.
  let range: Range<Int>
  /// The bytes of each word that can not be used, and why.
  private(set) var problems: [(range: Range<Int>, text: String)] = []

  /// The comment of `document`, with paths from its folder; nil where it has none.
  init?(_ document: TextDocument, over general: BoardSettings) {
    let mark = "# dmaplan:"
    let found = (0..<min(Self.lines, document.lineCount)).lazy.map { document.line($0) }
      .first { $0.drop { $0 == 0x20 }.starts(with: mark.utf8) }
    guard let found else { return nil }
    let rest = found.drop { $0 == 0x20 }
    let words = Self.words(rest.dropFirst(mark.utf8.count))
    let folder = DocumentURI.folder(of: document.file)
    var settings = general
    var problems: [(range: Range<Int>, text: String)] = []
    // What names files takes the place of the client's.
    if words.contains(where: { $0.key == "dtb" }) {
      settings.overlays = []
      settings.variant = nil
    }
    for word in words {
      let path = DocumentURI.resolved(word.value, in: folder)
      switch word.key {
      case _ where word.value.isEmpty:
        problems.append((word.range, "`\(word.key)=` has no value"))
      case "dtb": settings.dtb = path
      case "overlay": settings.overlays.append(path)
      case "policy": settings.policies.append(path)
      case "cmdline": settings.commandLine = word.value
      case "linux": settings.linux = word.value
      case "kernel-config": settings.kernelConfig = path
      case "variant": settings.variant = word.value
      default:
        let guess = didYouMean(word.key, among: Self.keys).map { "; did you mean `\($0)`?" }
        let text =
          "`\(word.key)` means nothing here\(guess ?? ""); write "
          + Self.keys.map { $0 + "=" }.joined(separator: ", ")
        problems.append((word.range, text))
      }
    }
    self.settings = settings
    self.problems = problems
    range = rest.startIndex..<rest.endIndex
  }

  /// The words `KEY=VALUE`; a value in double quotes may hold blanks.
  private static func words(
    _ text: ArraySlice<UInt8>
  ) -> [(key: String, value: String, range: Range<Int>)] {
    var words: [(key: String, value: String, range: Range<Int>)] = []
    var rest = text.drop { $0 == 0x20 || $0 == 0x09 }
    while !rest.isEmpty {
      let key = rest.prefix { $0 != UInt8(ascii: "=") && $0 != 0x20 }
      var value = rest.dropFirst(key.count).prefix(0)
      var end = key.endIndex
      if end < rest.endIndex, rest[end] == UInt8(ascii: "=") {
        let after = rest[(end + 1)...]
        if after.first == UInt8(ascii: "\"") {
          value = after.dropFirst().prefix { $0 != UInt8(ascii: "\"") }
          end = min(value.endIndex + 1, rest.endIndex)
        } else {
          value = after.prefix { $0 != 0x20 && $0 != 0x09 }
          end = value.endIndex
        }
      }
      words.append(
        (
          String(decoding: key, as: UTF8.self), String(decoding: value, as: UTF8.self),
          key.startIndex..<end
        )
      )
      rest = rest[end...].drop { $0 == 0x20 || $0 == 0x09 }
    }
    return words
  }
}
