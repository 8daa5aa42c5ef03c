/// How policy finds the nodes of a device.
public enum DeviceSelector: Sendable {
  /// Nodes with one of these paths, strings of `compatible`, this alias or this label.
  case match(
    paths: [Sourced<String>],
    compatible: [Sourced<String>],
    alias: Sourced<String>?,
    label: Sourced<String>?
  )
  /// Something behind this bus that has no node of its own.
  case behind(Sourced<String>)
  /// A dma-heap user of this pool.
  case heap(Sourced<String>)
}

/// Whether a device needs contiguous memory.
public enum Contiguity: String, CaseIterable, Sendable {
  /// Always.
  case required
  /// Unless an IOMMU maps for it.
  case ifNoIOMMU = "if-no-iommu"
  /// Never: it takes page lists.
  case no
}

/// Whether a device sits behind an IOMMU.
public enum IOMMUPolicy: String, Sendable {
  /// As the tree's `iommus` and `iommu-map` say.
  case fromDTB = "from-dtb"
  /// Yes, whatever the tree says.
  case on
  /// No, whatever the tree says.
  case off
}

/// Who attaches a device to its region.
public enum Attachment: String, CaseIterable, Sendable {
  /// The driver calls `of_reserved_mem_device_init` or looks the region up.
  case driver
  /// The DMA core does (`restricted-dma-pool`).
  case core
  /// Nobody has looked.
  case unknown
}

/// What policy says of one kind of device.
public struct DevicePolicy: Sendable {
  /// The name that workloads use.
  public let name: String
  /// How its nodes are found.
  public let selector: DeviceSelector
  /// The DMA mask that the driver sets, in bits.
  public let mask: Sourced<UInt64>?
  /// CPU addresses that it reaches, narrower than the tree says; empty for no such limit.
  public let reach: [Sourced<RangeExpression>]
  /// The alignment its buffers need.
  public let alignment: Sourced<SizeExpression>?
  /// Its buffers cross no multiple of this bus address.
  public let boundary: Sourced<SizeExpression>?
  /// The pools it allocates from, in order; nil where only the tree says.
  public let pools: [Sourced<String>]?
  /// Whether it needs contiguity.
  public let contiguous: Sourced<Contiguity>
  /// Whether it sits behind an IOMMU.
  public let iommu: Sourced<IOMMUPolicy>
  /// Who attaches its region.
  public let attach: Sourced<Attachment>
  /// Who named the device first.
  public let origin: ValueOrigin
  /// Whether a quirk named it, so that its absence is worth a word.
  public let isFromQuirk: Bool
  /// Every value with its origin, for `explain`.
  public let value: PolicyValue

  init?(name: String, value: PolicyValue, binding: PoolBinding) {
    guard let selector = DeviceSelector(value, binding) else { return nil }
    self.name = name
    self.value = value
    self.selector = selector
    origin = value.origin
    isFromQuirk = value.rank > .tree
    // Other numbers have their own finding.
    mask = value.count("mask").flatMap { (1...64).contains($0.value) ? $0 : nil }
    reach = value.ranges("reach")
    alignment = value.size("align")
    boundary = value.size("boundary")
    pools =
      value["pools"] == nil
      ? nil : value.texts("pools").map { Sourced(binding.canonicalName($0.value), $0.origin) }
    contiguous =
      value.word("contiguous") ?? Sourced(.ifNoIOMMU, .assumed("devices take contiguous memory"))
    iommu = value.word("iommu") ?? Sourced(.fromDTB, .assumed("the tree says"))
    attach = value.word("attach") ?? Sourced(.unknown, .assumed("no catalogue entry"))
  }
}

extension DeviceSelector {
  init?(_ value: PolicyValue, _ binding: PoolBinding) {
    if let bus = value.text("on") {
      self = .behind(bus)
    } else if let pool = value.text("heap") {
      self = .heap(Sourced(binding.canonicalName(pool.value), pool.origin))
    } else if let match = value["match"] {
      self = .match(
        paths: match.texts("path"),
        compatible: match.texts("compatible"),
        alias: match.text("alias"),
        label: match.text("label")
      )
    } else {
      return nil
    }
  }
}

extension [DevicePolicy] {
  /// What a merged value states, in the order of the names.
  init(_ value: PolicyValue, binding: PoolBinding) {
    self = (value["devices"]?.entries ?? []).compactMap {
      DevicePolicy(name: $0.name, value: $0.value, binding: binding)
    }
  }
}
