import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// Linux finds no place for a dynamic region.
///
/// The region is not there: its memory is not reserved, a driver that names it fails or silently
/// allocates from a default area of a few MiB. All that is said is
/// `OF: reserved mem: failed to allocate memory for node 'NODE': size N MiB`, and not what was in
/// the way. The window itself may be at fault (smaller than the region, outside of RAM), or what lies
/// in it.
///
/// Bad: 256 MiB on a board with 512 MiB that firmware splits in the middle. Good: 128 MiB.
///
/// Source: `drivers/of/of_reserved_mem.c: __reserved_mem_alloc_size`, replayed.
enum RegionUnplaceable: Rule {
  static let id: RuleID = "region-unplaceable"
  static let severity = Severity.error
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "cells-do-not-divide", "size-malformed", "boot-panics",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard subject.regions.contains(where: \.isDynamic) else { return [] }
    // The plainest cause of each region's is said, and no other.
    let tooSmall = WindowTooSmall.check(subject)
    let outside = WindowOutsideRAM.check(subject).filter { !$0.sharesNode(with: tooSmall) }
    let known = tooSmall + outside
    return known + blocked(subject).filter { !$0.sharesNode(with: known) }
  }

  /// Regions that the replayed boot could not place.
  private static func blocked(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      guard let today = variant.today?.map else { return [] }
      let lost = today.regions.filter { if case .notPlaced = $0.outcome { true } else { false } }
      if lost.isEmpty { return [] }
      let ofPath = Dictionary(subject.regions.map { ($0.node.path, $0) }) { first, _ in first }
      return lost.compactMap { found in
        guard case .notPlaced(let failure) = found.outcome, let region = ofPath[found.node] else {
          return nil
        }
        return .unplaceable(region, failure, subject, variant)
      }
    }
  }
}

extension Diagnostic {
  /// The node that the finding is about.
  private var node: String? {
    if case .tree(let place) = primary.location { place.path } else { nil }
  }

  fileprivate func sharesNode(with others: [Diagnostic]) -> Bool {
    others.contains { $0.node == node }
  }
}

extension RegionNode {
  /// Whether Linux chooses the place.
  var isDynamic: Bool {
    if case .dynamic = placement { true } else { false }
  }

  /// The cells of `alloc-ranges`, if the region is dynamic and has some.
  var windows: [RegEntry]? {
    if case .dynamic(_, _, let windows) = placement { windows } else { nil }
  }
}

extension Diagnostic {
  fileprivate static func unplaceable(
    _ region: RegionNode,
    _ failure: PlacementFailure,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let name = subject.name(of: region)
    let run = failure.largestFree.map { "the largest free run is \($0.withSize)" }
    let wanting = failure.largestFree.flatMap { run in
      run.size < failure.size ? "\((failure.size - run.size).approximate) are wanting" : nil
    }
    let tried =
      region.windows == nil ? "anywhere in RAM" : RegionSet(failure.tried).inWords
    let neighbours = failure.neighbours.compactMap { neighbour in
      subject.fixedEntries.first { $0.range.overlaps(neighbour.range) }
    }
    let around = failure.neighbours.map { "\($0.inWords) at \($0.range)" }
    return Diagnostic(
      RegionUnplaceable.id,
      .error,
      "region `\(name)` finds no place: \(failure.size.approximate)"
        + (failure.alignment > .kib(4) ? " aligned to \(failure.alignment.approximate)" : "")
        + (region.windows == nil ? " in all of RAM" : " in its window"),
      at: subject.label(region.node, "size", failure.size.approximate),
      related: (region.windows == nil
        ? [] : [subject.label(region.node, "alloc-ranges", "it may lie in \(tried)")])
        + neighbours.map {
          subject.label($0.region.node, "reg", cells: $0.entry.cells, "in the way: \($0.range)")
        } + subject.ramLabel(variant),
      notes: [
        [run ?? "nothing at all is free there", wanting].compactMap(\.self).joined(separator: ": "),
        around.isEmpty
          ? nil
          : "next to it " + (around.count == 1 ? "lies " : "lie ")
            + around.joined(separator: " and "),
        "Linux says: `OF: reserved mem: failed to allocate memory for node "
          + "'\(region.node.name)': size \(failure.size.rawValue >> 20) MiB`",
      ].compactMap(\.self),
      help: help(region, failure),
      variant: variant.variant.name
    )
  }

  private static func help(_ region: RegionNode, _ failure: PlacementFailure) -> String {
    let unit = Alignment(failure.alignment) ?? .byte
    let fitting = failure.largestFree.flatMap { run -> ByteCount? in
      guard let base = unit.up(run.start), base < run.end else { return nil }
      let size = max(unit, PageSize.kib4.alignment).down(
        ByteCount(run.end.rawValue - base.rawValue)
      )
      return size > .zero ? size : nil
    }
    if let fitting { return "make it at most \(fitting.approximate) (\(fitting.hexadecimal))" }
    return region.windows == nil ? "make it smaller, or its `alignment`" : "widen `alloc-ranges`"
  }
}
