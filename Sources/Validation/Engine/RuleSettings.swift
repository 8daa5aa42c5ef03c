import Diagnostics
import Layout
import Policy

/// What policy says under `rules:`, and what is wrong with it.
struct RuleSettings {
  /// Settings that mean nothing, each once.
  let findings: [Diagnostic]

  /// The rules that hold against a limit that policy can set.
  static let withThreshold = Set(RuleRegistry.all.filter { $0.hasThreshold }.map { $0.id })

  /// Checks the settings of every variant.
  init(_ subject: Subject) {
    var seen: Set<ValueOrigin> = []
    let known = RuleRegistry.knownIDs
    findings = subject.variants.flatMap { variant in
      (variant.policy.value["rules"]?.entries ?? [])
        .filter { seen.insert($0.value.origin).inserted }
        .flatMap { entry -> [Diagnostic] in
          guard known.contains(entry.name) else {
            return [.unknown(entry.name, known, at: subject.label(entry.value.origin, "no rule"))]
          }
          guard let threshold = entry.value["threshold"] else { return [] }
          let rule = RuleID(rawValue: entry.name)
          return Self.withThreshold.contains(rule)
            ? [] : [.noThreshold(rule, at: subject.label(threshold.origin, "has no effect"))]
        }
    }
  }

  /// The limit that policy sets for a rule in a variant.
  static func threshold(of rule: RuleID, in variant: CompiledVariant) -> SizeExpression? {
    variant.policy.threshold(ofRule: rule.rawValue)?.value
  }
}

extension Diagnostic {
  fileprivate static func unknown(_ name: String, _ known: [String], at place: Label) -> Self {
    let isFixed = FindingCatalogue.all.contains { $0.id.rawValue == name }
    return Diagnostic(
      "rule-unknown",
      .error,
      isFixed ? "`\(name)` is no rule: its severity is fixed" : "there is no rule `\(name)`",
      at: place,
      help: isFixed
        ? "remove it, and mend what is found"
        : didYouMean(name, among: known).map { "write `\($0)`" }
          ?? "use the id that a finding has in brackets"
    )
  }

  fileprivate static func noThreshold(_ rule: RuleID, at place: Label) -> Self {
    Diagnostic(
      "rule-without-threshold",
      .error,
      "rule `\(rule)` has no threshold",
      at: place,
      help: "remove `threshold`; "
        + RuleSettings.withThreshold.sorted().map { "`\($0)`" }.joined(separator: ", ")
        + (RuleSettings.withThreshold.count == 1 ? " has one" : " have one")
    )
  }
}
