import Board
import DeviceTree
import Diagnostics
import Layout
import Policy
import YAML

/// Which devices of the user's quirks any board of a run has.
///
/// A device that one board lacks and another has is no slip of the pen: there it is a note.
struct DeviceSightings: Sendable {
  /// The devices, by the places that a finding of their absence can have.
  private let wanted: [(places: Set<SourceSpan>, device: DevicePolicy)]

  /// The devices of the quirks among `layers`.
  init(_ layers: [Layer]) {
    wanted = layers.filter { $0.origin == .user && $0.match != nil }.flatMap { layer in
      let boards = (layer.match?.compatible ?? []).compactMap(\.text)
      let policy = EffectivePolicy(
        layers: [layer],
        compatible: boards,
        variant: layer.match?.variant
      )
      return policy.devices.map { (places: Self.places(of: $0), device: $0) }
    }
  }

  /// The places of the devices that `board` has, available or not.
  func places(on board: Board) -> Set<SourceSpan> {
    guard !wanted.isEmpty else { return [] }
    let match = DeviceMatch(board: board)
    return wanted.reduce(into: []) { seen, entry in
      let isThere =
        if case .behind(let bus) = entry.device.selector {
          board.tree.node(atPath: bus.value) != nil
        } else {
          !match.nodes(of: entry.device).isEmpty
        }
      if isThere { seen.formUnion(entry.places) }
    }
  }

  /// Whether `finding` is the absence of a device that no board seen so far has, and another may.
  func isOpen(_ finding: Diagnostic, seen: Set<SourceSpan>) -> Bool {
    guard let span = Self.absence(finding), !seen.contains(span) else { return false }
    return wanted.contains { $0.places.contains(span) }
  }

  /// `finding`, as a note where it is the absence of a device that some board has.
  static func judged(_ finding: Diagnostic, seen: Set<SourceSpan>) -> Diagnostic {
    guard let span = absence(finding), seen.contains(span) else { return finding }
    return Diagnostic(
      finding.rule,
      .note,
      finding.message,
      at: Label(finding.primary.location, "another board of this run has it"),
      notes: finding.notes,
      variant: finding.variant
    )
  }

  /// Where policy names the device whose absence `finding` is.
  private static func absence(_ finding: Diagnostic) -> SourceSpan? {
    guard finding.rule == "device-absent", finding.severity > .note,
      case .source(let span) = finding.primary.location
    else { return nil }
    return span
  }

  private static func places(of device: DevicePolicy) -> Set<SourceSpan> {
    let origins: [ValueOrigin] =
      switch device.selector {
      case .heap: []
      case .behind(let bus): [bus.origin]
      case .match(let paths, let compatible, let alias, let label):
        (paths + compatible + [alias, label].compactMap(\.self)).map(\.origin)
      }
    return origins.reduce(into: []) { spans, origin in
      if case .layer(_, let span) = origin { spans.insert(span) }
    }
  }
}
