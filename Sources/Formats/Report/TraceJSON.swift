public import DryRun
import PhysicalMemory
import Policy

/// What happened in one run, event by event (`dmaplan-trace/1`).
public enum TraceJSON {
  /// The value of the key `schema`.
  public static let schema = "dmaplan-trace/1"

  /// The document for the run of a workload with a seed.
  public static func value(
    _ events: [DryRun.TraceEvent],
    variant: String,
    workload: String,
    seed: UInt64
  ) -> JSONValue {
    .object([
      "schema": .string(schema), "variant": .string(variant), "workload": .string(workload),
      "seed": .number(seed), "events": .array(events.map(value)),
    ])
  }

  private static func value(_ event: DryRun.TraceEvent) -> JSONValue {
    var object: JSONObject = ["time_us": .number(event.time.microseconds)]
    switch event.kind {
    case .stream(let word, let stream, let device):
      object["event"] = .string(word)
      object["stream"] = .string(stream)
      object["device"] = .string(device)
    case .buffer(let stream, let buffer, let size, let address, let region):
      object["event"] = .string("alloc")
      object["stream"] = .string(stream)
      object["buffer"] = .string(buffer)
      object["size"] = .hexadecimal(size)
      object["phys"] = .hexadecimal(address)
      object["pool"] = region.map { .string($0) }
    case .refusal(let device, let failure):
      object["event"] = .string("refused")
      object["device"] = .string(device)
      object["failure"] = VerdictsJSON.failure(failure)
    case .system(let word, let pages):
      object["event"] = .string(word)
      object["pages"] = .number(pages)
    }
    object["free_pages"] = .number(event.freePages)
    var used = JSONObject()
    for pool in event.used { used[pool.region] = .hexadecimal(pool.size) }
    object["used"] = .object(used)
    return .object(object)
  }
}
