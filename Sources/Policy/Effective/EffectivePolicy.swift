public import Diagnostics

/// What a tree says, in the shape of a layer.
public struct TreeLayer: Sendable {
  /// The values: mappings `pools` and `carve-outs` by region name.
  public let value: PolicyValue
  /// The names of all regions.
  public let regions: Set<String>
  /// The name of the `linux,cma-default` region.
  public let defaultRegion: String?

  /// The layer of a tree with these regions.
  public init(value: PolicyValue, regions: Set<String>, defaultRegion: String?) {
    self.value = value
    self.regions = regions
    self.defaultRegion = defaultRegion
  }
}

/// The policy that holds for one board and one RAM variant.
///
/// All layers that match are merged, the weakest first: defaults, the tree itself, quirks. Each
/// value knows where it came from and whom it overruled.
public struct EffectivePolicy: Sendable {
  /// The merged value; its keys are those of a layer.
  public let value: PolicyValue
  /// The layers that had a say, the weakest first.
  public let layers: [Layer]
  /// Layers of equal rank that disagree.
  public let conflicts: [Diagnostic]
  /// What the pool names of policy stand for.
  public let binding: PoolBinding

  /// All pools and carve-outs in the order of their names.
  public let regions: [RegionPolicy]
  /// All devices in the order of their names.
  public let devices: [DevicePolicy]
  /// All workloads in the order of their names.
  public let workloads: [WorkloadPolicy]

  /// Keys that describe a layer and are not merged.
  static let ownKeys: Set<String> = ["dmaplan", "name", "why", "match", "override"]
  /// The keys whose names are regions.
  static let regionSections = ["pools", "carve-outs"]

  /// Merges what holds for a board with this root `compatible` list.
  ///
  /// The order of `layers` does not matter.
  ///
  /// - Complexity: O(size of all layers that match).
  public init(layers: [Layer], compatible: [String], variant: String?, tree: TreeLayer? = nil) {
    let ranked = Self.ranked(layers, compatible, variant)
    binding = PoolBinding(
      layers: ranked.map(\.layer),
      regions: tree?.regions ?? [],
      defaultRegion: tree?.defaultRegion
    )
    let merge = LayerMerge(binding: binding)
    var value = PolicyValue(.mapping([:]), .assumed("no layer"), .tree)
    for (layer, rank) in ranked where rank < .tree { merge.merge(layer, rank, into: &value) }
    if let tree { value = value.overlaid(with: tree.value) }
    for (layer, rank) in ranked where rank > .tree { merge.merge(layer, rank, into: &value) }
    self.value = value
    self.layers = ranked.map(\.layer)
    conflicts = ranked.chunked(by: { $0.rank == $1.rank }).flatMap { equals in
      EqualLayers(equals.map { ($0.layer.name, merge.entries(of: $0.layer)) }).conflicts
    }
    regions = [RegionPolicy](value, binding: binding)
    devices = [DevicePolicy](value, binding: binding)
    workloads = [WorkloadPolicy](value, binding: binding)
  }

  private static func ranked(
    _ layers: [Layer],
    _ compatible: [String],
    _ variant: String?
  ) -> [(layer: Layer, rank: LayerRank)] {
    layers.compactMap { layer in
      layer.rank(forCompatible: compatible, variant: variant).map { (layer: layer, rank: $0) }
    }
    .sorted {
      $0.rank != $1.rank
        ? $0.rank < $1.rank
        : ($0.layer.name, $0.layer.span.file) < ($1.layer.name, $1.layer.span.file)
    }
  }
}

extension Array {
  /// The longest runs whose neighbours belong together.
  fileprivate func chunked(by belongTogether: (Element, Element) -> Bool) -> [ArraySlice<Element>] {
    var runs: [ArraySlice<Element>] = []
    var start = startIndex
    for index in indices.dropFirst() where !belongTogether(self[index - 1], self[index]) {
      runs.append(self[start..<index])
      start = index
    }
    return isEmpty ? [] : runs + [self[start...]]
  }
}

extension PolicyValue {
  /// This value with `other` on top: mappings merge, everything else is replaced.
  ///
  /// - Complexity: O(size of `other`).
  func overlaid(with other: PolicyValue) -> PolicyValue {
    guard case .mapping(var mine) = content, case .mapping(let theirs) = other.content else {
      var result = other
      result.overruled = overruled + [self]
      return result
    }
    for (name, value) in theirs { mine[name] = mine[name]?.overlaid(with: value) ?? value }
    var result = self
    result.content = .mapping(mine)
    return result
  }
}
