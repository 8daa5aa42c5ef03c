/// A node of a devicetree: a view that costs one reference and one number.
public struct Node: Sendable, Hashable {
  let storage: DeviceTree.Storage
  let index: Int

  /// Whether both are the same node of the same tree.
  public static func == (lhs: Node, rhs: Node) -> Bool {
    lhs.index == rhs.index && lhs.storage === rhs.storage
  }

  /// Hashes the node's place in its tree.
  public func hash(into hasher: inout Hasher) { hasher.combine(index) }

  private var record: DeviceTree.NodeRecord { storage.nodes[index] }

  /// The number of the node in the order of the blob, from 0 for the root.
  public var position: Int { index }

  /// The name with its unit address: `isp@32e10000`; empty for the root.
  public var name: String {
    let start = Int(record.nameStart)
    return String(decoding: storage.blob[start..<start + Int(record.nameLength)], as: UTF8.self)
  }

  /// The name without its unit address: `isp`.
  public var baseName: String {
    let start = Int(record.nameStart)
    return String(decoding: storage.blob[start..<start + baseNameLength], as: UTF8.self)
  }

  /// The bytes of the name as the blob has it.
  public var nameLength: Int { Int(record.nameLength) }

  /// The bytes of the name without its unit address.
  public var baseNameLength: Int {
    let start = Int(record.nameStart)
    let name = storage.blob[start..<start + Int(record.nameLength)]
    return (name.firstIndex(of: UInt8(ascii: "@")) ?? name.endIndex) - start
  }

  /// The unit address as text: `32e10000`, or nil.
  public var unitAddress: String? {
    guard let at = name.firstIndex(of: "@") else { return nil }
    return String(name[name.index(after: at)...])
  }

  /// The full path, `/` for the root.
  ///
  /// - Complexity: O(depth).
  public var path: String {
    var components: [String] = []
    var node = self
    while let parent = node.parent {
      components.append(node.name)
      node = parent
    }
    return "/" + components.reversed().joined(separator: "/")
  }

  /// The node above, or nil for the root.
  public var parent: Node? {
    record.parent < 0 ? nil : Node(storage: storage, index: Int(record.parent))
  }

  /// The direct children in the order of the blob.
  public var children: Children {
    Children(storage: storage, upcoming: index + 1, end: Int(record.subtreeEnd))
  }

  /// The direct children of one node, in the order of the blob.
  public struct Children: Sequence, IteratorProtocol, Sendable {
    let storage: DeviceTree.Storage
    var upcoming: Int
    let end: Int

    /// The next child, or nil behind the last.
    public mutating func next() -> Node? {
      guard upcoming < end else { return nil }
      defer { upcoming = Int(storage.nodes[upcoming].subtreeEnd) }
      return Node(storage: storage, index: upcoming)
    }
  }

  /// The child of this name.
  ///
  /// A name without unit address also finds a single `name@...`.
  public func child(named name: some StringProtocol) -> Node? {
    var byBaseName: Node?
    for child in children {
      let full = child.name
      if full == name { return child }
      if full.prefix(while: { $0 != "@" }) == name, byBaseName == nil { byBaseName = child }
    }
    return byBaseName
  }

  /// The properties in the order of the blob.
  public var properties: some RandomAccessCollection<Property> {
    let storage = storage
    let first = Int(record.firstProperty)
    return (first..<first + Int(record.propertyCount)).lazy.map {
      Property(storage: storage, index: $0)
    }
  }

  /// The property of this name, or nil; of several the first.
  ///
  /// - Complexity: O(properties of the node).
  public func property(_ name: String) -> Property? {
    guard let number = storage.numberOfName[name] else { return nil }
    let first = Int(record.firstProperty)
    for index in first..<first + Int(record.propertyCount)
    where storage.properties[index].name == number {
      return Property(storage: storage, index: index)
    }
    return nil
  }

  /// Whether the node has a property of this name.
  public func has(_ name: String) -> Bool { property(name) != nil }

  /// The strings of `compatible`, the most specific first.
  public var compatible: [String] { property("compatible")?.strings ?? [] }

  /// Whether Linux uses the node: no `status`, or exactly `ok` or `okay`
  /// (`drivers/of/base.c: __of_device_is_available`).
  public var isAvailable: Bool {
    guard let status = property("status") else { return true }
    return status.string == "okay" || status.string == "ok"
  }

  /// Whether the node and everything above it is available.
  public var isReachable: Bool {
    var node: Node? = self
    while let current = node {
      if !current.isAvailable { return false }
      node = current.parent
    }
    return true
  }

  /// The value of `phandle`, else of `linux,phandle`.
  public var phandle: UInt32? { (property("phandle") ?? property("linux,phandle"))?.cells?.first }
}

extension DeviceTree {
  /// The tree that `node` is a part of.
  public init(of node: Node) { storage = node.storage }
}
