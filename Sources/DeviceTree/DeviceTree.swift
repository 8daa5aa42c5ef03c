/// A devicetree as a tree of values, read from a flattened blob.
///
/// The blob is checked once by libfdt and walked once; nodes and properties are views into flat
/// arrays, so that reading thousands of trees costs little more than walking their bytes.
/// No libfdt offset leaves this module.
public struct DeviceTree: Sendable {
  /// The biggest blob that is read; Linux itself stops at 2 MiB on arm64 (`MAX_FDT_SIZE`).
  public static let maximumSize = 32 << 20

  let storage: Storage

  /// The blob that the tree was read from.
  public var blob: [UInt8] { storage.blob }

  /// The node `/`.
  public var root: Node { Node(storage: storage, index: 0) }

  /// The header's `/memreserve/` list up to its first entry of size 0, as Linux walks it
  /// (`drivers/of/fdt.c: early_init_fdt_scan_reserved_mem`).
  public var memoryReservations: [(address: UInt64, size: UInt64)] { storage.reservations }

  /// Every node, in the order of the blob.
  public var nodes: some RandomAccessCollection<Node> {
    let storage = storage
    return storage.nodes.indices.lazy.map { Node(storage: storage, index: $0) }
  }

  /// The node at a full path such as `/soc/isp@32e10000`, or nil.
  ///
  /// A final component without unit address also finds the only child of that name.
  ///
  /// - Complexity: O(depth * children).
  public func node(atPath path: String) -> Node? {
    guard path.hasPrefix("/") else { return nil }
    var node = root
    for component in path.split(separator: "/") {
      guard let child = node.child(named: component) else { return nil }
      node = child
    }
    return node
  }

  /// The node with this phandle, or nil; of several the first.
  public func node(phandle: UInt32) -> Node? {
    storage.nodeOfPhandle[phandle].map { Node(storage: storage, index: $0) }
  }

  /// So many phandles that no node has: those above all others, as far as there are any.
  ///
  /// 0 and 0xffffffff are no phandles (Devicetree Specification, section 2.3.3).
  ///
  /// - Complexity: O(nodes with a phandle).
  public func unusedPhandles(_ count: Int) -> [UInt32] {
    let highest = storage.nodeOfPhandle.keys.max() ?? 0
    if UInt64(highest) + UInt64(count) < UInt64(UInt32.max) {
      return (0..<count).map { highest + 1 + UInt32($0) }
    }
    return Array((1..<UInt32.max).lazy.filter { storage.nodeOfPhandle[$0] == nil }.prefix(count))
  }

  /// The node that a property of `/aliases` or `/__symbols__` names, or nil.
  public func node(alias: String) -> Node? { node(named: alias, in: "aliases") }

  /// The node of a label that was kept in `/__symbols__` (`dtc -@`), or nil.
  public func node(label: String) -> Node? { node(named: label, in: "__symbols__") }

  /// Every node with a property of this name, in the order of the blob.
  ///
  /// - Complexity: O(properties), one comparison of numbers each.
  public func nodes(having name: String) -> [Node] {
    guard let number = storage.numberOfName[name] else { return [] }
    var result: [Node] = []
    storage.properties.withUnsafeBufferPointer { properties in
      for index in storage.nodes.indices {
        let first = Int(storage.nodes[index].firstProperty)
        let end = first + Int(storage.nodes[index].propertyCount)
        for property in first..<end where properties[property].name == number {
          result.append(Node(storage: storage, index: index))
          break
        }
      }
    }
    return result
  }

  /// Whether labels were kept, so that `node(label:)` can find any.
  public var hasSymbols: Bool { root.child(named: "__symbols__") != nil }

  /// The root's `compatible` list, the board's own string first.
  public var compatible: [String] { root.compatible }

  private func node(named name: String, in table: Substring) -> Node? {
    guard let path = root.child(named: table)?.property(name)?.string else { return nil }
    return node(atPath: path)
  }
}

extension DeviceTree {
  struct NodeRecord: Sendable {
    var nameStart: Int32
    var nameLength: Int32
    var parent: Int32
    var subtreeEnd: Int32
    var firstProperty: Int32
    var propertyCount: Int32
  }

  struct PropertyRecord: Sendable {
    var name: Int32
    var valueStart: Int32
    var valueLength: Int32
  }

  /// The flat arrays behind all nodes of one tree; never changed after reading.
  ///
  /// A class so that a view of a node is one reference and one number.
  final class Storage: Sendable {
    let blob: [UInt8]
    /// In the order of the blob: a node's first child follows it, its next sibling is at its
    /// `subtreeEnd`.
    let nodes: [NodeRecord]
    let properties: [PropertyRecord]
    let propertyNames: [String]
    let numberOfName: [String: Int32]
    let nodeOfPhandle: [UInt32: Int]
    let phandleClashes: [UInt32: [Int]]
    let reservations: [(address: UInt64, size: UInt64)]

    init(_ reader: BlobReader) {
      blob = reader.blob
      nodes = reader.nodes
      properties = reader.properties
      propertyNames = reader.propertyNames
      numberOfName = reader.numberOfName
      nodeOfPhandle = reader.nodeOfPhandle
      phandleClashes = reader.phandleClashes
      reservations = reader.reservations
    }
  }
}

extension DeviceTree {
  /// The nodes that carry the same phandle as another, by phandle in ascending order.
  ///
  /// - Complexity: O(1) where no two do.
  public var phandleClashes: [(phandle: UInt32, nodes: [Node])] {
    storage.phandleClashes.sorted { $0.key < $1.key }.map { phandle, indices in
      (phandle, indices.map { Node(storage: storage, index: $0) })
    }
  }
}
