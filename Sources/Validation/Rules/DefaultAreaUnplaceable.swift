import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// Linux finds no place for the default CMA area of `cma=` or of the kernel configuration.
///
/// It has to lie below the DMA limit, is rounded up to the granule, and with `@BASE` nothing may be
/// there yet. Linux says `cma: Failed to reserve N MiB` and goes on with no area at all: devices without
/// a pool of their own get no buffer bigger than a page block. A warning for the area of the
/// configuration, a note on boards whose RAM is too small for any.
///
/// Bad: `cma=2G` on a board with 2 GiB, or `cma=64M@0x60100000`. Good: `cma=64M`.
///
/// Source: `mm/cma.c: cma_declare_contiguous_nid`, replayed.
enum DefaultAreaUnplaceable: Rule {
  static let id: RuleID = "default-area-unplaceable"
  static let severity = Severity.error
  static let requires: [RuleID] = ["boot-panics"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.compactMap { variant in
      guard let map = variant.today?.map, map.defaultCMA == nil else { return nil }
      let failed = subject.bootMessages(variant, beginning: "cma: Failed to reserve")
      guard let last = failed.last else { return nil }
      // The reason, if there is one, stands right before.
      let why = map.messages.firstIndex(of: last).flatMap { index -> String? in
        guard index > 0 else { return nil }
        let line = map.messages[index - 1]
        return line.hasPrefix("cma: Region at") || line.hasPrefix("cma: Size") ? line : nil
      }
      return .unplaceable(last, why, map, subject, variant)
    }
  }
}

extension Diagnostic {
  fileprivate static func unplaceable(
    _ message: String,
    _ why: String?,
    _ map: BootMap,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let word = CommandLine(variant.target.commandLine).last("cma")
    let kernel = variant.target.kernel
    let limit = PhysicalRange(start: PhysicalAddress(0), end: map.dmaLimit)
    let free = RegionSet(map.memory).intersection(limit)
      .subtracting(RegionSet(map.noMap + map.reserved))
    let granule = kernel.cmaMinAlignment
    let best = free.ranges.compactMap { run -> PhysicalRange? in
      guard let start = granule.up(run.start) else { return nil }
      let end = granule.down(run.end)
      return start < end ? PhysicalRange(start: start, end: end) : nil
    }
    .max { $0.size < $1.size }
    // A kernel for a board with so little RAM is built without an area.
    let isTiny = best.map { $0.size < .mib(64) } ?? (variant.variant.memory.size < .mib(128))
    return Diagnostic(
      DefaultAreaUnplaceable.id,
      word != nil ? .error : isTiny ? .note : .warning,
      "the default CMA area"
        + (word.map { " of `\($0.name)=\($0.value ?? "")`" } ?? " of the kernel configuration")
        + " finds no place",
      at: word == nil
        ? subject.label(subject.board.tree.root, "this board")
        : subject.commandLineLabel(variant, "asks for it"),
      related: subject.ramLabel(variant),
      notes: [why, message].compactMap { $0.map { "Linux says: `\($0)`" } } + [
        "it has to lie below \(map.dmaLimit), in whole blocks of \(granule)",
        best.map { "the largest free run there is \($0.withSize)" }
          ?? "no whole block is free there",
      ],
      help: best.map { "ask for at most \($0.size.approximate), without `@BASE`" },
      variant: variant.variant.name
    )
  }
}
