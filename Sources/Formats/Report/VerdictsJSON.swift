public import DryRun
import PageAllocator
import PhysicalMemory
import Policy

/// Verdicts as JSON (`dmaplan-verdicts/1`).
public enum VerdictsJSON {
  /// The value of the key `schema`.
  public static let schema = "dmaplan-verdicts/1"

  /// The document for `verdicts`, in the order given.
  public static func value(_ verdicts: [DryRun.Verdict]) -> JSONValue {
    .object(["schema": .string(schema), "verdicts": list(verdicts)])
  }

  /// The document for several boards or layouts: `boards`, each with its file as it was named.
  public static func value(_ boards: [(input: String, verdicts: [DryRun.Verdict])]) -> JSONValue {
    .object([
      "schema": .string(schema),
      "boards": .array(
        boards.map { .object(["input": .string($0.input), "verdicts": list($0.verdicts)]) }
      ),
    ])
  }

  /// The verdicts alone.
  static func list(_ verdicts: [DryRun.Verdict]) -> JSONValue { .array(verdicts.map(value)) }

  private static func value(_ verdict: DryRun.Verdict) -> JSONValue {
    var object: JSONObject = ["variant": .string(verdict.variant)]
    object["workload"] = verdict.workload.map { .string($0) }
    object["device"] = .string(verdict.device)
    object["constraint"] = .string(verdict.constraint.rawValue)
    object["verdict"] = .string(verdict.verdict.word)
    object["basis"] = .string(verdict.basis.rawValue)
    object["sure"] = .bool(verdict.sure)
    object["seeds"] = .number(verdict.seeds)
    object["failures"] = .number(verdict.failures)
    object["success"] = verdict.success.map(success)
    object["reason"] = .string(verdict.text)
    if let shortfall = verdict.reason.shortfall { describe(shortfall, in: &object) }
    object["first_failure"] = verdict.firstFailure.map(failure)
    object["time_to_failure"] = verdict.timeToFailure.map(timeToFailure)
    if !verdict.operations.isEmpty {
      object["operations"] = .array(
        verdict.operations.map { operation in
          .object([
            "index": .number(UInt64(operation.index)), "id": .string(operation.id),
            "size": .hexadecimal(operation.size), "success": success(operation.success),
          ])
        }
      )
    }
    if let measured = verdict.measured { describe(measured, in: &object) }
    return .object(object)
  }

  /// Shares are fractions of one with six decimals.
  static func success(_ rate: SuccessRate) -> JSONValue {
    func share(_ proportion: Proportion) -> JSONValue {
      .fraction(units: Int64(proportion.partsPerMillion), decimals: 6)
    }
    return .object([
      "successes": .number(rate.successes), "runs": .number(rate.runs),
      "lower": share(rate.lower), "upper": share(rate.upper),
    ])
  }

  private static func describe(_ shortfall: Reason.Shortfall, in object: inout JSONObject) {
    object["pool"] = shortfall.pool.map { .string($0) }
    object["needed"] = .string(shortfall.needed.hexadecimal)
    object["capacity"] = .string(shortfall.capacity.hexadecimal)
    object["needed_pool_size"] = shortfall.neededPoolSize.map { .string($0.hexadecimal) }
  }

  static func timeToFailure(_ time: DryRun.TimeToFailure) -> JSONValue {
    var object: JSONObject = ["earliest_us": .number(time.earliest.microseconds)]
    object["median_us"] = time.median.map { .number($0.microseconds) } ?? .null
    return .object(object)
  }

  static func failure(_ failure: FirstFailure) -> JSONValue {
    var object: JSONObject = [
      "seed": .number(failure.seed), "time_us": .number(failure.time.microseconds),
      "stream": .string(failure.stream), "buffer": .string(failure.buffer),
      "index": .number(failure.index), "request": .string(failure.size.hexadecimal),
      "errno": .signed(Int64(failure.errno)),
    ]
    object["pool"] = failure.pool.map { .string($0) }
    object["largest_free"] = failure.largestFree.map { .string($0.hexadecimal) }
    object["held_by"] = .array(
      failure.holders.map { holder in
        .object(["owner": .string(holder.owner), "size": .string(holder.size.hexadecimal)])
      }
    )
    return .object(object)
  }

  private static func describe(_ measured: DryRun.Measurements, in object: inout JSONObject) {
    object["requests"] = .number(measured.requests)
    object["refused"] = .number(measured.refused)
    object["refused_optional"] = .number(measured.refusedOptional)
    object["skipped"] = .number(measured.skipped)
    object["busy_retries"] = .number(measured.busyRetries)
    object["migrated_pages"] = .object([
      "p50": .number(measured.migratedMedian), "p99": .number(measured.migrated99),
      "max": .number(measured.migratedMost),
    ])
    object["pools"] = .array(
      measured.pools.map { pool in
        .object([
          "pool": .string(pool.pool), "peak": .string(pool.peak.hexadecimal),
          "idle_bytes": .string(pool.idle.hexadecimal),
          "mean_used_bytes": .string(pool.meanUsed.hexadecimal),
          "mean_idle_bytes": .string(pool.meanIdle.hexadecimal), "lent": .bool(pool.isLent),
        ])
      }
    )
    object["system"] = system(measured.system)
  }

  /// What the rest of the system paid.
  static func system(_ system: DryRun.SystemSide) -> JSONValue {
    .object([
      "reclaimed_pages": .number(system.reclaimedPages),
      "swapped_pages": .number(system.swappedPages),
      "refused_allocations": .number(system.refusedAllocations),
      "refused_unmovable": .number(system.refusedUnmovable),
      "out_of_memory_kills": .number(system.outOfMemoryKills),
      "refused_long_pins": .number(system.refusedPins),
      "page_events": .number(system.pageEvents),
    ])
  }
}
