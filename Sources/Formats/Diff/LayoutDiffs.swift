import Diagnostics
public import Layout
import PhysicalMemory

/// The differences of two boards or layouts, variant by variant, as text and as JSON
/// (`dmaplan-diff/1`).
public struct LayoutDiffs: Sendable {
  /// One variant.
  public struct Variant: Sendable {
    let name: String
    let diff: LayoutDiff?

    /// The difference in variant `name`; nil where only one side has a layout for it.
    public init(_ name: String, _ diff: LayoutDiff?) {
      self.name = name
      self.diff = diff
    }
  }

  let variants: [Variant]

  /// The differences of these variants.
  public init(_ variants: [Variant]) { self.variants = variants }

  /// Whether nothing is different.
  public var isEmpty: Bool { variants.allSatisfy { $0.diff?.isEmpty ?? false } }

  /// Lines for a person. O(what is different)
  public var text: String { VisibleText.lines(of: written) }

  private var written: String {
    variants.map { variant in
      guard let diff = variant.diff else {
        return "\(variant.name): only one side has a layout\n"
      }
      if diff.isEmpty { return "\(variant.name): no difference\n" }
      let ram = diff.isOtherRAM ? ["  the RAM is another"] : []
      let devices = diff.devices.map { device in
        "  `\(device.name)` may fare otherwise: \(device.reasons.joined(separator: "; "))"
      }
      let lines = ram + diff.regions.map(Self.line) + devices
      return "\(variant.name):\n" + lines.joined(separator: "\n") + "\n"
    }.joined()
  }

  private static func line(_ region: LayoutDiff.Region) -> String {
    let words = region.changes.map(\.rawValue).joined(separator: ", ")
    let places = [region.before, region.after].compactMap(\.self).map { side in
      "\(side.range) (\(side.range.size.approximate)\(side.isDefault ? ", default" : ""))"
    }
    return "  `\(region.name)` \(words): \(places.joined(separator: " -> "))"
  }

  /// The same for programs. O(what is different)
  public var value: JSONValue {
    .object([
      "schema": .string("dmaplan-diff/1"), "variants": .array(variants.map(Self.value)),
    ])
  }

  private static func value(_ variant: Variant) -> JSONValue {
    guard let diff = variant.diff else {
      return .object(["variant": .string(variant.name), "compared": .bool(false)])
    }
    return .object([
      "variant": .string(variant.name), "compared": .bool(true),
      "ram_changed": .bool(diff.isOtherRAM),
      "regions": .array(
        diff.regions.map { region in
          .object([
            "name": .string(region.name), "changes": .strings(region.changes.map(\.rawValue)),
            "before": region.before.map { .range($0.range) } ?? .null,
            "after": region.after.map { .range($0.range) } ?? .null,
          ])
        }
      ),
      "devices": .array(
        diff.devices.map { device in
          .object(["name": .string(device.name), "reasons": .strings(device.reasons)])
        }
      ),
    ])
  }
}
