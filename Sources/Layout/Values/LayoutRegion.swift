public import LinuxBoot
public import PhysicalMemory
public import Policy

/// A region with its place.
public struct LayoutRegion: Sendable, Hashable {
  /// What the area is called that the kernel makes by itself for everybody.
  public static let kernelDefaultName = "default-cma"

  /// The region's name: that of its node, or the pool's.
  public let name: String
  /// The node's full path; nil for the area that the kernel makes itself.
  public let node: String?
  /// What kind of region it is.
  public let kind: RegionKind
  /// Where it lies.
  public let range: PhysicalRange
  /// What its base is a multiple of by request.
  public let alignment: Alignment
  /// The names of the devices that use it, in their order.
  public let users: [String]
  /// Whether it is the default CMA area.
  public let isDefault: Bool
  /// Whether the node states `size` and `alloc-ranges` instead of `reg`.
  public let isDynamic: Bool
  /// Whether policy changed or added it.
  public let isPlanned: Bool
  /// Strings of `compatible` beside the kind's own.
  public let compatible: [String]
  /// How sure the address is.
  public let confidence: Confidence
  /// Key by key where its values came from, sorted by key.
  public let origins: [NamedOrigin]

  /// A key and where its value came from.
  public struct NamedOrigin: Sendable, Hashable {
    /// The key as policy names it.
    public let key: String
    /// The place, in words that a person finds again: `policies/x.yaml:12:5`, `/node:reg`.
    public let place: String
    /// The value of `key` came from `place`.
    public init(key: String, place: String) {
      self.key = key
      self.place = place
    }
  }

  /// A region of these properties.
  public init(
    name: String,
    node: String?,
    kind: RegionKind,
    range: PhysicalRange,
    alignment: Alignment,
    users: [String],
    isDefault: Bool,
    isDynamic: Bool,
    isPlanned: Bool,
    compatible: [String] = [],
    confidence: Confidence,
    origins: [NamedOrigin]
  ) {
    self.name = name
    self.node = node
    self.kind = kind
    self.range = range
    self.alignment = alignment
    self.users = users
    self.isDefault = isDefault
    self.isDynamic = isDynamic
    self.isPlanned = isPlanned
    self.compatible = compatible
    self.confidence = confidence
    self.origins = origins
  }
}
