import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// How large a pool has to be for a workload when nothing but its users is in it.
struct PoolSizing {
  let simulation: Simulation
  /// For each stream its buffers.
  let needs: [[BufferNeed]]
  /// Pages that the kernel's atomic pools hold at the start of the default area.
  let atomicPages: UInt64

  /// Runs of events that are replayed: the order of openings differs between seeds.
  static let maximumSeeds: UInt64 = 20
  /// Buffers that are placed at most.
  private static let maximumBuffers = 100_000
  /// Buffers that are placed in one pool at a time.
  private static let maximumHeld = 4096

  /// The smallest size of `region`, or of a default area that there is not yet, in which the
  /// workload fits: a multiple of the granule.
  func neededSize(_ region: LayoutRegion?, firstSeed: UInt64) -> ByteCount? {
    var most: UInt64 = 0
    var left = Self.maximumBuffers
    for seed in 0..<Self.maximumSeeds {
      guard let pages = highWater(region, seed: firstSeed &+ seed, &left) else {
        // The first run must be whole; more of them only make the peak surer.
        if seed == 0 { return nil }
        break
      }
      most = max(most, pages)
    }
    let bytes = simulation.model.machine.pageSize.bytes(of: most)
    let isArea = region == nil || region?.kind == .cma
    return isArea ? simulation.model.layout.target.cmaGranule.up(bytes) : bytes
  }

  private func highWater(_ region: LayoutRegion?, seed: UInt64, _ left: inout Int) -> UInt64? {
    let model = simulation.model
    let isCoherent = region?.kind == .coherent
    let base = isCoherent ? 0 : (region?.range.start.rawValue ?? 0)
    let isDefault = region?.isDefault == true && region?.kind == .cma
    var pool = FirstFitPool(
      base: base >> UInt64(model.machine.pageSize.shift),
      initial: isDefault ? atomicPages : 0
    )
    var held = [[UInt64]](repeating: [], count: simulation.instances.count)
    var isOpen = [Bool](repeating: false, count: simulation.instances.count)
    for event in simulation.events(seed: seed).events {
      switch event.kind {
      case .open(let index):
        release(&held[index], &pool)
        isOpen[index] = false
        if let group = simulation.groups[index],
          isOpen.indices.contains(where: { isOpen[$0] && simulation.groups[$0] == group })
        {
          continue
        }
        guard let starts = place(index, region, &pool, &left) else { return nil }
        held[index] = starts
        isOpen[index] = true
      case .modeChange(let index) where isOpen[index]:
        let keepsOld = simulation.instances[index].stream.modeChange?.keepsOld == true
        if !keepsOld { release(&held[index], &pool) }
        guard let starts = place(index, region, &pool, &left) else { return nil }
        release(&held[index], &pool)
        held[index] = starts
      case .close(let index):
        release(&held[index], &pool)
        isOpen[index] = false
      default: break
      }
    }
    return pool.highWater
  }

  /// Places the buffers of one opening; those that leak are never given back.
  private func place(
    _ index: Int,
    _ region: LayoutRegion?,
    _ pool: inout FirstFitPool,
    _ left: inout Int
  ) -> [UInt64]? {
    let model = simulation.model
    var starts: [UInt64] = []
    for need in needs[index] where isFor(need, region) {
      for copy in 0..<need.buffer.count {
        left -= 1
        guard left > 0, starts.count < Self.maximumHeld else { return nil }
        let order = model.machine.pageSize.order(holding: need.buffer.size)
        let isCoherent = region?.kind == .coherent
        let cap = isCoherent ? order : min(order, model.machine.cmaAlignmentOrder)
        guard let start = pool.allocate(pages: need.pages, alignmentShift: UInt64(cap.rawValue))
        else { return nil }
        if copy >= need.buffer.leaks { starts.append(start) }
      }
    }
    return starts
  }

  /// Whether a buffer comes from the region, or would if there were a default area.
  private func isFor(_ need: BufferNeed, _ region: LayoutRegion?) -> Bool {
    guard let region else {
      return need.region == nil && !need.buffer.isAtomic
        && need.buffer.size > simulation.model.machine.pageSize.bytes
    }
    return need.region?.name == region.name
  }

  private func release(_ held: inout [UInt64], _ pool: inout FirstFitPool) {
    while let last = held.popLast() { pool.free(last) }
  }
}
