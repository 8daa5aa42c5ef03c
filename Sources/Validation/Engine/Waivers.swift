import Board
import Diagnostics
import Layout
import Policy

/// The findings that policy knows and accepts.
struct Waivers {
  private let subject: Subject
  private let today: String?
  private let entries: [Waiver]

  init(_ subject: Subject, today: String?) {
    self.subject = subject
    self.today = today
    var seen: Set<ValueOrigin> = []
    entries = subject.variants.flatMap { variant in
      (variant.policy.value["waive"]?.items ?? []).compactMap(Waiver.init)
    }
    .filter { waiver in
      seen.insert(waiver.origin).inserted
        && (waiver.board.map(subject.board.compatible.contains) ?? true)
    }
  }

  /// The findings that are not accepted with what is wrong with the waivers themselves, and those
  /// that are.
  func applied(
    to findings: [Diagnostic]
  ) -> (findings: [Diagnostic], accepted: [AcceptedFinding]) {
    guard !entries.isEmpty else { return (findings, []) }
    var accepted: [AcceptedFinding] = []
    var used: Set<ValueOrigin> = []
    let holding = entries.filter { !isExpired($0) && $0.why != nil }
    let left = findings.filter { finding in
      let accepting = holding.filter { $0.accepts(finding) }
      for waiver in accepting { used.insert(waiver.origin) }
      if let why = accepting.first?.why { accepted.append(AcceptedFinding(finding, why: why)) }
      return accepting.isEmpty
    }
    let ofWaivers = entries.compactMap { waiver -> Diagnostic? in
      if waiver.why == nil { return .withoutReason(waiver, subject) }
      if let until = waiver.until, isExpired(waiver) { return .expired(waiver, until, subject) }
      return used.contains(waiver.origin) ? nil : .unused(waiver, subject)
    }
    return (left + ofWaivers, accepted)
  }

  private func isExpired(_ waiver: Waiver) -> Bool {
    guard let today, let until = waiver.until else { return false }
    return !Waiver.isDay(until) || until < today
  }
}

/// One accepted finding, as policy states it.
struct Waiver {
  let rule: String
  let node: String?
  let board: String?
  let variant: String?
  let why: String?
  let until: String?
  let origin: ValueOrigin

  init?(_ value: PolicyValue) {
    guard let rule = value["rule"]?.text else { return nil }
    self.rule = rule
    node = value["node"]?.text
    board = value["board"]?.text
    variant = value["variant"]?.text
    why = value["why"]?.text
    until = value["until"]?.text
    origin = value.origin
  }

  /// Whether the waiver is for this finding; one that names a variant is for that variant's alone.
  func accepts(_ finding: Diagnostic) -> Bool {
    guard finding.rule.rawValue == rule, variant == nil || variant == finding.variant else {
      return false
    }
    guard let node else { return true }
    return ([finding.primary] + finding.related).contains { label in
      guard case .tree(let tree) = label.location else { return false }
      return tree.path == node
    }
  }

  /// Whether a text is a day as `2026-11-23`.
  static func isDay(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.utf8.count) == [4, 2, 2]
      && parts.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
      && (1...12).contains(Int(parts[1]) ?? 0) && (1...31).contains(Int(parts[2]) ?? 0)
  }
}

extension Diagnostic {
  fileprivate static func expired(_ waiver: Waiver, _ until: String, _ subject: Subject) -> Self {
    Diagnostic(
      "waiver-expired",
      .warning,
      Waiver.isDay(until)
        ? "the waiver of `\(waiver.rule)` ended on \(until)"
        : "the waiver of `\(waiver.rule)` ends on `\(until)`, which is no day",
      at: subject.label(waiver.origin, "no longer holds"),
      notes: waiver.why.map { ["it was accepted because: \($0)"] } ?? [],
      help: "look at the finding again, then set a new `until: YYYY-MM-DD` or remove the waiver"
    )
  }

  fileprivate static func unused(_ waiver: Waiver, _ subject: Subject) -> Self {
    let known = RuleRegistry.knownIDs
    let meant = known.contains(waiver.rule) ? nil : didYouMean(waiver.rule, among: known)
    let isRule = known.contains(waiver.rule)
    return Diagnostic(
      "waiver-unused",
      .warning,
      isRule
        ? "the waiver of `\(waiver.rule)` matches no finding"
        : "the waiver names `\(waiver.rule)`, which is no rule",
      at: subject.label(
        waiver.origin,
        waiver.node.map { "nothing to accept at `\($0)`" } ?? "nothing to accept"
      ),
      help: meant.map { "write `\($0)`" }
        ?? (isRule ? nil : "use the id that a finding has in brackets")
        ?? "remove it, so that it does not hide a later finding"
    )
  }

  fileprivate static func withoutReason(_ waiver: Waiver, _ subject: Subject) -> Self {
    Diagnostic(
      "waiver-without-reason",
      .error,
      "the waiver of `\(waiver.rule)` does not say why",
      at: subject.label(waiver.origin, "accepts a finding without a reason, so it does not hold"),
      help: "add `why:` with the reason that the finding is accepted"
    )
  }
}
