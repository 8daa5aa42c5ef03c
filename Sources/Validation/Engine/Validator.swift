public import Diagnostics
import Layout
import Policy

/// Runs all rules over one board.
public struct Validator: Sendable {
  /// The rules that are run.
  public let rules: [any Rule.Type]
  /// The day that waivers are held against, YYYY-MM-DD; nil for no day, so that none expires.
  public let today: String?

  /// A validator of these rules on this day.
  public init(rules: [any Rule.Type] = RuleRegistry.all, today: String? = nil) {
    self.rules = rules
    self.today = today
  }

  /// The findings on one board, each said once, in the order of places.
  public func validate(_ subject: Subject) -> [Diagnostic] { judge(subject).findings }

  /// The findings on one board, each said once, in the order of places, and those that policy
  /// accepts.
  ///
  /// What a prerequisite already said is left out, then the severities of policy hold, then its
  /// waivers; what is the same in all variants is one finding without a variant. `compiled` is what
  /// compiling the board found: severities and waivers hold for it too.
  public func judge(
    _ subject: Subject,
    compiled: [Diagnostic] = []
  ) -> (findings: [Diagnostic], accepted: [AcceptedFinding]) {
    var found: [(rule: any Rule.Type, findings: [Diagnostic])] = []
    for rule in rules {
      let findings = rule.check(subject)
      if !findings.isEmpty { found.append((rule, findings)) }
    }
    if found.isEmpty && subject.layers.isEmpty && compiled.isEmpty { return ([], []) }
    let ruled = Prerequisites(found.flatMap(\.findings)).silence(found)
    let severities = Severities(subject)
    let settings = RuleSettings(subject).findings
    let (findings, accepted) = Waivers(subject, today: today)
      .applied(to: severities.applied(to: compiled + ruled) + settings)
    let variants = subject.variants.map(\.variant.name)
    return (
      findings.withoutDuplicates(variants: variants).sortedByPlace(),
      AcceptedFinding.merged(accepted, variants: variants)
    )
  }
}

extension AcceptedFinding {
  /// Each accepted finding once, in the order of places.
  fileprivate static func merged(
    _ accepted: [AcceptedFinding],
    variants: [String]
  ) -> [AcceptedFinding] {
    Set(accepted.map(\.why)).sorted().flatMap { why in
      accepted.filter { $0.why == why }.map(\.finding).withoutDuplicates(variants: variants)
        .sortedByPlace().map { AcceptedFinding($0, why: why) }
    }
  }
}

/// The severities that policy gives to rules.
private struct Severities {
  /// By variant, then by rule; nil inside is `off`.
  private let ofVariant: [String: [RuleID: Severity?]]
  private let first: String

  init(_ subject: Subject) {
    first = subject.variants.first?.variant.name ?? ""
    ofVariant = subject.variants.reduce(into: [:]) { all, variant in
      all[variant.variant.name] = (variant.policy.value["rules"]?.entries ?? [])
        .reduce(into: [:]) { rules, entry in
          guard let word = entry.value.text ?? entry.value["severity"]?.text else { return }
          let id = RuleID(rawValue: entry.name)
          if word == "off" {
            rules[id] = .some(nil)
          } else if let severity = Severity(word: word) {
            rules[id] = severity
          }
        }
    }
  }

  func applied(to findings: [Diagnostic]) -> [Diagnostic] {
    findings.compactMap { finding in
      let rules = ofVariant[finding.variant ?? first] ?? [:]
      guard let stated = rules[finding.rule] else { return finding }
      guard let severity = stated else { return nil }
      var changed = finding
      changed.severity = severity
      return changed
    }
  }
}
