public import DeviceTree
public import Layout
import PhysicalMemory
import Policy

/// The overlay as devicetree source, for people and for `dtc`: `overlay.dts`.
public enum OverlaySource {
  /// An overlay that makes of `base` what `patch` makes of it; `layout` explains the regions.
  ///
  /// It compiles with `dtc -I dts -O dtb` without a warning to what `OverlayBlob` writes. Targets
  /// are paths and labels are local, so it applies to trees without `__symbols__`. Names from
  /// outside can end neither a comment nor a string.
  ///
  /// - Complexity: O(nodes of the tree).
  public static func text(
    _ layout: Layout,
    _ patch: LayoutPatch,
    base: DeviceTree
  ) -> String {
    let writer = OverlaySourceWriter(
      plan: OverlayPlan(patch, base: base),
      layout: layout,
      base: base
    )
    return writer.lines.joined(separator: "\n") + "\n"
  }
}

private struct OverlaySourceWriter {
  let plan: OverlayPlan
  let layout: Layout
  let base: DeviceTree

  var lines: [String] {
    var fragments: [Fragment] = []
    if plan.createsContainer {
      fragments.append(
        Fragment(
          comment: ["The tree has no /reserved-memory yet."],
          target: "/",
          body: ["reserved-memory { };"]
        )
      )
    }
    fragments += plan.disabled.map(disabling)
    if !plan.nodes.isEmpty { fragments.append(regions) }
    fragments += plan.references.map(referring)
    let nothing =
      fragments.isEmpty
      ? Self.indented(
        Self.comment(["The tree already gives this layout: nothing is to be changed."])
      )
      : []
    return header + ["/dts-v1/;", "/plugin/;", "", "/ {"] + rootCells + nothing
      + fragments.enumerated().flatMap { [""] + $1.lines(number: $0) } + ["};"]
  }

  /// One fragment of the overlay.
  private struct Fragment {
    let comment: [String]
    let target: String
    /// Properties of the fragment itself.
    var own: [String] = []
    let body: [String]

    func lines(number: Int) -> [String] {
      let inside =
        ["target-path = \(SourceEscaping.quoted(target));"] + own + ["", "__overlay__ {"]
        + OverlaySourceWriter.indented(body) + ["};"]
      let all = OverlaySourceWriter.comment(comment) + ["fragment@\(number) {"]
      return OverlaySourceWriter.indented(all + OverlaySourceWriter.indented(inside) + ["};"])
    }
  }

  private var header: [String] {
    Self.comment([
      "DMA memory of " + (layout.compatible.first ?? "an unnamed board") + ", RAM variant "
        + layout.variant + ", written by dmaplan.",
      "Apply with: fdtoverlay -i BOARD.dtb -o OUT.dtb overlay.dtbo",
      "DTB " + layout.treeDigest,
      "policy " + layout.policyDigest,
    ])
  }

  /// `dtc` judges an empty `ranges` by the cells above it, up to the overlay's own root; what
  /// stands outside of `__overlay__` is not applied.
  private var rootCells: [String] {
    plan.nodes.isEmpty || !plan.statesCells ? [] : Self.indented(cellLines)
  }

  private var cellLines: [String] {
    ["#address-cells = <\(plan.cells.address)>;", "#size-cells = <\(plan.cells.size)>;"]
  }

  private var regions: Fragment {
    var body: [String] = []
    if plan.statesCells { body += cellLines }
    if plan.statesRanges { body.append("ranges;") }
    // Falling order: libfdt puts each node before those that are there.
    for node in plan.nodes.reversed() {
      body += (body.isEmpty ? [] : [""]) + lines(of: node)
    }
    return Fragment(
      comment: ["The regions, the last first: each is added before those above it."],
      target: "/reserved-memory",
      own: plan.statesCells ? cellLines + ["ranges;"] : [],
      body: body
    )
  }

  private func lines(of node: OverlayPlan.NewNode) -> [String] {
    Self.comment(explanation(of: node)) + ["\(node.label): \(node.name) {"]
      + Self.indented(node.properties.map(SourceEscaping.line)) + ["};"]
  }

  private func explanation(of node: OverlayPlan.NewNode) -> [String] {
    guard let region = layout.region(named: node.region) else { return [node.region] }
    let range = region.range
    let kind = (region.isDefault ? "the default " : "") + region.kind.phrase
    let end = "From \(range.start.hexadecimal) up to \(range.end.hexadecimal)"
    let isAligned = region.alignment > .byte && region.alignment.divides(range.start)
    var lines = [
      "\(region.name): \(kind), \(range.size)\(region.isDynamic ? ", placed by Linux" : "").",
      isAligned ? "\(end); aligned to \(region.alignment)." : end + ".",
    ]
    lines.append(
      region.users.isEmpty
        ? "No device is known to use it." : "Used by " + region.users.joined(separator: ", ") + "."
    )
    if node.isInPlace { lines.append("The tree has this node: it is changed, not added.") }
    return lines
  }

  private func disabling(_ path: String) -> Fragment {
    Fragment(
      comment: ["Replaced below; an overlay can not delete a node."],
      target: path,
      body: ["status = \"disabled\";"]
    )
  }

  private func referring(_ reference: OverlayPlan.Reference) -> Fragment {
    var comment: [String] = []
    let words = reference.targets.map { target -> String in
      switch target {
      case .new(let index): return "&" + plan.nodes[index].label
      case .existing(let phandle):
        let word = "0x" + String(phandle, radix: 16)
        comment.append("\(word) is \(base.node(phandle: phandle)?.path ?? "no node of the tree").")
        return word
      }
    }
    let names = layout.devices.filter { $0.path == reference.device }.map(\.name)
    let title = names.isEmpty ? [] : ["The regions of " + names.joined(separator: ", ") + "."]
    return Fragment(
      comment: title + comment,
      target: reference.device,
      body: ["memory-region = <\(words.joined(separator: " "))>;"]
    )
  }

  static func comment(_ lines: [String]) -> [String] {
    let safe = lines.map(SourceEscaping.comment)
    guard let first = safe.first else { return [] }
    guard safe.count > 1 || first.count > columns else { return ["/* \(first) */"] }
    return ["/*"] + safe.flatMap(wrapped).map { " * " + $0 } + [" */"]
  }

  /// Comments are wrapped after so many characters, as kernel style wants lines below 80 columns.
  private static let columns = 72

  private static func wrapped(_ line: String) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in line.split(separator: " ") {
      if !current.isEmpty, current.count + 1 + word.count > columns {
        lines.append(current)
        current = ""
      }
      current += (current.isEmpty ? "" : " ") + word
    }
    return lines + [current]
  }

  static func indented(_ lines: [String]) -> [String] {
    lines.map { $0.isEmpty ? "" : "\t" + $0 }
  }
}

extension RegionKind {
  /// What it is, for a person.
  var phrase: String {
    switch self {
    case .cma: "CMA area"
    case .coherent: "coherent pool"
    case .restricted: "restricted pool"
    case .carveout: "carve-out"
    case .reserved: "reservation"
    case .bigphysarea: "bigphysarea reservation"
    case .pmem: "pmem carve-out"
    case .memLimit: "memory above mem="
    case .ionCarveout: "ION carve-out"
    case .cma2010: "CMA reservation of 2010"
    }
  }
}
