import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// A word of the command line has no effect, or takes the effect of something else away.
///
/// `memmap=` exists on x86 alone: these kernels ignore it and say nothing. Of `cma=`,
/// `coherent_pool=`, `swiotlb=` and `iommu.passthrough=` the last one holds, and of `mem=` too where
/// it does not add banks (arm). `cma=` also beats the `linux,cma-default` node with its window, the
/// default pool of policy, and the size that the kernel configuration gives.
///
/// Bad: `--cmdline "cma=64M console=ttyS0 cma=128M"` or `memmap=64M$0x50000000`. Good: one `cma=`, and
/// a region under `/reserved-memory` instead of `memmap=`.
///
/// Source: `kernel/dma/contiguous.c: early_cma, rmem_cma_setup`, `arch/arm64/mm/init.c: early_mem`.
enum CommandLineOverridden: Rule {
  static let id: RuleID = "command-line-overridden"
  static let severity = Severity.warning

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      let text = variant.target.commandLine
      let line = CommandLine(text)
      let place = Place(subject, text)
      let ignored = line.words("memmap").map {
        Diagnostic.ignored($0.text, variant, at: place.label("has no effect"))
      }
      return ignored + repeated(line, variant, place) + beaten(line, subject, variant, place)
    }
  }

  /// Where the command line is: in the tree, or given by policy or by the user.
  private struct Place {
    let subject: Subject
    let isOfTree: Bool

    init(_ subject: Subject, _ text: String) {
      self.subject = subject
      isOfTree = text == BootInput.bootArguments(of: subject.board.tree)
    }

    func label(_ text: String) -> Label {
      if isOfTree, let chosen = subject.rootChildren.first(where: { $0.name == "chosen" })?.node {
        return subject.label(chosen, "bootargs", text)
      }
      return Label(.input("command line"), text)
    }
  }

  private static func repeated(
    _ line: CommandLine,
    _ variant: CompiledVariant,
    _ place: Place
  ) -> [Diagnostic] {
    let adds = variant.target.kernel.architecture == .arm
    let names =
      ["cma", "coherent_pool", "swiotlb", "iommu.passthrough"] + (adds ? [] : ["mem"])
    return names.compactMap { name in
      let words = line.words(name).map(\.text)
      guard let last = words.last, words.count > 1 else { return nil }
      return .overridden(Array(words.dropLast()), by: last, at: place.label("`\(last)` holds"))
    }
  }

  /// What `cma=` beats; of the tree's own `bootargs` another rule says it.
  private static func beaten(
    _ line: CommandLine,
    _ subject: Subject,
    _ variant: CompiledVariant,
    _ place: Place
  ) -> [Diagnostic] {
    let stated = line.last("cma")
    let isConfigured = stated == nil && variant.today?.map.isDefaultFromCommandLine == true
    guard isConfigured || stated != nil && !place.isOfTree else { return [] }
    let word = stated?.text ?? "cma= in CONFIG_CMDLINE"
    let pool = BeatenPool(subject, variant)
    return [
      Diagnostic(
        id,
        pool == nil ? .note : .warning,
        pool.map { "`\(word)` switches pool `\($0.name)` off" }
          ?? "`\(word)` sets the default CMA area, whatever the kernel configuration says",
        at: isConfigured ? Label(.input("kernel configuration"), "holds") : place.label("holds"),
        related: pool.map { [$0.label] } ?? [],
        notes: pool?.lost ?? BeatenPool.whatHolds(variant),
        help: pool == nil ? nil : "remove `cma=`, or set its size to the pool's",
        variant: variant.variant.name
      )
    ]
  }
}

extension CommandLine.Word {
  /// The word as it is written.
  fileprivate var text: String { value.map { "\(name)=\($0)" } ?? name }
}

extension Diagnostic {
  fileprivate static func ignored(
    _ word: String,
    _ variant: CompiledVariant,
    at place: Label
  ) -> Self {
    Diagnostic(
      CommandLineOverridden.id,
      .warning,
      "`\(word)` is ignored: Linux on \(variant.target.kernel.architecture.rawValue) has no "
        + "`memmap=`",
      at: place,
      help: "reserve the range with a node under `/reserved-memory`",
      variant: variant.variant.name
    )
  }

  fileprivate static func overridden(
    _ words: [String],
    by last: String,
    at place: Label
  ) -> Self {
    Diagnostic(
      CommandLineOverridden.id,
      .warning,
      "`\(last)` overrides " + words.map { "`\($0)`" }.joined(separator: ", "),
      at: place,
      notes: ["Linux reads the words in order, and the last one holds"],
      help: "keep one of them"
    )
  }
}
