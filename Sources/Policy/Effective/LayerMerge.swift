import Diagnostics
import YAML

/// Merges layers from the weakest to the strongest: mappings merge, scalars and lists replace,
/// `key+` appends, `null` removes.
struct LayerMerge {
  let binding: PoolBinding

  /// What a layer says, its pools under the names of the regions that they are bound to.
  func entries(of layer: Layer) -> [YAMLNode.Entry] {
    (layer.body.entries ?? [])
      .filter { !EffectivePolicy.ownKeys.contains($0.name) }
      .map(underRegionNames)
  }

  /// Lays the values of a layer on `base`.
  ///
  /// What is there is changed in place: of many layers none copies what those before it said.
  func merge(_ layer: Layer, _ rank: LayerRank, into base: inout PolicyValue) {
    merge(entries(of: layer), Context(layer: layer.name, rank: rank), into: &base)
  }

  /// The entry with its pools under the names of the regions that they are bound to.
  private func underRegionNames(_ entry: YAMLNode.Entry) -> YAMLNode.Entry {
    guard EffectivePolicy.regionSections.contains(entry.name), let pools = entry.value.entries
    else { return entry }
    var entry = entry
    entry.value.content = .mapping(
      pools.map { pool in
        var pool = pool
        let style = pool.key.scalar?.style ?? .plain
        pool.key.content = .scalar(
          YAMLNode.Scalar(text: binding.canonicalName(pool.name), style: style)
        )
        return pool
      }
    )
    return entry
  }

  struct Context {
    let layer: String
    let rank: LayerRank

    func origin(_ node: YAMLNode) -> ValueOrigin { .layer(name: layer, node.span) }
  }

  private func merge(
    _ entries: [YAMLNode.Entry],
    _ context: Context,
    into base: inout PolicyValue
  ) {
    guard case .mapping(var values) = base.content else { return }
    base.content = .mapping([:])
    for entry in entries where !entry.value.isMissing {
      if entry.appends {
        append(entry.value, context, to: &values[entry.merged])
      } else {
        place(entry, context, over: &values[entry.merged])
      }
    }
    base.content = .mapping(values)
  }

  private func place(_ entry: YAMLNode.Entry, _ context: Context, over old: inout PolicyValue?) {
    guard let entries = entry.value.entries else {
      return replace(&old, by: value(entry.value, context))
    }
    if var mapping = old, case .mapping = mapping.content {
      old = nil
      merge(entries, context, into: &mapping)
      old = mapping
    } else {
      var new = PolicyValue(.mapping([:]), context.origin(entry.key), context.rank)
      merge(entries, context, into: &new)
      replace(&old, by: new)
    }
  }

  private func append(_ node: YAMLNode, _ context: Context, to old: inout PolicyValue?) {
    let new = value(node, context)
    guard case .list(var items) = old?.content, let more = new.items else {
      old = new
      return
    }
    old?.content = .removed
    items += more
    old?.content = .list(items)
  }

  private func replace(_ old: inout PolicyValue?, by new: PolicyValue) {
    var new = new
    if var weaker = old {
      old = nil
      swap(&new.overruled, &weaker.overruled)
      new.overruled.append(weaker)
    }
    old = new
  }

  private func value(_ node: YAMLNode, _ context: Context) -> PolicyValue {
    let content: PolicyValue.Content
    switch node.content {
    case .scalar(let scalar): content = node.isNull ? .removed : .scalar(scalar)
    case .sequence(let items): content = .list(items.map { value($0, context) })
    case .mapping(let entries):
      let pairs = entries.map { ($0.name, value($0.value, context)) }
      content = .mapping(Dictionary(pairs, uniquingKeysWith: { $1 }))
    case .missing: content = .removed
    }
    return PolicyValue(content, context.origin(node), context.rank)
  }
}
