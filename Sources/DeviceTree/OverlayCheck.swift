internal import CLibFDT

/// Judges what `fdt_overlay_apply` takes on trust of an overlay.
///
/// libfdt reads a property at every offset that `__local_fixups__` states and only then asks whether the
/// property reaches so far (`overlay_update_local_node_references`), it adds the offsets of `__fixups__`
/// to a length in 32 bits, which may wrap (`fdt_setprop_inplace_namelen_partial`).
struct OverlayCheck {
  private let overlay: UnsafeRawPointer
  /// The two nodes whose properties say where to mend; -1 where one is not there.
  private let localFixups: Int32
  private let fixups: Int32

  /// Refuses an overlay with a place to mend that is outside its property, or that is itself such a
  /// list.
  ///
  /// - Complexity: O(bytes * children).
  static func run(_ overlay: DeviceTree) throws(DeviceTreeError) {
    let fault: String? = overlay.blob.withUnsafeBytes { bytes in
      bytes.baseAddress.flatMap { Self($0).fault }
    }
    if let fault { throw .overlayMalformed(fault) }
  }

  private init(_ overlay: UnsafeRawPointer) {
    self.overlay = overlay
    localFixups = fdt_path_offset(overlay, "/__local_fixups__")
    fixups = fdt_path_offset(overlay, "/__fixups__")
  }

  private var fault: String? { localFault ?? labelFault }

  /// What is wrong with `__local_fixups__`: nodes like those of the tree, whose properties are lists of
  /// offsets into the properties of the same name.
  private var localFault: String? {
    guard localFixups >= 0 else { return nil }
    var open: [(node: Int32, list: Int32)] = [(0, localFixups)]
    while let (node, list) = open.popLast() {
      var property = fdt_first_property_offset(overlay, list)
      while property >= 0 {
        if let fault = offsetFault(property, node) { return fault }
        property = fdt_next_property_offset(overlay, property)
      }
      var child = fdt_first_subnode(overlay, list)
      while child >= 0 {
        let target = fdt_subnode_offset(overlay, node, fdt_get_name(overlay, child, nil))
        if target == localFixups || target == fixups {
          return "`__local_fixups__` names a list of places to mend"
        }
        // libfdt refuses a node that is not there.
        if target >= 0 { open.append((target, child)) }
        child = fdt_next_subnode(overlay, child)
      }
    }
    return nil
  }

  private func offsetFault(_ property: Int32, _ node: Int32) -> String? {
    var name: UnsafePointer<CChar>?
    var count: Int32 = 0
    let list = fdt_getprop_by_offset(overlay, property, &name, &count)
    guard let list, let name else { return nil }
    // The numbers of all properties of these names are changed before the lists are read.
    if ["phandle", "linux,phandle"].contains(String(cString: name)) {
      return "`__local_fixups__` names a phandle's own property"
    }
    var length: Int32 = 0
    guard fdt_getprop(overlay, node, name, &length) != nil else { return nil }
    for place in stride(from: 0, to: Int(count) / 4 * 4, by: 4) {
      let offset = UnsafeRawPointer(list).loadUnaligned(fromByteOffset: place, as: UInt32.self)
      if Int(offset.bigEndian) + 4 > Int(length) {
        return "`__local_fixups__` names byte \(offset.bigEndian) of `\(String(cString: name))`, "
          + "which has \(length)"
      }
    }
    return nil
  }

  /// What is wrong with `__fixups__`: for each label a list of `path:property:offset`.
  private var labelFault: String? {
    guard fixups >= 0 else { return nil }
    var property = fdt_first_property_offset(overlay, fixups)
    while property >= 0 {
      var count: Int32 = 0
      if let list = fdt_getprop_by_offset(overlay, property, nil, &count) {
        let bytes = UnsafeRawBufferPointer(start: list, count: Int(count))
        for place in bytes.split(separator: 0) where !Self.isPlain(place) {
          let text = String(decoding: place, as: UTF8.self)
          return "`__fixups__` names `\(text)`, which is no place to mend"
        }
      }
      property = fdt_next_property_offset(overlay, property)
    }
    return nil
  }

  /// Whether a place is of a property elsewhere in the tree, with an offset that is a small number.
  private static func isPlain(_ place: some Collection<UInt8>) -> Bool {
    let parts = place.split(
      separator: UInt8(ascii: ":"),
      maxSplits: 2,
      omittingEmptySubsequences: false
    )
    guard parts.count == 3, parts[0].first == UInt8(ascii: "/") else { return false }
    let first = parts[0].drop { $0 == UInt8(ascii: "/") }
    guard !first.starts(with: "__fixups__".utf8), !first.starts(with: "__local_fixups__".utf8),
      parts[2].allSatisfy({ (0x30...0x39).contains($0) })
    else { return false }
    return Int(String(decoding: parts[2], as: UTF8.self)).map { $0 <= DeviceTree.maximumSize }
      ?? false
  }
}
