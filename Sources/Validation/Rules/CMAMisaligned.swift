import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// A CMA pool's base or size is no multiple of the kernel's CMA granule.
///
/// Linux refuses the pool with `Reserved memory: incorrect alignment of CMA region` and gives its
/// memory back; devices fall back to a default area or fail. The granule is that of a page block:
/// 2 or 4 MiB with 4 KiB pages, 32 MiB with 16 KiB pages, 512 MiB with 64 KiB pages. A note where
/// only a kernel with bigger pages, or one without huge pages, would refuse it.
///
/// Bad: `size = <0x0 0x300001>;` Good: `size = <0x0 0x400000>;`.
///
/// Source: `kernel/dma/contiguous.c: rmem_cma_setup`, `include/linux/cma.h`.
enum CMAMisaligned: Rule {
  static let id: RuleID = "cma-misaligned"
  static let severity = Severity.error
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "cells-do-not-divide", "size-malformed",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let pools = subject.regions.filter { $0.isSharedPool && $0.isReusable && !$0.isNoMap }
    guard !pools.isEmpty, let variant = subject.variants.first else { return [] }
    let kernel = variant.target.kernel
    let granule = kernel.cmaMinAlignment
    return pools.compactMap { pool in
      guard let place = Place(pool) else { return nil }
      if !place.isMultiple(of: granule) {
        return .refused(pool, place, granule, kernel, subject)
      }
      let failing = otherKernels(kernel).filter { !place.isMultiple(of: $0.granule) }
      return failing.isEmpty ? nil : .elsewhere(pool, place, failing, subject)
    }
  }

  /// The granules of kernels that are built in another way: without huge pages, or with bigger
  /// pages, which only arm64 has.
  private static func otherKernels(
    _ kernel: KernelTarget
  ) -> [(name: String, granule: Alignment)] {
    guard kernel.architecture != .arm else { return [] }
    var others: [(name: String, granule: Alignment)] = []
    if kernel.config.hugetlbPage {
      var plain = kernel
      plain.config.hugetlbPage = false
      plain.config.transparentHugepage = false
      let name = "\(kernel.pageSize) pages but no huge ones"
      if plain.cmaMinAlignment != kernel.cmaMinAlignment {
        others.append((name, plain.cmaMinAlignment))
      }
    }
    guard kernel.architecture == .arm64 else { return others }
    return others
      + PageSize.allCases.filter { $0.shift > kernel.pageSize.shift }.map { page in
        var other = kernel
        other.config.pageSize = page
        other.config.forceMaxOrder = nil
        return ("\(page) pages", other.cmaMinAlignment)
      }
  }

  /// What a pool states of its place.
  fileprivate struct Place {
    let base: PhysicalAddress?
    let size: ByteCount

    init?(_ pool: RegionNode) {
      switch pool.placement {
      case .fixed(let entries):
        guard let first = entries.first, first.size > 0 else { return nil }
        base = PhysicalAddress(first.address)
        size = ByteCount(first.size)
      case .dynamic(let size, _, _):
        guard size > .zero else { return nil }
        base = nil
        self.size = size
      case .unreadable: return nil
      }
    }

    func isMultiple(of granule: Alignment) -> Bool {
      granule.divides(size) && (base.map { granule.divides($0) } ?? true)
    }
  }
}

extension Diagnostic {
  fileprivate static func refused(
    _ pool: RegionNode,
    _ place: CMAMisaligned.Place,
    _ granule: Alignment,
    _ kernel: KernelTarget,
    _ subject: Subject
  ) -> Self {
    let faults = [
      place.base.flatMap { granule.divides($0) ? nil : "base \($0)" },
      granule.divides(place.size) ? nil : "size \(place.size.approximate)",
    ].compactMap(\.self)
    let base = place.base.map { granule.down($0) }
    let size = granule.up(place.size)
    let fixed = [base.map { "base \($0)" }, size.map { "size \($0) (\($0.hexadecimal))" }]
    return Diagnostic(
      CMAMisaligned.id,
      .error,
      "CMA pool `\(subject.name(of: pool))` is refused: "
        + "\(faults.joined(separator: " and ")) \(faults.count == 1 ? "is" : "are") "
        + "no multiple of \(granule)",
      at: subject.label(pool, faults.joined(separator: ", ")),
      notes: [
        "\(granule) is the CMA granule of Linux \(kernel.version) with "
          + "\(kernel.pageSize) pages on \(kernel.architecture.rawValue)",
        "Linux says: `Reserved memory: incorrect alignment of CMA region`",
      ],
      help: "use " + fixed.compactMap(\.self).joined(separator: " and ")
    )
  }

  fileprivate static func elsewhere(
    _ pool: RegionNode,
    _ place: CMAMisaligned.Place,
    _ failing: [(name: String, granule: Alignment)],
    _ subject: Subject
  ) -> Self {
    let pages = failing.map { "\($0.name) (granule \($0.granule))" }
    return Diagnostic(
      CMAMisaligned.id,
      .note,
      "CMA pool `\(subject.name(of: pool))` is refused by kernels with "
        + pages.joined(separator: " or "),
      at: subject.label(
        pool,
        [place.base?.description, place.size.approximate].compactMap(\.self)
          .joined(separator: ", ")
      ),
      notes: ["nothing is wrong for the kernel that is checked for"]
    )
  }
}
