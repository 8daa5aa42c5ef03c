import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// A buffer, or all buffers that a stream holds at once, are bigger than the pool they come from.
///
/// The allocation can never succeed, however idle the system is. `cma_alloc` of more than the area
/// returns nothing and says nothing. A single buffer is an error; that all together are too much is
/// a warning, since a driver may do with fewer. Buffers that the page allocator can serve in the
/// area's stead are not counted (arm64, riscv: up to the largest block).
///
/// Bad: a buffer of 33 MiB for a device whose pool has 32 MiB. Good: a pool of 40 MiB.
///
/// Source: `mm/cma.c: cma_alloc`, `kernel/dma/coherent.c: __dma_alloc_from_coherent`.
enum BufferExceedsPool: Rule {
  static let id: RuleID = "buffer-exceeds-pool"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      guard let layout = variant.layout else { return [] }
      return layout.workloads.flatMap { workload in
        workload.streams.compactMap { stream in
          fault(in: stream, of: workload, Pools(layout, stream), subject, variant)
        }
      }
    }
  }

  private static func fault(
    in stream: Stream,
    of workload: Workload,
    _ pools: Pools?,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Diagnostic? {
    guard let pools = pools?.without(fallbackUpTo: Self.fallback(variant.target.kernel)),
      let policy = subject.stated(in: variant).workloads.first(where: { $0.name == workload.name })?
        .streams.first(where: { $0.name == stream.name })
    else { return nil }
    for buffer in stream.buffers where pools.mustServe(buffer) {
      let choices = pools.choices(buffer)
      guard let biggest = choices.max(by: { $0.range.size < $1.range.size }),
        footprint(buffer.size, in: biggest, variant) > biggest.range.size
      else { continue }
      return .exceeds(buffer, biggest, policy, subject, variant)
    }
    guard let pool = pools.only else { return nil }
    let sum = stream.buffers.filter { pools.mustServe($0) && pools.choices($0).count == 1 }
      .reduce(ByteCount.zero) { $0 + footprint($1.size, in: pool, variant) * $1.count }
    return sum > pool.range.size ? .together(sum, pool, policy, subject, variant) : nil
  }

  /// What a buffer takes of a pool: whole pages of CMA, a power of two of them of a coherent pool
  /// (`kernel/dma/coherent.c: __dma_alloc_from_coherent`).
  fileprivate static func footprint(
    _ size: ByteCount,
    in pool: LayoutRegion,
    _ variant: CompiledVariant
  ) -> ByteCount {
    let page = variant.target.kernel.pageSize
    let pages = page.pages(holding: size)
    guard pool.kind == .coherent, pages > 1 else { return page.bytes(of: pages) }
    return page.bytes(of: 1 << UInt64(64 - (pages - 1).leadingZeroBitCount))
  }

  /// The biggest buffer that the page allocator gives where a CMA area has no room: none on arm
  /// (`arch/arm/mm/dma-mapping.c: __dma_alloc`).
  private static func fallback(_ kernel: KernelTarget) -> ByteCount {
    kernel.architecture == .arm ? .zero : kernel.pageSize.bytes(of: kernel.maxOrder.pages)
  }

  /// The regions that a stream's device allocates from.
  fileprivate struct Pools {
    private let regions: [LayoutRegion]
    private var fallback = ByteCount.zero

    init?(_ layout: Layout, _ stream: Stream) {
      guard let device = layout.devices.first(where: { $0.name == stream.device }),
        device.needsContiguousMemory
      else { return nil }
      let named = device.pools.compactMap { layout.region(named: $0) }
      regions = device.pools.isEmpty ? [layout.defaultRegion].compactMap(\.self) : named
      if regions.isEmpty { return nil }
    }

    /// The same with a page allocator that serves buffers up to `size` in an area's stead.
    func without(fallbackUpTo size: ByteCount) -> Pools {
      var pools = self
      pools.fallback = size
      return pools
    }

    /// Whether the driver needs the buffer and only a region can give it.
    func mustServe(_ buffer: Buffer) -> Bool {
      let canFallBack = choices(buffer).allSatisfy { $0.kind == .cma } && buffer.size <= fallback
      return !buffer.isOptional && !canFallBack
    }

    /// The only region that there is.
    var only: LayoutRegion? { regions.count == 1 ? regions[0] : nil }

    /// The regions that a buffer may come from.
    func choices(_ buffer: Buffer) -> [LayoutRegion] {
      guard let pool = buffer.pool else { return regions }
      return regions.filter { $0.name == pool }
    }
  }
}

extension PageSize {
  /// The bytes of the pages that hold `size` bytes.
  fileprivate func wholePages(_ size: ByteCount) -> ByteCount { bytes(of: pages(holding: size)) }
}

extension Diagnostic {
  private static func poolLabels(
    _ pool: LayoutRegion,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> [Label] {
    variant.regions.first { $0.name == pool.name }.map {
      [subject.label($0, key: "size", "the pool has \(pool.range.size.approximate)")]
    } ?? []
  }

  fileprivate static func exceeds(
    _ buffer: Buffer,
    _ pool: LayoutRegion,
    _ stream: StreamPolicy,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let stated = stream.buffers.first { $0.name == buffer.name }
    let wanted = max(pool.alignment, variant.target.kernel.pageSize.alignment).up(buffer.size)
    return Diagnostic(
      BufferExceedsPool.id,
      .error,
      "buffer `\(buffer.name)` of \(buffer.size.approximate) never fits pool `\(pool.name)`",
      at: subject.label(stated?.size.origin ?? stream.device.origin, buffer.size.approximate),
      related: poolLabels(pool, subject, variant),
      notes: ["`cma_alloc` of more than the area returns nothing and says nothing"],
      help: wanted.map { "make pool `\(pool.name)` at least \($0.approximate)" },
      variant: variant.variant.name
    )
  }

  fileprivate static func together(
    _ sum: ByteCount,
    _ pool: LayoutRegion,
    _ stream: StreamPolicy,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let wanted = max(pool.alignment, variant.target.kernel.pageSize.alignment).up(sum)
    return Diagnostic(
      BufferExceedsPool.id,
      .warning,
      "the buffers of stream `\(stream.name)` take \(sum.approximate), more than pool "
        + "`\(pool.name)` has",
      at: subject.label(stream.device.origin, "this device allocates them all at once"),
      related: poolLabels(pool, subject, variant),
      notes: ["the last of them fails, however idle the system is"],
      help: wanted.map { "make pool `\(pool.name)` at least \($0.approximate)" },
      variant: variant.variant.name
    )
  }
}
