import Board
import DeviceTree
import Diagnostics
import Layout
import Policy

/// A device or buffer names a pool that neither policy nor the tree has.
///
/// The device would allocate from the default area instead of the pool that was meant.
///
/// Bad: `pools: [camrea]`. Good: `pools: [camera]`, with `camera` under `pools:` or in the tree.
///
/// Source: policy's own rule.
enum PoolUnknown: Rule {
  static let id: RuleID = "pool-unknown"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      let known = Set(subject.stated(in: variant).regions.map(\.name))
        .union(subject.board.regions.map(subject.name(of:)))
        .union(subject.board.regions.map(\.node.name))
        // Without the node that mainline's trees call so it is the default area all the same.
        .union(["default-cma", "linux,cma"])
      let named =
        subject.stated(in: variant).devices.flatMap { device in
          (device.pools ?? []).map { (owner: "device `\(device.name)`", pool: $0) }
            + device.heap.map { (owner: "heap `\(device.name)`", pool: $0) }
        }
        + subject.stated(in: variant).workloads.flatMap { workload in
          workload.streams.flatMap { stream in
            stream.buffers.compactMap { buffer in
              buffer.pool.map { (owner: "buffer `\(buffer.name)`", pool: $0) }
            }
          }
        }
      return named.filter { !known.contains($0.pool.value) }
        .map { .unknown($0.owner, $0.pool, known, subject, variant) }
    }
  }
}

extension DevicePolicy {
  /// The pool of a dma-heap user.
  fileprivate var heap: [Sourced<String>] {
    if case .heap(let pool) = selector { [pool] } else { [] }
  }
}

extension Diagnostic {
  fileprivate static func unknown(
    _ owner: String,
    _ pool: Sourced<String>,
    _ known: Set<String>,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let meant = didYouMean(pool.value, among: known.sorted())
    return Diagnostic(
      PoolUnknown.id,
      .error,
      "\(owner) names pool `\(pool.value)`, which neither policy nor the tree has",
      at: subject.label(pool.origin, meant.map { "did you mean `\($0)`?" } ?? "no such pool"),
      notes: ["it would allocate from the default area"],
      help: meant.map { "write `\($0)`" } ?? "add `\(pool.value)` under `pools:`",
      variant: variant.variant.name
    )
  }
}
