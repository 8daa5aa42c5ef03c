import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// A buffer is bigger than any block of the page allocator, and there is no pool that it could come
/// from.
///
/// The biggest block is 4 MiB with 4 KiB pages. Without a CMA area, a pool of its own or an IOMMU the
/// device never gets such a buffer. A warning where a built-in layer says that it wants one.
///
/// Bad: a display of 8 MiB frames on a kernel without `CONFIG_DMA_CMA`. Good: a `linux,cma-default`
/// pool.
///
/// Source: `kernel/dma/direct.c: __dma_direct_alloc_pages`, `mm/page_alloc.c: __alloc_pages`.
enum BufferWithoutPool: Rule {
  static let id: RuleID = "buffer-without-pool"
  static let severity = Severity.error
  static let requires: [RuleID] = ["kernel-without-cma"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      guard let layout = variant.layout, layout.defaultRegion == nil else { return [] }
      let page = variant.target.kernel.pageSize
      let most = page.bytes(of: variant.target.kernel.maxOrder.pages)
      return layout.workloads.flatMap { workload in
        workload.streams.compactMap { stream -> Diagnostic? in
          guard let device = layout.devices.first(where: { $0.name == stream.device }),
            device.needsContiguousMemory, device.pools.isEmpty,
            let buffer = stream.buffers.first(where: { !$0.isOptional && $0.size > most }),
            let policy = subject.stated(in: variant).workloads.first(where: {
              $0.name == workload.name
            })?.streams.first(where: { $0.name == stream.name })
          else { return nil }
          let origin =
            policy.buffers.first { $0.name == buffer.name }?.size.origin ?? policy.device.origin
          return Diagnostic(
            id,
            origin.isBuiltin ? .warning : .error,
            "buffer `\(buffer.name)` of \(buffer.size.approximate) can come from nowhere: "
              + "there is no CMA area",
            at: subject.label(origin, buffer.size.approximate),
            notes: ["the page allocator's biggest block is \(most.approximate)"],
            help: "give `\(device.name)` a pool, or the board a default one",
            variant: variant.variant.name
          )
        }
      }
    }
  }
}
