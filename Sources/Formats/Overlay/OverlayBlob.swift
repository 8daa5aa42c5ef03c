public import DeviceTree
public import Layout

/// The overlay as a blob, for boot loaders: `overlay.dtbo`.
public enum OverlayBlob {
  /// An overlay that makes of `base` what `patch` makes of it.
  ///
  /// Targets are paths, so it applies to trees without `__symbols__`. libfdt adds a child before the
  /// others (`fdt_add_subnode`), so the regions stand in falling order and come out rising, before
  /// those that the tree has: Linux takes dynamic regions in that order.
  ///
  /// - Complexity: O(nodes of the tree).
  public static func tree(_ patch: LayoutPatch, base: DeviceTree) throws(DeviceTreeError)
    -> DeviceTree
  {
    let plan = OverlayPlan(patch, base: base)
    var writer = OverlayBlobWriter(plan: plan, editor: try BlobEditor())
    return try writer.tree()
  }
}

private struct OverlayBlobWriter {
  let plan: OverlayPlan
  var editor: BlobEditor

  mutating func tree() throws(DeviceTreeError) -> DeviceTree {
    // Children are added at the front: what is to come last is written first.
    try writeLocalFixups()
    for (number, reference) in plan.references.enumerated().reversed() {
      try writeReference(reference, fragment: plan.firstReference + number)
    }
    if !plan.nodes.isEmpty { try writeRegions(fragment: plan.regionFragment) }
    for (number, path) in plan.disabled.enumerated().reversed() {
      let body = try fragment(plan.firstDisabled + number, target: path)
      try editor.set("status", toStrings: ["disabled"], at: body)
    }
    if plan.createsContainer {
      let body = try fragment(0, target: "/")
      try editor.addNode("reserved-memory", under: body)
    }
    return try editor.tree()
  }

  /// Adds a fragment and gives the path of its `__overlay__`.
  private mutating func fragment(
    _ number: Int,
    target: String
  ) throws(DeviceTreeError) -> String {
    let name = "fragment@" + String(number)
    try editor.addNode(name, under: "/")
    try editor.set("target-path", toStrings: [target], at: "/" + name)
    try editor.addNode("__overlay__", under: "/" + name)
    return "/" + name + "/__overlay__"
  }

  private mutating func writeRegions(fragment number: Int) throws(DeviceTreeError) {
    let body = try fragment(number, target: "/reserved-memory")
    if plan.statesRanges { try editor.set("ranges", to: [], at: body) }
    if plan.statesCells {
      try editor.set("#size-cells", toCells: [UInt32(plan.cells.size)], at: body)
      try editor.set("#address-cells", toCells: [UInt32(plan.cells.address)], at: body)
    }
    // The last one written is the first child: rising order in time makes falling order in the blob.
    for node in plan.nodes {
      let path = body + "/" + node.name
      try editor.addNode(node.name, under: body)
      if let phandle = node.phandle { try editor.set("phandle", toCells: [phandle], at: path) }
      for property in node.properties.reversed() { try editor.set(property, at: path) }
    }
  }

  private mutating func writeReference(
    _ reference: OverlayPlan.Reference,
    fragment number: Int
  ) throws(DeviceTreeError) {
    let body = try fragment(number, target: reference.device)
    let cells = reference.targets.map { target -> UInt32 in
      switch target {
      case .existing(let phandle): phandle
      case .new(let index): plan.nodes[index].phandle ?? 0
      }
    }
    try editor.set("memory-region", toCells: cells, at: body)
  }

  /// Says where the overlay's own phandles stand, which libfdt moves above those of the tree
  /// (dtc's dt-object-internal.txt; `fdt_overlay.c: overlay_update_local_references`).
  private mutating func writeLocalFixups() throws(DeviceTreeError) {
    let root = "/__local_fixups__"
    var isStarted = false
    for (number, reference) in plan.references.enumerated().reversed() {
      let offsets = reference.targets.enumerated().compactMap { position, target -> UInt32? in
        if case .new = target { UInt32(position * 4) } else { nil }
      }
      guard !offsets.isEmpty else { continue }
      if !isStarted { try editor.addNode("__local_fixups__", under: "/") }
      isStarted = true
      let name = "fragment@" + String(plan.firstReference + number)
      try editor.addNode(name, under: root)
      try editor.addNode("__overlay__", under: root + "/" + name)
      try editor.set("memory-region", toCells: offsets, at: root + "/" + name + "/__overlay__")
    }
  }
}
