import DryRun
import PhysicalMemory
import Policy

/// A run of a workload over its time: one drawing for each pool, refusals marked.
struct HTMLTimeline {
  let timeline: DryRun.Timeline

  /// The drawing's size, in its own units.
  private static let width = 960
  private static let height = 96

  /// What two marks are apart at least: more of them would be a wall.
  private static let markWidth = 4

  /// The figure; empty where no driver held anything.
  var figure: HTML {
    guard !timeline.pools.isEmpty else { return .empty }
    return """
      <figure class="chart over-time">
      <figcaption><h3>\(timeline.workload) over time</h3><p>The run of seed \(timeline.seed), \
      \(timeline.lasts.description) long: what drivers hold of each pool\(failing).</p></figcaption>
      \(timeline.pools.map(drawing))</figure>

      """
  }

  private var failing: HTML {
    guard let first = timeline.refusals.first else { return .empty }
    let others = timeline.refusals.count - 1
    let more: HTML = others == 0 ? "" : ", and \(others) later"
    return """
      ; dashed lines are refusals: \(first.buffer) of \(first.device) after \(first.time.rounded)\(more)
      """
  }

  private func drawing(_ pool: DryRun.Timeline.Pool) -> HTML {
    let most = pool.used.max() ?? .zero
    let scale = max(pool.size, most)
    let about =
      "\(pool.region): at most \(most.approximate) of \(pool.size.approximate) held by drivers"
    var last = -Self.markWidth
    let marks = timeline.refusals.compactMap { refusal -> HTML? in
      let x = HTMLBar.share(
        refusal.time.microseconds,
        of: timeline.lasts.microseconds,
        in: Self.width
      )
      guard x >= last + Self.markWidth else { return nil }
      last = x
      return mark(refusal, at: x)
    }
    return """
      <p class="reachname">\(about)</p>
      <svg class="timeline" viewBox="0 0 \(Self.width) \(Self.height)" preserveAspectRatio="none" role="img" \
      aria-label="\(about)"><path class="used" d="\(HTML(markup: outline(pool.used, scale)))"/>\(marks)</svg>
      <p class="ends"><span>0</span><span>\(timeline.lasts.description)</span></p>

      """
  }

  /// The outline of the steps, from the lower left corner around to the lower right one.
  private func outline(_ used: [ByteCount], _ scale: ByteCount) -> String {
    var path = "M0 \(Self.height)"
    for (index, size) in used.enumerated() {
      // Little is something: it stays visible.
      let least = size > .zero ? 1 : 0
      let y =
        Self.height - max(least, HTMLBar.share(size.rawValue, of: scale.rawValue, in: Self.height))
      path += "V\(y)H\(Self.width * (index + 1) / used.count)"
    }
    return path + "V\(Self.height)Z"
  }

  private func mark(_ refusal: DryRun.Timeline.Refusal, at x: Int) -> HTML {
    """
    <line class="fails" x1="\(x)" y1="0" x2="\(x)" y2="\(Self.height)"><title>\(refusal.buffer) of \
    \(refusal.device) refused after \(refusal.time.rounded)</title></line>
    """
  }
}

extension DryRun.Timeline {
  /// The timeline as the page holds it.
  var json: JSONValue {
    .object([
      "variant": .string(variant), "workload": .string(workload),
      "seed": .number(seed),
      "lasts_us": .number(lasts.microseconds),
      "pools": .array(
        pools.map { pool in
          .object([
            "region": .string(pool.region), "size": .string(pool.size.hexadecimal),
            "used": .array(pool.used.map { .string($0.hexadecimal) }),
          ])
        }
      ),
      "refusals": .array(
        refusals.map {
          .object([
            "at_us": .number($0.time.microseconds), "device": .string($0.device),
            "buffer": .string($0.buffer),
          ])
        }
      ),
    ])
  }
}
