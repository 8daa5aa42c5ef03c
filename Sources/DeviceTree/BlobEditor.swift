internal import CLibFDT

/// Edits a flattened devicetree through libfdt, growing its buffer as needed.
///
/// Values are copied in and out; an edit that fails leaves the blob as it was.
public struct BlobEditor: Sendable {
  private var buffer: [UInt8]

  /// An editor of an empty tree: a root without properties.
  public init() throws(DeviceTreeError) {
    buffer = [UInt8](repeating: 0, count: 4096)
    let result = buffer.withUnsafeMutableBytes {
      fdt_create_empty_tree($0.baseAddress, Int32($0.count))
    }
    try FDT.check(result)
  }

  /// An editor of a copy of `tree`.
  public init(_ tree: DeviceTree) throws(DeviceTreeError) {
    buffer = try FDT.opened(tree.blob, capacity: tree.blob.count + 4096)
  }

  /// Sets a property of the node at `path`, which exists.
  public mutating func set(_ name: String, to value: [UInt8], at path: String)
    throws(DeviceTreeError)
  {
    try edit(path) { blob, node in
      value.withUnsafeBytes { fdt_setprop(blob, node, name, $0.baseAddress, Int32(value.count)) }
    }
  }

  /// Removes a property of the node at `path`; one that is not there is no error.
  public mutating func remove(_ name: String, at path: String) throws(DeviceTreeError) {
    try edit(path) { blob, node in
      let result = fdt_delprop(blob, node, name)
      return result == -FDT_ERR_NOTFOUND ? 0 : result
    }
  }

  /// Adds a child to the node at `path`, before the children that are there.
  public mutating func addNode(_ name: String, under path: String) throws(DeviceTreeError) {
    try edit(path) { blob, node in fdt_add_subnode(blob, node, name) }
  }

  /// Removes the node at `path` and everything below it.
  public mutating func removeNode(_ path: String) throws(DeviceTreeError) {
    try edit(path) { blob, node in fdt_del_node(blob, node) }
  }

  /// Adds an entry to the header's `/memreserve/` list.
  public mutating func addReservation(address: UInt64, size: UInt64) throws(DeviceTreeError) {
    try edit("/") { blob, _ in fdt_add_mem_rsv(blob, address, size) }
  }

  /// The edited tree, packed.
  public func tree() throws(DeviceTreeError) -> DeviceTree {
    var packed = buffer
    let result = packed.withUnsafeMutableBytes { fdt_pack($0.baseAddress) }
    try FDT.check(result)
    return try DeviceTree(blob: packed)
  }

  /// Does `body` to the node at `path`, with more room until there is enough.
  private mutating func edit(
    _ path: String,
    _ body: (UnsafeMutableRawPointer?, Int32) -> Int32
  ) throws(DeviceTreeError) {
    while true {
      let result = buffer.withUnsafeMutableBytes { blob in
        let node = fdt_path_offset(blob.baseAddress, path)
        return node < 0 ? node : body(blob.baseAddress, node)
      }
      guard result == -FDT_ERR_NOSPACE else { return try FDT.check(result) }
      buffer = try FDT.opened(buffer, capacity: buffer.count * 2)
    }
  }
}

extension BlobEditor {
  /// Sets a property to cells of 32 bits.
  public mutating func set(_ name: String, toCells cells: [UInt32], at path: String)
    throws(DeviceTreeError)
  {
    try set(name, to: Self.bytes(ofCells: cells), at: path)
  }

  /// Sets a property to NUL-terminated strings.
  public mutating func set(_ name: String, toStrings strings: [String], at path: String)
    throws(DeviceTreeError)
  {
    try set(name, to: strings.flatMap { Array($0.utf8) + [0] }, at: path)
  }

  /// The bytes of `cells`, big-endian.
  public static func bytes(ofCells cells: [UInt32]) -> [UInt8] {
    cells.flatMap { cell in
      [UInt8(cell >> 24), UInt8(cell >> 16 & 0xff), UInt8(cell >> 8 & 0xff), UInt8(cell & 0xff)]
    }
  }
}
