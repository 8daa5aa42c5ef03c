public import DryRun
import PhysicalMemory
import Policy

/// Comparisons of systems as JSON (`dmaplan-compare/1`).
public enum ComparisonJSON {
  /// The value of the key `schema`.
  public static let schema = "dmaplan-compare/1"

  /// The document for `comparisons`, in the order given.
  public static func value(_ comparisons: [DryRun.Comparison]) -> JSONValue {
    .object(["schema": .string(schema), "comparisons": .array(comparisons.map(value))])
  }

  private static func value(_ comparison: DryRun.Comparison) -> JSONValue {
    var object: JSONObject = [
      "variant": .string(comparison.variant), "workload": .string(comparison.workload),
      "strategy": .string(comparison.strategy.rawValue),
      "title": .string(comparison.strategy.title), "lent": .bool(comparison.strategy.isLent),
    ]
    object["obstacle"] = comparison.obstacle.map { .string($0) }
    guard let result = comparison.result else { return .object(object) }
    object["success"] = VerdictsJSON.success(result.success)
    object["reserved_bytes"] = .hexadecimal(result.reserved)
    object["idle_bytes"] = .hexadecimal(result.meanIdle)
    object["migrated_pages"] = .object([
      "p50": .number(result.migratedMedian), "p99": .number(result.migrated99),
      "max": .number(result.migratedMost),
    ])
    object["system"] = VerdictsJSON.system(result.system)
    object["first_failure"] = result.firstFailure.map(VerdictsJSON.failure)
    object["time_to_failure"] = result.timeToFailure.map(VerdictsJSON.timeToFailure)
    return .object(object)
  }
}
