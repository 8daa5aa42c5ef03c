/// How the kernel learns of a range that firmware holds.
public enum FirmwareKind: String, Sendable {
  /// It is not told of the RAM at all.
  case removed
  /// It is reserved.
  case reserved
  /// It is reserved and not mapped.
  case noMap = "no-map"
}

/// A range that firmware holds.
public struct FirmwarePolicy: Sendable {
  /// The name.
  public let name: String
  /// The addresses.
  public let range: Sourced<RangeExpression>
  /// How the kernel learns of it.
  public let kind: FirmwareKind
  /// Who holds it.
  public let owner: String?
}

/// A RAM population of a board.
public struct VariantPolicy: Sendable {
  /// The variant's name.
  public let name: String
  /// The RAM that the kernel is told of.
  public let ram: [Sourced<RangeExpression>]
  /// Who named the variant first.
  public let origin: ValueOrigin
  /// Ranges that firmware holds on this variant only.
  public let firmware: [FirmwarePolicy]
  /// Boot objects on this variant, by name.
  public let bootObjects: [(name: String, range: Sourced<RangeExpression>)]
}

extension EffectivePolicy {
  /// The RAM variants in the order of their names; empty where policy states none.
  public var variants: [VariantPolicy] {
    (value["variants"]?.entries ?? []).map { entry in
      let isList = entry.value.items != nil || entry.value.text != nil
      return VariantPolicy(
        name: entry.name,
        ram: isList ? entry.value.rangeItems : entry.value.ranges("ram"),
        origin: entry.value.origin,
        firmware: isList ? [] : entry.value["firmware"]?.firmwareRanges ?? [],
        bootObjects: isList ? [] : entry.value["boot"]?.namedRanges ?? []
      )
    }
  }

  /// Ranges that firmware holds on every variant.
  public var firmware: [FirmwarePolicy] { value["firmware"]?.firmwareRanges ?? [] }

  /// Where the boot loader puts what it loads, by name.
  public var bootObjects: [(name: String, range: Sourced<RangeExpression>)] {
    value["boot"]?.namedRanges ?? []
  }
}

extension PolicyValue {
  fileprivate var firmwareRanges: [FirmwarePolicy] {
    entries.compactMap { entry in
      entry.value.range("range").map { range in
        FirmwarePolicy(
          name: entry.name,
          range: range,
          kind: entry.value.word("kind")?.value ?? .reserved,
          owner: entry.value.text("owner")?.value
        )
      }
    }
  }

  fileprivate var namedRanges: [(name: String, range: Sourced<RangeExpression>)] {
    entries.compactMap { entry in
      entry.value.isRemoved ? nil : range(entry.name).map { (entry.name, $0) }
    }
  }
}
