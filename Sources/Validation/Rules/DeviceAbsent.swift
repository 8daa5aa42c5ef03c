import Board
import DeviceTree
import Diagnostics
import Layout
import Policy

/// A quirk's device is on no node of the board that Linux uses.
///
/// What the layer says of it then has no effect, which is often a slip in a `compatible` or a path. A
/// device that is there but disabled is a note, as is one of a built-in layer; a default layer, which
/// speaks for every board, is silent.
///
/// Bad: `compatible: "allwinner,sun7i-a20-video-engin"`. Good: the string as the tree has it.
///
/// Source: policy's own rule, for what `match` says of a device.
enum DeviceAbsent: Rule {
  static let id: RuleID = "device-absent"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    let match = DeviceMatch(board: subject.board)
    return subject.variants.flatMap { variant in
      subject.stated(in: variant).devices.filter(\.isFromQuirk).compactMap { device in
        absence(of: device, match, subject).map { finding in
          var finding = finding
          finding.variant = variant.variant.name
          return finding
        }
      }
    }
  }

  private static func absence(
    of device: DevicePolicy,
    _ match: DeviceMatch,
    _ subject: Subject
  ) -> Diagnostic? {
    switch device.selector {
    case .heap: return nil
    case .behind(let bus):
      return subject.board.tree.node(atPath: bus.value) == nil
        ? .absent(device, subject, text: bus.value, origin: bus.origin) : nil
    case .match(let paths, let compatible, let alias, let label):
      let nodes = match.nodes(of: device)
      if nodes.contains(where: \.isReachable) { return nil }
      if let node = nodes.first { return .disabled(device, node, subject) }
      if let label, !subject.board.tree.hasSymbols { return .noLabels(device, label, subject) }
      guard let stated = (compatible + paths + [alias, label].compactMap(\.self)).first else {
        return nil
      }
      return .absent(device, subject, text: stated.value, origin: stated.origin)
    }
  }
}

extension Diagnostic {
  fileprivate static func absent(
    _ device: DevicePolicy,
    _ subject: Subject,
    text: String,
    origin: ValueOrigin
  ) -> Self {
    let isPath = text.hasPrefix("/")
    let meant =
      isPath
      ? nearestPath(text, subject) : didYouMean(text, among: subject.board.allCompatibles)
    return Diagnostic(
      DeviceAbsent.id,
      device.origin.isBuiltin ? .note : .error,
      "no node of the board is device `\(device.name)`",
      at: subject.label(origin, meant.map { "did you mean `\($0)`?" } ?? "nothing like it here"),
      notes: ["what policy says of it has no effect"],
      help: meant.map { "write `\($0)`" }
        ?? (device.origin.isBuiltin
          ? nil : "remove the device from this layer, or correct its match")
    )
  }

  private static func nearestPath(_ path: String, _ subject: Subject) -> String? {
    let parts = path.split(separator: "/")
    guard let last = parts.last,
      let parent = subject.board.tree.node(atPath: "/" + parts.dropLast().joined(separator: "/"))
    else { return nil }
    return didYouMean(String(last), among: parent.children.map(\.name)).map {
      (parent.path == "/" ? "/" : parent.path + "/") + $0
    }
  }

  fileprivate static func disabled(_ device: DevicePolicy, _ node: Node, _ subject: Subject) -> Self
  {
    let off = sequence(first: node, next: \.parent).first { !$0.isAvailable } ?? node
    return Diagnostic(
      DeviceAbsent.id,
      .note,
      "device `\(device.name)` is disabled on this board",
      at: subject.label(off, "status", "Linux does not use the node"),
      related: [subject.label(device.origin, "what this says has no effect")]
    )
  }

  fileprivate static func noLabels(
    _ device: DevicePolicy,
    _ label: Sourced<String>,
    _ subject: Subject
  ) -> Self {
    Diagnostic(
      DeviceAbsent.id,
      .error,
      "device `\(device.name)` is matched by a label, but the tree has kept none",
      at: subject.label(label.origin, "no `/__symbols__` to find it in"),
      help: "match it by `path` or `compatible`, or compile the tree with `dtc -@`"
    )
  }
}
