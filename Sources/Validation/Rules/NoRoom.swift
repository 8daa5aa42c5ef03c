import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Planner
import Policy

/// The regions that tree and policy ask for have no places together.
///
/// The planner is complete: if it finds none, there is none. It names the smallest set that does not
/// fit, what splits the space, and repairs that it has verified by planning again. Linux would lose
/// one of the pools at boot and say no more than its size.
///
/// Bad: three pools of 96 MiB in a window that has 256 MiB free. Good: two of them.
///
/// Source: the planner's proof.
enum NoRoom: Rule {
  static let id: RuleID = "no-room"
  static let severity = Severity.error
  static let requires: [RuleID] = [
    "regions-overlap", "region-outside-ram", "base-misaligned", "base-outside-window",
    "region-unplaceable", "reach-empty",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.compactMap { variant in
      guard case .infeasible(let proof) = variant.plan else { return nil }
      return .noRoom(proof, subject, variant)
    }
  }
}

extension Diagnostic {
  fileprivate static func noRoom(
    _ proof: Infeasibility,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let advice = NoRoomAdvice(proof: proof, subject: subject, variant: variant)
    let conflict = proof.conflict.compactMap { name in variant.regions.first { $0.name == name } }
    let labels = conflict.map { region in
      subject.label(region, key: region.base == nil ? "size" : "base", region.size.approximate)
    }
    return Diagnostic(
      NoRoom.id,
      .error,
      headline(proof),
      at: labels.first ?? subject.label(subject.board.tree.root, "this board"),
      related: Array(labels.dropFirst()) + obstacle(proof, subject, variant)
        + subject.ramLabel(variant),
      notes: notes(proof) + assumption(proof, variant),
      help: advice.help,
      fix: advice.fix,
      variant: variant.variant.name
    )
  }

  private static func headline(_ proof: Infeasibility) -> String {
    let one = proof.conflict.count == 1
    let who = one ? "region `\(proof.request)` needs" : "\(proof.conflict.count) regions need"
    guard proof.demand > proof.capacity else {
      return one
        ? "region `\(proof.request)` fits nowhere in its window"
        : "\(list(proof.conflict)) have no places together"
    }
    return "\(who) \(proof.demand.approximate) of a window that has "
      + "\(proof.capacity.approximate) free"
  }

  private static func notes(_ proof: Infeasibility) -> [String] {
    var notes: [String] = []
    if case .overfull(let range, let granule) = proof.reason {
      notes.append(
        "confined to \(range)" + (granule > .byte ? ", counted in blocks of \(granule)" : "")
      )
    }
    notes.append(
      proof.largestFreeRun.map { "the largest free run for `\(proof.request)` is \($0.withSize)" }
        ?? "nothing is free where `\(proof.request)` may lie"
    )
    if proof.isIrreducible, proof.conflict.count > 1 {
      notes.append("without any one of them the others have places")
    }
    return notes
  }

  private static func obstacle(
    _ proof: Infeasibility,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> [Label] {
    guard let obstacle = proof.obstacle else { return [] }
    let text = "`\(obstacle.name)` splits the space: \(obstacle.range)"
    if let entry = subject.fixedEntries.first(where: { $0.range == obstacle.range }) {
      return [subject.label(entry.region.node, "reg", cells: entry.entry.cells, text)]
    }
    let stated = subject.statedObjects(variant).first { $0.name == obstacle.name }
    if let stated { return [Label(stated.place.location, text)] }
    return [
      Label(.input(obstacle.name), isAssumed(obstacle, variant) ? text + ", as assumed" : text)
    ]
  }

  /// What to do where it is our guess of the boot loader's doing that is in the way.
  private static func assumption(_ proof: Infeasibility, _ variant: CompiledVariant) -> [String] {
    guard let obstacle = proof.obstacle, isAssumed(obstacle, variant) else { return [] }
    return [
      "where `\(obstacle.name)` is loaded to is an assumption: "
        + "state it with `--boot-object \(obstacle.name)=BASE+SIZE`"
    ]
  }

  private static func isAssumed(_ obstacle: Obstacle, _ variant: CompiledVariant) -> Bool {
    let stated = variant.variant.objects
    return switch obstacle.name {
    case "kernel": stated.kernel == nil
    case "initrd": stated.initrd == nil
    case "dtb": stated.dtb == nil
    default: false
    }
  }
}
