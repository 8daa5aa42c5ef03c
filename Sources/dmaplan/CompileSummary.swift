import Diagnostics
import Formats
import Layout
import PhysicalMemory

/// What `compile` says of its result.
struct CompileSummary {
  let compilation: Compilation
  let choice: LayoutChoice

  init(_ compilation: Compilation, _ choice: LayoutChoice) {
    self.compilation = compilation
    self.choice = choice
  }

  /// Where the regions lie, variant by variant, and what moved.
  var text: String { VisibleText.lines(of: written) }

  private var written: String {
    let variants = compilation.variants
    guard variants.count > 1 else { return variants.map(lines).joined() }
    let names = variants.map(\.variant.name).joined(separator: ", ")
    let shared =
      compilation.compiled.isShared
      ? "one layout serves every variant: \(names)\n"
      : choice.sharesLayout ? "no one layout serves every variant: \(names)\n" : ""
    return shared + variants.map(lines).joined()
  }

  private func lines(_ variant: CompiledVariant) -> String {
    let name = variant.variant.name
    guard let layout = variant.layout else {
      return variant.variant.hasMemory
        ? "\(name): no layout is possible\n"
        : "\(name): no RAM is known, so nothing was planned\n"
    }
    let planned = layout.regions.filter(\.isPlanned)
    let places = planned.map { "  \($0.range)  \($0.name), \($0.range.size.approximate)\n" }
    let head =
      planned.isEmpty ? "\(name): the tree already gives this layout\n" : "\(name):\n"
    return head + places.joined() + moves(variant, layout)
  }

  /// What the locked layout has elsewhere.
  private func moves(_ variant: CompiledVariant, _ layout: Layout) -> String {
    guard let lock = choice.lock else { return "" }
    let known = Set(lock.regions.map(\.name)).intersection(layout.regions.map(\.name))
    let moved = variant.moves.filter { $0.to != nil }.count
    let head =
      "  \(known.count - moved) of \(known.count) regions stay where the locked layout has them\n"
    return head
      + variant.moves.map { move in
        move.to.map { "  moved `\(move.name)` from \(move.from) to \($0): \(move.reason)\n" }
          ?? "  gone `\(move.name)` from \(move.from): \(move.reason)\n"
      }.joined()
  }

  /// Where the kernel chooses a place for the default pool that a user does not reach.
  var warnings: String {
    guard choice.carrier == .kernelConfig else { return "" }
    var lines: Set<String> = []
    for variant in compilation.variants {
      guard let layout = variant.layout, let region = layout.defaultRegion else { continue }
      for device in layout.devices where region.users.contains(device.name) {
        if device.reach.contains(region.range) { continue }
        lines.insert(
          "warning: \(variant.variant.name): with --via kconfig the kernel puts the default pool at "
            + "\(region.range), out of the reach of `\(device.name)`; use --via dt or cmdline\n"
        )
      }
    }
    return VisibleText.lines(of: lines.sorted().joined())
  }
}
