import Board
import DeviceTree
import Diagnostics

/// The tree's own `bootargs` have an option that changes the memory map.
///
/// `mem=`, `cma=`, `vmalloc=`, `crashkernel=` and their kin hold for every board that gets
/// this tree, unless the boot loader replaces the command line; `cma=` also switches the
/// `linux,cma-default` node off, or the default pool of policy: `Reserved memory: bypass NODE node,
/// using cmdline CMA params instead`.
///
/// Bad: `bootargs = "cma=128M";` beside a `linux,cma-default` node. Good: one of the two.
///
/// Source: `kernel/dma/contiguous.c: rmem_cma_setup`, `arch/arm64/mm/init.c: early_mem`.
enum BootargsMemoryOption: Rule {
  static let id: RuleID = "bootargs-memory-option"
  static let severity = Severity.warning

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard let chosen = subject.rootChildren.first(where: { $0.name == "chosen" })?.node,
      let text = chosen.property("bootargs")?.string
    else { return [] }
    let words = text.split(separator: " ").filter { word in
      options.contains { word.hasPrefix($0) }
    }
    guard !words.isEmpty else { return [] }
    let beats = words.contains { $0.hasPrefix("cma=") }
    let pool = beats ? BeatenPool(subject, subject.variants.first) : nil
    return [.options(words.map(String.init), chosen, pool, subject)]
  }

  private static let options = [
    "mem=", "cma=", "vmalloc=", "crashkernel=", "hugetlb_cma=", "movablecore=",
    "kernelcore=", "coherent_pool=", "cma_pernuma=", "numa_cma=", "highmem=", "swiotlb=",
  ]
}

extension Diagnostic {
  fileprivate static func options(
    _ words: [String],
    _ chosen: Node,
    _ pool: BeatenPool?,
    _ subject: Subject
  ) -> Self {
    Diagnostic(
      BootargsMemoryOption.id,
      pool == nil ? .note : .warning,
      pool.map { "\(list(words)) in the tree's `bootargs` switches pool `\($0.name)` off" }
        ?? "the tree's `bootargs` change the memory map: \(list(words))",
      at: subject.label(chosen, "bootargs", "holds unless the boot loader replaces it"),
      related: pool.map { [$0.label] } ?? [],
      notes: pool.map { $0.log + $0.lost } ?? [],
      help: pool == nil ? nil : "remove `cma=` from `bootargs`"
    )
  }
}
