public import Layout
public import PhysicalMemory
public import Policy

extension DryRun {
  /// How full the pools of a layout are over the time of one run, for drawing.
  public struct Timeline: Hashable, Sendable {
    /// The RAM variant.
    public let variant: String
    /// The workload.
    public let workload: String
    /// The run.
    public let seed: UInt64
    /// How long the workload lasts.
    public let lasts: TimeSpan
    /// The pools that drivers held something of, in the order of the layout.
    public let pools: [Pool]
    /// When a buffer was refused, and whose it was.
    public let refusals: [Refusal]

    /// A pool, with equal slices of the time.
    public struct Pool: Hashable, Sendable {
      /// The region.
      public let region: String
      /// Its size.
      public let size: ByteCount
      /// The most that drivers held of it in each slice.
      public let used: [ByteCount]
    }

    /// A buffer that was not given.
    public struct Refusal: Hashable, Sendable {
      /// When.
      public let time: TimeSpan
      /// The device.
      public let device: String
      /// The buffer.
      public let buffer: String
    }
  }

  /// The timeline of one run of a workload in so many slices; nil where the layout has no such
  /// workload, or its machine can not be modelled.
  ///
  /// - Complexity: O(pages + events + slices).
  public static func timeline(
    _ layout: Layout,
    workload name: String,
    seed: UInt64,
    slices: Int = 240
  ) -> Timeline? {
    precondition(slices > 0, "time is cut into one slice at least")
    guard let workload = layout.workloads.first(where: { $0.name == name }),
      let trace = trace(layout, workload: name, seed: seed)
    else { return nil }
    var slicing = Slicing(lasts: workload.lasts, slices: slices)
    for event in trace { slicing.take(event) }
    return Timeline(
      variant: layout.variant,
      workload: name,
      seed: seed,
      lasts: workload.lasts,
      pools: layout.regions.compactMap { region in
        guard let used = slicing.finished(region.name) else { return nil }
        return Timeline.Pool(region: region.name, size: region.range.size, used: used)
      },
      refusals: slicing.refusals
    )
  }
}

/// What is known of each slice while the events pass by.
private struct Slicing {
  private let lasts: UInt64
  private let slices: Int
  /// For each region the slice up to which it is known, what is held now, and the most of each slice.
  private var pools: [String: (last: Int, held: ByteCount, used: [ByteCount])] = [:]
  private(set) var refusals: [DryRun.Timeline.Refusal] = []

  init(lasts: TimeSpan, slices: Int) {
    self.lasts = max(1, lasts.microseconds)
    self.slices = slices
  }

  mutating func take(_ event: DryRun.TraceEvent) {
    if case .refusal(let device, let failure) = event.kind {
      refusals.append(
        DryRun.Timeline.Refusal(time: event.time, device: device, buffer: failure.buffer)
      )
    }
    let slice = slice(of: event.time)
    for use in event.used { hold(use.size, of: use.region, in: slice) }
  }

  private func slice(of time: TimeSpan) -> Int {
    guard time.microseconds < lasts else { return slices - 1 }
    let product = time.microseconds.multipliedFullWidth(by: UInt64(slices))
    return Int(lasts.dividingFullWidth(product).quotient)
  }

  private mutating func hold(_ size: ByteCount, of region: String, in slice: Int) {
    var pool = pools[region] ?? (0, .zero, [ByteCount](repeating: .zero, count: slices))
    // Until now it held what it held.
    for passed in pool.last..<max(pool.last, slice) { pool.used[passed + 1] = pool.held }
    pool.last = max(pool.last, slice)
    pool.used[pool.last] = max(pool.used[pool.last], size)
    pool.held = size
    pools[region] = pool
  }

  /// The slices of a region; nil where nothing was ever held of it.
  func finished(_ region: String) -> [ByteCount]? {
    guard var pool = pools[region], pool.used.contains(where: { $0 > .zero }) else { return nil }
    for rest in pool.used.indices where rest > pool.last { pool.used[rest] = pool.held }
    return pool.used
  }
}
