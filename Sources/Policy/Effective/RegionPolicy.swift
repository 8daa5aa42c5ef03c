/// What kind of region a pool or carve-out is.
public enum RegionKind: String, CaseIterable, Sendable {
  /// A CMA area: `shared-dma-pool` with `reusable`.
  case cma
  /// A per-device coherent pool: `shared-dma-pool` with `no-map`.
  case coherent
  /// Slots for bouncing: `restricted-dma-pool`.
  case restricted
  /// Memory that the kernel does not map.
  case carveout
  /// Memory that the kernel maps and leaves alone.
  case reserved
  /// A boot-time reservation with its own first-fit allocator.
  case bigphysarea
  /// Android's power-of-two allocator over a carve-out.
  case pmem
  /// What `mem=` hides at the top of RAM.
  case memLimit = "mem-limit"
  /// ION's allocator over a carve-out.
  case ionCarveout = "ion-carveout"
  /// CMA as first proposed: a private reservation.
  case cma2010 = "cma-2010"

  /// Whether devices allocate from it through the DMA API.
  public var isPool: Bool { self == .cma || self == .coherent || self == .restricted }
}

/// What policy and tree say of one region under /reserved-memory.
public struct RegionPolicy: Sendable {
  /// The region's node name, or the pool's where it is new.
  public let name: String
  /// The kind.
  public let kind: Sourced<RegionKind>
  /// The size.
  public let size: Sourced<SizeExpression>?
  /// The smallest size that will do.
  public let atLeast: Sourced<SizeExpression>?
  /// The biggest size that may be.
  public let atMost: Sourced<SizeExpression>?
  /// A fixed address.
  public let base: Sourced<AddressExpression>?
  /// The alignment of the base.
  public let alignment: Sourced<SizeExpression>?
  /// The ranges it may lie in; empty for anywhere.
  public let within: [Sourced<RangeExpression>]
  /// It crosses no multiple of this.
  public let boundary: Sourced<SizeExpression>?
  /// Regions that it must not share a block with.
  public let apartFrom: [Sourced<String>]
  /// The block that is meant: nil for a bank.
  public let apartBlock: Sourced<SizeExpression>?
  /// Whether it is the default CMA area.
  public let isDefault: Bool
  /// Strings of `compatible` beside the kind's own.
  public let compatible: [String]
  /// Whether it is written with `size` and `alloc-ranges` instead of `reg`.
  public let isDynamic: Sourced<Bool>?
  /// Who holds it.
  public let owner: String?
  /// Who named the region first.
  public let origin: ValueOrigin
  /// Every value with its origin, for `explain`.
  public let value: PolicyValue

  init(name: String, value: PolicyValue, isCarveOut: Bool, binding: PoolBinding) {
    self.name = name
    self.value = value
    origin = value.origin
    kind =
      value.word("kind")
      ?? Sourced(isCarveOut ? .carveout : .cma, .assumed("the kind of a pool that states none"))
    size = value.size("size")
    atLeast = value.size("at-least")
    atMost = value.size("at-most")
    base = value.address("base")
    alignment = value.size("align")
    within = value.ranges("within")
    boundary = value.size("boundary")
    apartFrom = (value["apart"]?.texts("from") ?? []).map {
      Sourced(binding.canonicalName($0.value), $0.origin)
    }
    apartBlock = value["apart"]?.size("block")
    isDefault = value.flag("default")?.value ?? false
    compatible = value.texts("compatible").map(\.value)
    isDynamic = value.text("form").map { Sourced($0.value == "dynamic", $0.origin) }
    owner = value.text("owner")?.value
  }
}

extension [RegionPolicy] {
  /// What a merged value states, in the order of the names.
  init(_ value: PolicyValue, binding: PoolBinding) {
    self = EffectivePolicy.regionSections.flatMap { section in
      (value[section]?.entries ?? []).map { entry in
        RegionPolicy(
          name: entry.name,
          value: entry.value,
          isCarveOut: section == "carve-outs",
          binding: binding
        )
      }
    }
    .sorted { $0.name < $1.name }
  }
}
