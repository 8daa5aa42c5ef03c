import Board
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Planner
import Policy

/// What to do where regions have no room, each verified by planning again.
struct NoRoomAdvice {
  let proof: Infeasibility
  let subject: Subject
  let variant: CompiledVariant

  /// At most three repairs of the planner, and the variants where all regions have places.
  var help: String {
    let repairs = proof.repairs.prefix(3).compactMap { text($0.action) }
    let together = proof.repairsTogether.compactMap { text($0.action) }
    let joined =
      together.isEmpty || together.count < proof.repairsTogether.count
      ? [] : ["all of these: " + together.joined(separator: ", ")]
    let all = repairs + joined + (roomy.isEmpty ? [] : ["drop to variant \(list(roomy))"])
    return all.isEmpty
      ? "make them smaller, or widen `within` or the reach of a user"
      : all.joined(separator: "; or ")
  }

  /// The variants where the same regions have places.
  private var roomy: [String] {
    subject.variants.filter { other in
      guard case .placed = other.plan else { return false }
      return other.variant.name != variant.variant.name
    }
    .map(\.variant.name)
  }

  private func text(_ action: RepairAction) -> String? {
    switch action {
    case .shrink(let name, let size):
      let whole = rounded(size, of: name)
      return whole > .zero ? "make `\(name)` at most \(whole.approximate)" : nil
    case .widen(let name, let window):
      return "let `\(name)` lie in \(window) too" + limit(of: name)
    case .move(let obstacle, let base): return "move `\(obstacle.name)` to \(base)"
    }
  }

  /// What a region of at most `size` can have: whole pages, of CMA whole granules.
  private func rounded(_ size: ByteCount, of name: String) -> ByteCount {
    guard let region = region(name) else { return size }
    let kernel = variant.target.kernel
    let unit = region.kind == .cma ? kernel.cmaMinAlignment : kernel.pageSize.alignment
    return ByteCount(size.rawValue / unit.bytes.rawValue * unit.bytes.rawValue)
  }

  /// Who has to let it: `within` of the region itself, else the reach of a user.
  private func limit(of name: String) -> String {
    guard let region = region(name), region.windows.isEmpty else { return "" }
    let users = variant.devices.filter { $0.device.pools.contains(name) }.map(\.device.name)
    return users.isEmpty ? "" : ", which the reach of \(list(users)) forbids today"
  }

  private func region(_ name: String) -> ResolvedRegion? {
    variant.regions.first { $0.name == name }
  }

  /// The smaller size of the first region whose size policy states, to be looked at first.
  var fix: FixIt? {
    for case .shrink(let name, let size) in proof.repairs.map(\.action) {
      let whole = rounded(size, of: name)
      guard whole > .zero, let stated = region(name)?.policy.value["size"],
        case .layer(_, let span) = stated.origin, !span.file.hasPrefix("<builtin>")
      else { continue }
      let text = whole.description
      return FixIt(
        span: span,
        replacement: text.hasSuffix(" B")
          ? String(whole.rawValue) : text.filter { $0 != " " },
        applicability: .review
      )
    }
    return nil
  }
}
