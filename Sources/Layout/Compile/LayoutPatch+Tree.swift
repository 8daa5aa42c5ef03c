public import DeviceTree

extension LayoutPatch {
  /// The tree with the patch applied; phandles and the /memreserve/ list stay.
  public func applied(to tree: DeviceTree) throws(DeviceTreeError) -> DeviceTree {
    var editor = try BlobEditor(tree)
    if createsContainer { try createContainer(&editor) }
    for node in removed { try editor.removeNode(node.path) }
    var phandles: [String: UInt32] = [:]
    // None of a removed node: a reference that dangles must not find a new one.
    var unused = tree.unusedPhandles(added.count).makeIterator()
    // libfdt adds a child before the others, so the last is added first.
    for node in added.reversed() {
      let path = "/reserved-memory/" + node.name
      try editor.addNode(node.name, under: "/reserved-memory")
      // Properties are added at the front as well.
      for property in node.properties.reversed() { try editor.set(property, at: path) }
      guard node.isReferenced || node.phandle != nil, let phandle = node.phandle ?? unused.next()
      else { continue }
      phandles[node.region] = phandle
      try editor.set("phandle", toCells: [phandle], at: path)
    }
    for list in references {
      let cells = list.targets.compactMap { target -> UInt32? in
        switch target {
        case .added(let region): phandles[region]
        case .existing(let phandle): phandle
        }
      }
      try editor.set("memory-region", toCells: cells, at: list.device)
    }
    return try editor.tree()
  }

  private func createContainer(_ editor: inout BlobEditor) throws(DeviceTreeError) {
    try editor.addNode("reserved-memory", under: "/")
    try editor.set("ranges", to: [], at: "/reserved-memory")
    try editor.set("#size-cells", toCells: [UInt32(cells.size)], at: "/reserved-memory")
    try editor.set("#address-cells", toCells: [UInt32(cells.address)], at: "/reserved-memory")
  }
}

extension BlobEditor {
  /// Sets a property of a patch.
  public mutating func set(_ property: LayoutPatch.NewProperty, at path: String)
    throws(DeviceTreeError)
  {
    switch property.value {
    case .empty: try set(property.name, to: [], at: path)
    case .cells(let cells): try set(property.name, toCells: cells, at: path)
    case .strings(let strings): try set(property.name, toStrings: strings, at: path)
    case .bytes(let bytes): try set(property.name, to: bytes, at: path)
    }
  }
}
