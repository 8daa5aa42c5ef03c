import YAML

/// Which region of the tree each pool name of policy stands for.
///
/// `node: NAME` binds a pool to that region, `default: true` to the tree's `linux,cma-default`
/// region if there is one, and a pool with a region's own name is that region.
public struct PoolBinding: Sendable {
  private let regionOfPool: [String: String]

  /// No pool is bound.
  public static let none = PoolBinding(regionOfPool: [:])

  private init(regionOfPool: [String: String]) { self.regionOfPool = regionOfPool }

  /// Binds the pools of `layers`, the weakest first.
  init(layers: [Layer], regions: Set<String>, defaultRegion: String?) {
    var bound: [String: String] = [:]
    for layer in layers {
      for section in EffectivePolicy.regionSections {
        for pool in layer.body[section]?.entries ?? [] {
          if let node = pool.value["node"]?.text {
            bound[pool.name] = node
          } else if pool.value["default"]?.text == "true", let defaultRegion,
            !regions.contains(pool.name), bound[pool.name] == nil
          {
            bound[pool.name] = defaultRegion
          }
        }
      }
    }
    regionOfPool = bound
  }

  /// The name under which a pool is known: that of its region, else its own.
  public func canonicalName(_ pool: String) -> String { regionOfPool[pool] ?? pool }
}
