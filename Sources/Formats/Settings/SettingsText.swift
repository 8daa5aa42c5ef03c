import Diagnostics
import PhysicalMemory

/// Settings for a person.
public struct SettingsText {
  let settings: [Setting]
  let width: Int

  /// The text of `settings` for a terminal of `width` columns.
  public init(_ settings: [Setting], width: Int) {
    self.settings = settings
    self.width = max(width, 60)
  }

  /// A line for each setting with its place, and below it what it overrides and its note.
  public var table: String { VisibleText.lines(of: settings.map(lines).joined()) }

  /// The settings whose names begin with `key`, or hold it as `cma` is in `default-cma`; nil where
  /// there is none.
  public func text(of key: String) -> String? {
    let wanted = key.replacing("_", with: "-")
    let exact = settings.filter { $0.name.replacing("_", with: "-") == wanted }
    let found =
      exact.isEmpty
      ? settings.filter {
        $0.name.replacing("_", with: "-").split { $0 == "-" || $0 == "." }.contains { $0 == wanted }
      } : exact
    return found.isEmpty ? nil : VisibleText.lines(of: found.map(lines).joined())
  }

  private static let nameWidth = 18

  private func lines(_ setting: Setting) -> String {
    let head = "  " + Plain.safe(setting.name).padded(to: Self.nameWidth)
    var text = claim(setting.effective, head: head)
    let indent = String(repeating: " ", count: head.count)
    if let note = setting.note {
      text += "= \(note)".wrapped(width: width, indentation: head.count, hanging: 2)
    }
    for old in setting.overridden {
      text += claim(old, head: indent + "overrides ")
    }
    return text
  }

  /// `value  place` on a line where both fit, else the place below.
  private func claim(_ claim: Setting.Claim, head: String) -> String {
    let value = Plain.safe(claim.value)
    let place = Plain.safe(claim.place.description)
    let room = width - head.count
    if value.count + place.count + 4 <= room { return "\(head)\(value)  (\(place))\n" }
    let indent = String(repeating: " ", count: min(head.count, 30))
    let cut = value.cut(to: max(20, room))
    return "\(head)\(cut)\n"
      + "(\(place))".wrapped(width: width, indentation: indent.count + 2, hanging: 1)
  }
}

extension SettingsText {
  /// The settings that matter most, for the head of a report, in lines of at most `width` columns.
  public static func headline(_ settings: [Setting], width: Int, more: String = "") -> String {
    VisibleText.lines(of: head(settings, width, more))
  }

  private static func head(_ settings: [Setting], _ width: Int, _ more: String) -> String {
    func of(_ name: String) -> Setting? { settings.first { $0.name == name } }
    var parts: [String] = []
    if let linux = of("linux"), let arch = of("arch"), let page = of("page-size") {
      parts.append(
        "Linux \(linux.effective.value) \(arch.effective.value), \(page.effective.value) pages"
      )
    }
    if let ram = of("ram") { parts.append("RAM \(ram.note ?? ram.effective.value)\(more)") }
    if let area = of("default-cma") {
      parts.append("default CMA \(area.effective.value) (\(area.effective.place))")
    }
    for name in ["mem", "memmap", "crashkernel"] {
      if let word = of(name) { parts.append("\(name): \(word.effective.value)") }
    }
    return parts.map(Plain.safe).joined(separator: "; ")
      .wrapped(width: min(width, 100), indentation: 0, hanging: 2)
  }
}
