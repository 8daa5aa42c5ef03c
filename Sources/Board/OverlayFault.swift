import DeviceTree

/// Why an overlay can not be applied, fragment by fragment: libfdt's error numbers do not say where.
///
/// Follows `fdt_overlay_apply` (libfdt) and `Documentation/devicetree/dynamic-resolution-notes.rst`.
struct OverlayFault {
  /// What is wrong, with the node of the overlay in front.
  let text: String
  /// What to do about it.
  let help: String

  /// Bytes that libfdt may walk: each node and property that an overlay adds moves and searches the
  /// blob.
  ///
  /// A second of it at most; the overlays of boards need a hundredth.
  static let maximumWork = 1 << 32

  /// The first thing in `overlay` that keeps it from being applied to `base`; nil where there is
  /// nothing to be seen.
  static func find(in overlay: DeviceTree, on base: DeviceTree) -> OverlayFault? {
    let bytes = base.blob.count + overlay.blob.count
    let parts = overlay.blob.count / 12
    guard parts < maximumWork / bytes else {
      return OverlayFault(
        text: "to apply it is more work than \(maximumWork >> 30) GiB of moved bytes",
        help: "merge it into the tree when that is compiled"
      )
    }
    let fixed = Set(references(overlay).map { $0.node + ":" + $0.property })
    for fragment in overlay.root.children where fragment.child(named: "__overlay__") != nil {
      if let fault = target(of: fragment, overlay, base, fixed) { return fault }
    }
    return fixups(overlay, base)
  }

  private static func target(
    of fragment: Node,
    _ overlay: DeviceTree,
    _ base: DeviceTree,
    _ fixed: Set<String>
  ) -> OverlayFault? {
    let name = fragment.path
    if let path = fragment.property("target-path") {
      guard let text = path.string else {
        return OverlayFault(text: "\(name): `target-path` has no NUL at its end", help: remedy)
      }
      if base.node(atPath: text) != nil || !text.hasPrefix("/") { return nil }
      return overlay.node(atPath: text) == nil
        ? OverlayFault(
          text: "\(name): `target-path` is `\(text)`, which the tree has not",
          help: "name a node of the tree; `dtc -I dtb -O dts` shows them"
        ) : itself(name, text)
    }
    guard let target = fragment.property("target") else {
      return OverlayFault(
        text: "\(name): it has neither `target` nor `target-path`",
        help: "add `target-path = \"/...\"`"
      )
    }
    guard target.count == 4 else {
      return OverlayFault(text: "\(name): `target` has \(target.count) bytes, not 4", help: remedy)
    }
    if fixed.contains(name + ":target") { return nil }
    let phandle = target.cell(0)
    let local = overlay.root.child(named: "__local_fixups__")?.child(named: fragment.name)
    if local?.has("target") == true {
      return itself(name, "phandle 0x\(String(phandle, radix: 16))")
    }
    if base.node(phandle: phandle) != nil { return nil }
    return OverlayFault(
      text:
        "\(name): `target` is phandle 0x\(String(phandle, radix: 16)), which no node of the tree has",
      help: "use a label, and compile with dtc -@, or use `target-path`"
    )
  }

  private static func itself(_ fragment: String, _ target: String) -> OverlayFault {
    OverlayFault(
      text: "\(fragment): its target, \(target), is a node of the overlay itself",
      help: "target a node of the tree; put what is to be merged into one fragment"
    )
  }

  private static let remedy = "compile it again with dtc -@"

  /// One `path:property:offset` of `__fixups__`.
  private struct Reference {
    let label: String
    let text: String
    let node: String
    let property: String
    let offset: Int?
  }

  private static func references(_ overlay: DeviceTree) -> [Reference] {
    guard let fixups = overlay.root.child(named: "__fixups__") else { return [] }
    return fixups.properties.flatMap { property in
      property.strings.map { text in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return Reference(
          label: property.name,
          text: text,
          node: parts.first.map { String($0) } ?? "",
          property: parts.count > 1 ? String(parts[1]) : "",
          offset: parts.count == 3 ? Int(parts[2]) : nil
        )
      }
    }
  }

  private static func fixups(_ overlay: DeviceTree, _ base: DeviceTree) -> OverlayFault? {
    for reference in references(overlay) {
      let name = "/__fixups__:\(reference.label)"
      let property = overlay.node(atPath: reference.node)?.property(reference.property)
      guard let offset = reference.offset, let property else {
        return OverlayFault(
          text: "\(name): `\(reference.text)` is no property of the overlay with an offset",
          help: remedy
        )
      }
      guard offset >= 0, offset <= property.count - 4 else {
        return OverlayFault(
          text:
            "\(name): `\(reference.text)` lies outside the \(property.count) bytes of the property",
          help: remedy
        )
      }
      if base.node(label: reference.label) == nil {
        return OverlayFault(
          text: base.hasSymbols
            ? "\(name): the tree has no label `\(reference.label)`"
            : "\(name): it uses the label `\(reference.label)`, and the tree was compiled without labels",
          help: base.hasSymbols
            ? "look for the label in the tree's `__symbols__`" : "compile the tree with dtc -@"
        )
      }
    }
    return nil
  }
}
