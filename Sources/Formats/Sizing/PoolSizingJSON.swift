public import DryRun
import PhysicalMemory
import Policy

/// Sizes of pools as JSON (`dmaplan-size/1`).
public enum PoolSizingJSON {
  /// The value of the key `schema`.
  public static let schema = "dmaplan-size/1"

  /// The document for what was found, at the share of runs that was asked for.
  public static func value(_ results: [PoolSizingResult], success: Proportion) -> JSONValue {
    .object([
      "schema": .string(schema),
      "success": .fraction(units: Int64(success.partsPerMillion), decimals: 6),
      "pools": .array(results.map(value)),
    ])
  }

  private static func value(_ result: PoolSizingResult) -> JSONValue {
    let answer = result.answer
    return .object([
      "variant": .string(result.variant), "pool": .string(result.pool),
      "kind": .string(result.kind.rawValue), "current": .hexadecimal(result.current),
      "smallest": answer.smallest.map { .hexadecimal($0) } ?? .null,
      "largest": answer.largest.map { .hexadecimal($0) } ?? .null,
      "serves_together": result.servesTogether.map { .bool($0) } ?? .null,
      "islands": .array(answer.islands.map { .hexadecimal($0) }),
      "trials": .array(answer.trials.map(value)),
    ])
  }

  private static func value(_ trial: DryRun.SizeTrial) -> JSONValue {
    var object: JSONObject = ["size": .hexadecimal(trial.size)]
    object["placed"] = .bool(trial.isPlaceable)
    object["serves"] = .bool(trial.serves)
    object["sure"] = .bool(trial.isSure)
    object["leaves_floor"] = .bool(trial.leavesFloor)
    object["success"] = trial.success.map(VerdictsJSON.success)
    return .object(object)
  }
}
