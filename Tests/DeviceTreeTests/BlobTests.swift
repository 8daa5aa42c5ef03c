import DeviceTree
import PhysicalMemory
import Testing

/// A board in memory: two cells each, a bus with an offset window, a bus behind it.
func sampleTree() throws -> DeviceTree {
  var editor = try BlobEditor()
  try editor.set("#address-cells", toCells: [2], at: "/")
  try editor.set("#size-cells", toCells: [2], at: "/")
  try editor.set("compatible", toStrings: ["acme,board", "acme,soc"], at: "/")
  try editor.addNode("soc", under: "/")
  try editor.set("#address-cells", toCells: [1], at: "/soc")
  try editor.set("#size-cells", toCells: [1], at: "/soc")
  try editor.set("ranges", toCells: [0x7e00_0000, 0, 0xfe00_0000, 0x0180_0000], at: "/soc")
  try editor.set("dma-ranges", toCells: [0xc000_0000, 0, 0, 0x4000_0000], at: "/soc")
  try editor.addNode("isp@7e100000", under: "/soc")
  try editor.set("reg", toCells: [0x7e10_0000, 0x1000], at: "/soc/isp@7e100000")
  try editor.set("phandle", toCells: [7], at: "/soc/isp@7e100000")
  try editor.set("status", toStrings: ["disabled"], at: "/soc/isp@7e100000")
  try editor.addReservation(address: 0x1000, size: 0x2000)
  return try editor.tree()
}

@Suite struct BlobTests {
  @Test func readsNodesPropertiesAndReservations() throws {
    let tree = try sampleTree()
    #expect(tree.compatible == ["acme,board", "acme,soc"])
    let isp = try #require(tree.node(atPath: "/soc/isp@7e100000"))
    #expect(isp.path == "/soc/isp@7e100000")
    #expect(isp.baseName == "isp")
    #expect(isp.unitAddress == "7e100000")
    #expect(!isp.isAvailable)
    #expect(tree.node(phandle: 7) == isp)
    #expect(tree.node(atPath: "/soc/isp") == isp)
    #expect(tree.node(atPath: "/soc/is") == nil)
    #expect(tree.memoryReservations.count == 1)
    #expect(tree.memoryReservations.first?.size == 0x2000)
    #expect(tree.nodes.count == 3)
    #expect(tree.root.children.map(\.name) == ["soc"])
    #expect(isp.property("reg")?.entries(CellCounts(address: 1, size: 1)).first?.size == 0x1000)
  }

  @Test func printsPropertiesAsSource() throws {
    let tree = try sampleTree()
    let soc = try #require(tree.node(atPath: "/soc"))
    let text = try #require(soc.property("dma-ranges")).sourceText
    #expect(text.text == "dma-ranges = <0xc0000000 0x0 0x0 0x40000000>;")
    let marked = Array(text.text)[text.characters(ofCells: 3..<4)]
    #expect(String(marked) == "0x40000000")
    #expect(
      tree.root.property("compatible")?.sourceText.text
        == "compatible = \"acme,board\", \"acme,soc\";"
    )
  }

  @Test func refusesWhatIsNoTree() throws {
    #expect(throws: DeviceTreeError.empty) { try DeviceTree(blob: []) }
    #expect(throws: DeviceTreeError.badMagic(0x0102_0304)) {
      try DeviceTree(blob: [1, 2, 3, 4, 5, 6])
    }
    let blob = try sampleTree().blob
    #expect(throws: DeviceTreeError.truncated(stated: blob.count, present: 100)) {
      try DeviceTree(blob: Array(blob[..<100]))
    }
    #expect(throws: DeviceTreeError.tooLarge(bytes: DeviceTree.maximumSize + 1)) {
      try DeviceTree(blob: [UInt8](repeating: 0, count: DeviceTree.maximumSize + 1))
    }
  }

  /// Blocks that begin where their kind must not: libfdt takes them, with loads that C leaves undefined.
  @Test(arguments: [
    (1, "`off_dt_struct`", 8), (2, "`off_dt_struct`", 8), (4, "`off_mem_rsvmap`", 16),
  ])
  func refusesBlocksThatAreNotAligned(shift: Int, name: String, byte: Int) throws {
    var blob = try sampleTree().blob
    for field in [4, 8, 12, 16] {
      let stated = blob[field..<field + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let moved = stated + UInt32(shift)
      withUnsafeBytes(of: moved.bigEndian) { blob.replaceSubrange(field..<field + 4, with: $0) }
    }
    blob.insert(contentsOf: [UInt8](repeating: 0, count: shift), at: 40)
    let error = #expect(throws: DeviceTreeError.self) { try DeviceTree(blob: blob) }
    guard case .malformed(let fault) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(fault.text.hasPrefix(name) && fault.text.contains("no multiple of"))
    #expect(fault.byte == byte)
  }

  /// Every prefix and every single-byte change gives a tree or an error, never a crash.
  @Test func survivesDamage() throws {
    let blob = try sampleTree().blob
    for length in blob.indices { _ = try? DeviceTree(blob: Array(blob[..<length])) }
    for position in blob.indices {
      for value: UInt8 in [0x00, 0x01, 0x7f, 0xff] {
        var damaged = blob
        damaged[position] = value
        guard let tree = try? DeviceTree(blob: damaged) else { continue }
        for node in tree.nodes {
          _ = node.path
          _ = node.properties.map(\.sourceText.text.count)
          _ = try? node.translateFromParentBus(0x1000, .dmaRanges)
        }
      }
    }
  }

  @Test func appliesAnOverlay() throws {
    var overlay = try BlobEditor()
    try overlay.addNode("fragment@0", under: "/")
    try overlay.set("target-path", toStrings: ["/soc/isp@7e100000"], at: "/fragment@0")
    try overlay.addNode("__overlay__", under: "/fragment@0")
    try overlay.set("status", toStrings: ["okay"], at: "/fragment@0/__overlay__")
    let merged = try sampleTree().applying(overlay.tree())
    #expect(merged.node(atPath: "/soc/isp@7e100000")?.isAvailable == true)
    // The boot reserves what the header states: no room that was only for the edit.
    let room = try sampleTree().blob.count + overlay.tree().blob.count
    #expect(merged.blob.count < room)
  }

  @Test func refusesAnOverlayWithoutTarget() throws {
    var overlay = try BlobEditor()
    try overlay.addNode("fragment@0", under: "/")
    try overlay.set("target-path", toStrings: ["/nowhere"], at: "/fragment@0")
    try overlay.addNode("__overlay__", under: "/fragment@0")
    let blob = try overlay.tree()
    #expect(throws: DeviceTreeError.libfdt(name: "FDT_ERR_NOTFOUND")) {
      try sampleTree().applying(blob)
    }
  }

  /// An overlay with a property of four bytes and lists of places to mend in it.
  private static func mended(
    at offset: UInt32,
    property: String = "memory-region",
    label place: String? = nil
  ) throws -> DeviceTree {
    var overlay = try BlobEditor()
    try overlay.addNode("fragment@0", under: "/")
    try overlay.set("target-path", toStrings: ["/soc/isp@7e100000"], at: "/fragment@0")
    try overlay.addNode("__overlay__", under: "/fragment@0")
    try overlay.set(property, toCells: [1], at: "/fragment@0/__overlay__")
    try overlay.addNode("__local_fixups__", under: "/")
    try overlay.addNode("fragment@0", under: "/__local_fixups__")
    try overlay.addNode("__overlay__", under: "/__local_fixups__/fragment@0")
    try overlay.set(property, toCells: [offset], at: "/__local_fixups__/fragment@0/__overlay__")
    if let place {
      try overlay.addNode("__fixups__", under: "/")
      try overlay.set("label", toStrings: [place], at: "/__fixups__")
    }
    return try overlay.tree()
  }

  @Test func mendsOnlyInsideAProperty() throws {
    let merged = try sampleTree().applying(Self.mended(at: 0))
    #expect(merged.node(atPath: "/soc/isp@7e100000")?.property("memory-region")?.cell(0) == 8)
    for offset: UInt32 in [1, 4, 0x2000_0000, 0x7fff_fffc, 0xffff_fffc, 0xffff_ffff] {
      #expect(throws: DeviceTreeError.self) { try sampleTree().applying(Self.mended(at: offset)) }
    }
    // The number of a property `phandle` is changed before the lists are read: an offset that was
    // inside would be outside then.
    #expect(throws: DeviceTreeError.self) {
      try sampleTree().applying(Self.mended(at: 0, property: "phandle"))
    }
  }

  @Test(arguments: [
    "/fragment@0/__overlay__:memory-region:-4", "/fragment@0/__overlay__:memory-region:4294967292",
    "/__local_fixups__:memory-region:0", "//__fixups__:label:0", "fragment:memory-region:0", "/a:b",
  ])
  func refusesALabelAtNoPlace(_ place: String) throws {
    let overlay = try Self.mended(at: 0, label: place)
    let error = #expect(throws: DeviceTreeError.self) { try sampleTree().applying(overlay) }
    #expect("\(String(describing: error))".contains("the overlay is malformed"))
  }

  @Test func refusesAListThatMendsItself() throws {
    var overlay = try BlobEditor()
    try overlay.addNode("fragment@0", under: "/")
    try overlay.addNode("__overlay__", under: "/fragment@0")
    try overlay.addNode("__local_fixups__", under: "/")
    try overlay.addNode("__local_fixups__", under: "/__local_fixups__")
    let tree = try overlay.tree()
    let error = #expect(throws: DeviceTreeError.self) { try sampleTree().applying(tree) }
    #expect("\(String(describing: error))".contains("the overlay is malformed"))
  }
}

@Suite struct AddressTranslationTests {
  @Test func dmaRangesTurnBusIntoPhysical() throws {
    let isp = try #require(try sampleTree().node(atPath: "/soc/isp@7e100000"))
    #expect(
      try isp.translateFromParentBus(0xc010_0000, .dmaRanges) == PhysicalAddress(0x10_0000)
    )
    let soc = try #require(isp.parent)
    #expect(throws: NoTranslation.notCovered(by: soc)) {
      try isp.translateFromParentBus(0x10_0000, .dmaRanges)
    }
  }

  @Test func rangesTurnBusIntoPhysical() throws {
    let isp = try #require(try sampleTree().node(atPath: "/soc/isp@7e100000"))
    #expect(
      try isp.translateFromParentBus(0x7e10_0000, .ranges) == PhysicalAddress(0xfe10_0000)
    )
  }

  @Test func aBusWithoutRangesIsOpaqueToTheCPUOnly() throws {
    var editor = try BlobEditor(sampleTree())
    try editor.remove("ranges", at: "/soc")
    try editor.remove("dma-ranges", at: "/soc")
    let isp = try #require(try editor.tree().node(atPath: "/soc/isp@7e100000"))
    let soc = try #require(isp.parent)
    #expect(throws: NoTranslation.opaque(soc)) {
      try isp.translateFromParentBus(0x7e10_0000, .ranges)
    }
    #expect(try isp.translateFromParentBus(0x1234, .dmaRanges) == PhysicalAddress(0x1234))
  }
}
