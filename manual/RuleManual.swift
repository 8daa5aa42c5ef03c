/// The manual of rules, as a part of the program.
public enum RuleManual {
  /// `RULES.md`, which `Scripts/rules-md` makes of the comments above the rules.
  public static var text: String { String(decoding: PackageResources.RULES_md, as: UTF8.self) }
}
