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

  /// `base` with the values of a layer on top.
  func merge(_ layer: Layer, _ rank: LayerRank, over base: PolicyValue) -> PolicyValue {
    merge(entries(of: layer), Context(layer: layer.name, rank: rank), over: base)
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
    over base: PolicyValue
  ) -> PolicyValue {
    var result = base
    guard case .mapping(var values) = base.content else { return base }
    for entry in entries where !entry.value.isMissing {
      let name = entry.merged
      values[name] =
        entry.appends
        ? append(entry.value, context, to: values[name])
        : place(entry, context, over: values[name])
    }
    result.content = .mapping(values)
    return result
  }

  private func place(
    _ entry: YAMLNode.Entry,
    _ context: Context,
    over old: PolicyValue?
  ) -> PolicyValue {
    if let entries = entry.value.entries {
      if let old, case .mapping = old.content { return merge(entries, context, over: old) }
      let empty = PolicyValue(.mapping([:]), context.origin(entry.key), context.rank)
      return replace(old, by: merge(entries, context, over: empty))
    }
    return replace(old, by: value(entry.value, context))
  }

  private func append(
    _ node: YAMLNode,
    _ context: Context,
    to old: PolicyValue?
  ) -> PolicyValue {
    let new = value(node, context)
    guard var old, let items = old.items, let more = new.items else { return new }
    old.content = .list(items + more)
    return old
  }

  private func replace(_ old: PolicyValue?, by new: PolicyValue) -> PolicyValue {
    guard var old else { return new }
    var new = new
    new.overruled = old.overruled
    old.overruled = []
    new.overruled.append(old)
    return new
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
