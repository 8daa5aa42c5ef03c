import DeviceTree
import PhysicalMemory
import Testing

/// The example of `Sources/DeviceTree/DeviceTree.docc`; a test of the house holds the page against it.
private func example(_ bytes: [UInt8]) throws -> (lines: [String], patched: DeviceTree) {
  var lines: [String] = []
  // example
  let tree = try DeviceTree(blob: bytes)
  for camera in tree.nodes where camera.compatible.contains("acme,camera") {
    let start = try camera.translateFromParentBus(0, .dmaRanges)
    lines.append("\(camera.path): its bus address 0 is CPU address \(start)")
  }

  // A pool for it, in a copy of the tree.
  var editor = try BlobEditor(tree)
  let pool = "/reserved-memory/frames@48200000"
  try editor.addNode("reserved-memory", under: "/")
  try editor.set("#address-cells", toCells: [2], at: "/reserved-memory")
  try editor.set("#size-cells", toCells: [2], at: "/reserved-memory")
  try editor.set("ranges", to: [], at: "/reserved-memory")
  try editor.addNode("frames@48200000", under: "/reserved-memory")
  try editor.set("compatible", toStrings: ["shared-dma-pool"], at: pool)
  try editor.set("reg", toCells: [0, 0x4820_0000, 0, 0x600_0000], at: pool)
  let patched = try editor.tree()
  // end
  return (lines, patched)
}

@Test func theExampleOfThePageDoesWhatItSays() throws {
  var editor = try BlobEditor()
  try editor.set("#address-cells", toCells: [2], at: "/")
  try editor.set("#size-cells", toCells: [2], at: "/")
  try editor.addNode("bus", under: "/")
  try editor.set("#address-cells", toCells: [2], at: "/bus")
  try editor.set("#size-cells", toCells: [2], at: "/bus")
  try editor.set("dma-ranges", toCells: [0, 0, 0, 0x4000_0000, 0, 0x1000_0000], at: "/bus")
  try editor.addNode("camera", under: "/bus")
  try editor.set("compatible", toStrings: ["acme,camera"], at: "/bus/camera")
  let result = try example(try editor.tree().blob)
  #expect(result.lines == ["/bus/camera: its bus address 0 is CPU address 0x4000_0000"])
  let region = try #require(result.patched.node(atPath: "/reserved-memory/frames"))
  let cells = CellCounts(address: 2, size: 2)
  #expect(region.property("reg")?.entries(cells).map(\.size) == [0x600_0000])
}
