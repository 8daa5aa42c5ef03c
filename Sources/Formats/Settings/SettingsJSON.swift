import Diagnostics

/// Settings as JSON, the key `settings` of `dmaplan-findings/1`.
public enum SettingsJSON {
  /// The settings of one RAM variant of one board.
  public struct VariantSettings: Sendable {
    /// The DTB as it was named on the command line.
    public let dtb: String
    /// The variant's name.
    public let variant: String
    /// The settings in their order.
    public let settings: [Setting]

    /// `settings` of `variant` of the board in `dtb`.
    public init(dtb: String, variant: String, settings: [Setting]) {
      self.dtb = dtb
      self.variant = variant
      self.settings = settings
    }
  }

  /// A list with an object for each variant.
  public static func value(_ variants: [VariantSettings]) -> JSONValue {
    .array(
      variants.map { variant in
        .object([
          "dtb": .string(variant.dtb), "variant": .string(variant.variant),
          "settings": .array(variant.settings.map(value)),
        ])
      }
    )
  }

  private static func value(_ setting: Setting) -> JSONValue {
    var object: JSONObject = ["name": .string(setting.name)]
    for member in claim(setting.effective).members { object[member.name] = member.value }
    object["note"] = setting.note.map { .string($0) }
    object["overridden"] = .array(setting.overridden.map { .object(claim($0)) })
    return .object(object)
  }

  private static func claim(_ claim: Setting.Claim) -> JSONObject {
    ["value": .string(claim.value), "from": .object(place(claim.place))]
  }

  private static func place(_ place: SettingPlace) -> JSONObject {
    switch place {
    case .layer(let name, let span):
      [
        "kind": .string("layer"), "layer": .string(name), "file": .string(span.file),
        "line": number(span.start.line), "column": number(span.start.column),
      ]
    case .tree(let path, let property):
      property.map {
        ["kind": .string("tree"), "node": .string(path), "property": .string($0)]
      } ?? ["kind": .string("tree"), "node": .string(path)]
    case .kernelConfig(let file, let line):
      ["kind": .string("kernel-config"), "file": .string(file), "line": number(line)]
    case .option(let name): ["kind": .string("option"), "option": .string(name)]
    case .word(let column, let line): word(column, self.place(line))
    case .unstated(let why): ["kind": .string("unstated"), "why": .string(why)]
    }
  }

  /// The place of a line with the character in it.
  private static func word(_ column: Int, _ line: JSONObject) -> JSONObject {
    var object = line
    object["character"] = number(column)
    return object
  }

  private static func number(_ position: Int) -> JSONValue { .number(UInt64(max(0, position))) }
}
