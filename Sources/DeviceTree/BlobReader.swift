/// One walk over the tokens of a blob that libfdt has checked (Devicetree Specification 5.4).
struct BlobReader {
  let blob: [UInt8]
  var nodes: [DeviceTree.NodeRecord] = []
  var properties: [DeviceTree.PropertyRecord] = []
  var propertyNames: [String] = []
  var numberOfName: [String: Int32] = [:]
  var nodeOfPhandle: [UInt32: Int] = [:]
  var phandleClashes: [UInt32: [Int]] = [:]
  var reservations: [(address: UInt64, size: UInt64)] = []

  private enum Token {
    static let beginNode: UInt32 = 1
    static let endNode: UInt32 = 2
    static let property: UInt32 = 3
    static let nop: UInt32 = 4
    static let end: UInt32 = 9
  }

  /// Reads all of `blob`, whose blocks lie where `layout` says.
  init(blob: [UInt8], layout: BlobLayout) throws(DeviceTreeError) {
    self.blob = blob
    readReservations(at: layout.reservations)
    try readStructure(layout)
    indexPhandles()
  }

  private mutating func readReservations(at start: Int) {
    var offset = start
    while offset + 16 <= blob.count {
      let size = blob.bigEndian64(at: offset + 8)
      if size == 0 { return }
      reservations.append((blob.bigEndian64(at: offset), size))
      offset += 16
    }
  }

  private mutating func readStructure(_ layout: BlobLayout) throws(DeviceTreeError) {
    var offset = layout.structure.lowerBound
    let end = layout.structure.upperBound
    var numberOfOffset = [Int32](repeating: -1, count: layout.strings.count)
    var open: [Int] = []
    while offset + 4 <= end {
      let token = blob.bigEndian32(at: offset)
      offset += 4
      switch token {
      case Token.beginNode:
        offset = try beginNode(at: offset, limit: end, open: &open)
      case Token.endNode:
        guard let index = open.popLast() else { throw .libfdt(name: "FDT_ERR_BADSTRUCTURE") }
        nodes[index].subtreeEnd = Int32(nodes.count)
      case Token.property:
        offset = try readProperty(
          at: offset,
          limit: end,
          strings: layout.strings,
          numbers: &numberOfOffset,
          of: open.last
        )
      case Token.nop: continue
      case Token.end:
        guard open.isEmpty, !nodes.isEmpty else { throw .libfdt(name: "FDT_ERR_BADSTRUCTURE") }
        return
      default: throw .libfdt(name: "FDT_ERR_BADSTRUCTURE")
      }
    }
    throw .libfdt(name: "FDT_ERR_TRUNCATED")
  }

  private mutating func beginNode(
    at start: Int,
    limit: Int,
    open: inout [Int]
  ) throws(DeviceTreeError) -> Int {
    guard let terminator = blob[start..<limit].firstIndex(of: 0),
      !(open.isEmpty && !nodes.isEmpty)
    else { throw .libfdt(name: "FDT_ERR_BADSTRUCTURE") }
    try checkLimits(nameLength: terminator - start, depth: open.count + 1, at: start)
    nodes.append(
      DeviceTree.NodeRecord(
        nameStart: Int32(start),
        nameLength: Int32(terminator - start),
        parent: Int32(open.last ?? -1),
        subtreeEnd: 0,
        firstProperty: Int32(properties.count),
        propertyCount: 0
      )
    )
    open.append(nodes.count - 1)
    return terminator + 4 - (terminator - start) % 4
  }

  private func checkLimits(nameLength: Int, depth: Int, at byte: Int) throws(DeviceTreeError) {
    typealias Limits = DeviceTree.Limits
    let text: String
    if nodes.count >= Limits.nodes {
      text = "there are more than \(Limits.nodes) nodes"
    } else if depth > Limits.depth {
      text = "the nodes nest deeper than \(Limits.depth) levels, the most that Linux reads"
    } else if nameLength > Limits.name {
      text = "the name of a node has more than \(Limits.name) bytes"
    } else {
      return
    }
    throw .limit(BlobFault(text, at: byte))
  }

  private mutating func readProperty(
    at start: Int,
    limit: Int,
    strings: Range<Int>,
    numbers: inout [Int32],
    of node: Int?
  ) throws(DeviceTreeError) -> Int {
    // All properties of a node precede its children, so a node's properties are one run.
    guard start + 8 <= limit, let node, node == nodes.count - 1 else {
      throw .libfdt(name: "FDT_ERR_BADSTRUCTURE")
    }
    let length = Int(blob.bigEndian32(at: start))
    let name = Int(blob.bigEndian32(at: start + 4))
    guard length <= limit - start - 8, name < strings.count else {
      throw .libfdt(name: "FDT_ERR_BADSTRUCTURE")
    }
    guard properties.count < DeviceTree.Limits.properties else {
      throw .limit(
        BlobFault("there are more than \(DeviceTree.Limits.properties) properties", at: start)
      )
    }
    if numbers[name] < 0 { numbers[name] = try number(ofName: name, in: strings) }
    properties.append(
      DeviceTree.PropertyRecord(
        name: numbers[name],
        valueStart: Int32(start + 8),
        valueLength: Int32(length)
      )
    )
    nodes[node].propertyCount += 1
    return start + 8 + (length + 3) & ~3
  }

  private mutating func number(
    ofName offset: Int,
    in strings: Range<Int>
  ) throws(DeviceTreeError) -> Int32 {
    let start = strings.lowerBound + offset
    guard let terminator = blob[start..<strings.upperBound].firstIndex(of: 0) else {
      throw .libfdt(name: "FDT_ERR_BADSTRUCTURE")
    }
    let name = String(decoding: blob[start..<terminator], as: UTF8.self)
    if let number = numberOfName[name] { return number }
    let number = Int32(propertyNames.count)
    propertyNames.append(name)
    numberOfName[name] = number
    return number
  }

  /// Linux takes `phandle`, else `linux,phandle` (`drivers/of/fdt.c: populate_properties`).
  private mutating func indexPhandles() {
    let names = [numberOfName["phandle"], numberOfName["linux,phandle"]]
    for index in nodes.indices {
      guard let value = phandle(of: nodes[index], names: names) else { continue }
      if let first = nodeOfPhandle[value] {
        phandleClashes[value, default: [first]].append(index)
      } else {
        nodeOfPhandle[value] = index
      }
    }
  }

  private func phandle(of node: DeviceTree.NodeRecord, names: [Int32?]) -> UInt32? {
    let run = Int(node.firstProperty)..<Int(node.firstProperty + node.propertyCount)
    for name in names {
      guard let name else { continue }
      for property in properties[run] where property.name == name && property.valueLength == 4 {
        return blob.bigEndian32(at: Int(property.valueStart))
      }
    }
    return nil
  }
}

/// Where the blocks of a blob lie, in bytes from its start.
struct BlobLayout {
  let reservations: Int
  let structure: Range<Int>
  let strings: Range<Int>
}

extension [UInt8] {
  /// The 32-bit big-endian number at `offset`; the four bytes exist.
  func bigEndian32(at offset: Int) -> UInt32 {
    UInt32(self[offset]) << 24 | UInt32(self[offset + 1]) << 16 | UInt32(self[offset + 2]) << 8
      | UInt32(self[offset + 3])
  }

  /// The 64-bit big-endian number at `offset`; the eight bytes exist.
  func bigEndian64(at offset: Int) -> UInt64 {
    UInt64(bigEndian32(at: offset)) << 32 | UInt64(bigEndian32(at: offset + 4))
  }
}
