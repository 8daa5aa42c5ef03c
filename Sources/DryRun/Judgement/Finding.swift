/// A judgement by argument, and what it rests on.
struct Finding: Hashable, Sendable {
  let verdict: Judgement
  let reason: Reason

  init(_ verdict: Judgement, _ reason: Reason) {
    self.verdict = verdict
    self.reason = reason
  }

  /// The worse one; of two alike the first.
  static func worse(_ one: Finding, _ other: Finding) -> Finding {
    other.verdict < one.verdict ? other : one
  }
}
