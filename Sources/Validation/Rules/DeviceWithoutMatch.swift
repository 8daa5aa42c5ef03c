import Diagnostics
import Layout
import Policy

/// A device of policy that no layer says how to find.
///
/// Without `match`, `on` or `heap` it is on no board, and what policy says of it has no effect. A layer
/// may leave `match` out where another one has it. Built-in layers are not held to it.
///
/// Bad: `devices: {vpu: {mask: 32}}`. Good: `devices: {vpu: {match: {compatible: "..."}, mask: 32}}`.
///
/// Source: policy's own rule.
enum DeviceWithoutMatch: Rule {
  static let id: RuleID = "device-without-match"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      (variant.policy.value["devices"]?.entries ?? []).compactMap { name, value in
        // Where a value comes from is the cheapest to ask, and most come with the program.
        guard !value.origin.isBuiltin, !value.isRemoved, value["on"] == nil, value["heap"] == nil,
          value["match"].map({ $0.entries.isEmpty }) ?? true, !value.entries.isEmpty,
          // A misspelt key has its own finding.
          !value.entries.contains(where: { didYouMean($0.name, among: ["match"]) != nil })
            || value["match"] != nil
        else { return nil }
        return Diagnostic(
          id,
          .error,
          "device `\(name)` does not say which node it is",
          at: subject.label(value["match"]?.origin ?? value.origin, "no `match`, `on` or `heap`"),
          notes: ["what policy says of it has no effect"],
          help:
            "add `match: {compatible: \"...\"}`, or correct its name if another layer defines it",
          variant: variant.variant.name
        )
      }
    }
  }
}
