public import Diagnostics
import LinuxBoot
import PhysicalMemory

/// What Linux does at boot as JSON, `dmaplan-boot/1`.
///
/// A single prediction is the document itself; several (RAM variants, versions) stand in `boots`.
public enum BootJSON {
  /// The value of the key `schema`.
  public static let schema = "dmaplan-boot/1"

  /// The document for `predictions`, with what changes between their versions.
  public static func value(_ predictions: [BootPrediction], changes: [Diagnostic] = []) -> JSONValue
  {
    var document: JSONObject = ["schema": .string(schema)]
    if predictions.count == 1, let only = predictions.first {
      for member in object(only).members { document[member.name] = member.value }
      return .object(document)
    }
    document["boots"] = .array(predictions.map { .object(object($0)) })
    document["findings"] = .array(
      changes.map { finding in
        FindingsJSON.value(
          finding,
          board: predictions.first?.board ?? "",
          dtb: predictions.first?.file
        )
      }
    )
    return .object(document)
  }

  private static func object(_ prediction: BootPrediction) -> JSONObject {
    let map = prediction.map
    let kernel = prediction.kernel
    var object: JSONObject = [
      "linux": .string(kernel.version.description),
      "architecture": .string(kernel.architecture.rawValue),
      "variant": .string(prediction.variant),
      "command_line": .string(prediction.commandLine),
      "memory": .ranges(map.memory),
      "nomap": .ranges(map.noMap),
      "reserved": .ranges(map.reserved),
      "regions": .array(map.regions.filter(\.isInTable).map(region)),
      "lost_regions": .array(map.regions.filter { !$0.isInTable }.map(region)),
      "cma": .array(map.cma.map { area($0, kernel) }),
      "default_cma": map.defaultCMA.map { area($0, kernel) } ?? .null,
      "zones": .array(map.zones.map(zone)),
      "messages": .strings(map.messages),
      "assumes": .strings(map.assumes.map(\.subject)),
      "assumptions": .array(map.assumes.map(assumption)),
    ]
    if let panic = prediction.outcome.panic { object["panic"] = .string(panic.reason) }
    if !map.hazards.isEmpty { object["hazards"] = .strings(map.hazards.map(\.reason)) }
    return object
  }

  private static func region(_ region: BootRegion) -> JSONValue {
    .object([
      "node": .string(region.node), "base": .hexadecimal(region.base),
      "size": .hexadecimal(region.size), "kept": .bool(region.isKept),
      "is_cma": .bool(region.isCMA), "confidence": .string(region.confidence.rawValue),
      "outcome": .string(region.outcome.word),
    ])
  }

  private static func area(_ area: CMAArea, _ kernel: KernelTarget) -> JSONValue {
    var object: JSONObject = [
      "name": .string(area.name), "base": .hexadecimal(area.base),
      "size": .hexadecimal(area.size), "active": .bool(area.isActive),
      "default": .bool(area.isDefault), "confidence": .string(area.confidence.rawValue),
    ]
    // Page tables and memmap decide between this granule and its neighbours.
    if area.confidence == .modelled { object["slack"] = .hexadecimal(kernel.cmaMinAlignment.bytes) }
    return .object(object)
  }

  private static func zone(_ zone: Zone) -> JSONValue {
    .object([
      "node": .number(UInt64(zone.node)), "zone": .string(zone.kind.rawValue),
      "start": .hexadecimal(zone.start), "spanned": .hexadecimal(zone.spanned.size),
    ])
  }

  private static func assumption(_ assumption: Assumption) -> JSONValue {
    var object: JSONObject = ["subject": .string(assumption.subject)]
    if let range = assumption.range {
      object["base"] = .hexadecimal(range.start)
      object["size"] = .hexadecimal(range.size)
    }
    object["text"] = .string(assumption.text)
    return .object(object)
  }
}
