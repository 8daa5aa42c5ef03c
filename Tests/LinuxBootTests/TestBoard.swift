import DeviceTree
import LinuxBoot
import PhysicalMemory

/// A devicetree made for one test: banks, /reserved-memory and buses.
struct TestBoard {
  private var editor: BlobEditor
  /// Cells of an address and of a size in the root.
  let width: Int

  init(banks: [(UInt64, UInt64)], width: Int = 2) throws {
    editor = try BlobEditor()
    self.width = width
    try editor.set("#address-cells", toCells: [UInt32(width)], at: "/")
    try editor.set("#size-cells", toCells: [UInt32(width)], at: "/")
    try editor.addNode("memory@0", under: "/")
    try editor.set("device_type", toStrings: ["memory"], at: "/memory@0")
    try editor.set("reg", toCells: banks.flatMap { cells($0.0) + cells($0.1) }, at: "/memory@0")
  }

  private func cells(_ value: UInt64) -> [UInt32] {
    width == 1
      ? [UInt32(truncatingIfNeeded: value)]
      : [UInt32(value >> 32), UInt32(truncatingIfNeeded: value)]
  }

  /// A property of a node of /reserved-memory.
  enum Value {
    case flag
    case number(UInt64)
    case numbers([UInt64])
    case rawCells([UInt32])
    case strings([String])
  }

  mutating func addReservedMemory(width other: Int? = nil) throws {
    try editor.addNode("reserved-memory", under: "/")
    let cells = [UInt32(other ?? width)]
    try editor.set("#address-cells", toCells: cells, at: "/reserved-memory")
    try editor.set("#size-cells", toCells: cells, at: "/reserved-memory")
    try editor.set("ranges", to: [], at: "/reserved-memory")
  }

  private var regions: [(name: String, properties: KeyValuePairs<String, Value>)] = []

  mutating func region(_ name: String, _ properties: KeyValuePairs<String, Value>) throws {
    regions.append((name, properties))
  }

  mutating func set(_ property: String, _ value: Value, at path: String) throws {
    switch value {
    case .flag: try editor.set(property, to: [], at: path)
    case .number(let number): try editor.set(property, toCells: cells(number), at: path)
    case .numbers(let numbers):
      try editor.set(property, toCells: numbers.flatMap(cells), at: path)
    case .rawCells(let cells): try editor.set(property, toCells: cells, at: path)
    case .strings(let strings): try editor.set(property, toStrings: strings, at: path)
    }
  }

  mutating func bus(_ name: String, dmaRanges: [UInt64], status: String? = nil) throws {
    try editor.addNode(name, under: "/")
    try editor.set("#address-cells", toCells: [2], at: "/\(name)")
    try editor.set("#size-cells", toCells: [2], at: "/\(name)")
    try set("dma-ranges", .numbers(dmaRanges), at: "/\(name)")
    if let status { try set("status", .strings([status]), at: "/\(name)") }
  }

  /// Another memory node, of NUMA node `node`; also the first one gets its number.
  mutating func addMemory(_ banks: [(UInt64, UInt64)], node: UInt32) throws {
    try editor.set("numa-node-id", toCells: [0], at: "/memory@0")
    let name = "memory@\(String(banks.first?.0 ?? 0, radix: 16))"
    try editor.addNode(name, under: "/")
    try editor.set("device_type", toStrings: ["memory"], at: "/\(name)")
    try editor.set("reg", toCells: banks.flatMap { cells($0.0) + cells($0.1) }, at: "/\(name)")
    try editor.set("numa-node-id", toCells: [node], at: "/\(name)")
  }

  mutating func choose(_ properties: [(String, Value)]) throws {
    try editor.addNode("chosen", under: "/")
    for (name, value) in properties { try set(name, value, at: "/chosen") }
  }

  mutating func reserve(_ base: UInt64, _ size: UInt64) throws {
    try editor.addReservation(address: base, size: size)
  }

  func tree() throws -> DeviceTree {
    // libfdt puts a new child in front of the others.
    var copy = self
    for (name, properties) in regions.reversed() {
      try copy.editor.addNode(name, under: "/reserved-memory")
      for (property, value) in properties {
        try copy.set(property, value, at: "/reserved-memory/\(name)")
      }
    }
    return try copy.editor.tree()
  }

  /// Boots the board as the vectors of Annex A were: no initrd, a tree of 35 KiB at 128 MiB.
  func boot(
    _ set: OracleCase.KernelSet = .arm64,
    _ commandLine: String = "",
    kernel: (UInt64, UInt64) = (0x4021_0000, 0x200_0000),
    change: (inout BootInput) -> Void = { _ in }
  ) throws -> BootOutcome {
    func range(_ pair: (UInt64, UInt64)) -> PhysicalRange {
      PhysicalRange(start: PhysicalAddress(pair.0), saturating: ByteCount(pair.1))
    }
    var input = BootInput(
      tree: try tree(),
      target: set.target,
      commandLine: commandLine,
      objects: BootObjects(
        kernel: range(kernel),
        dtb: range((0x4800_0000, 35 << 10)),
        kernelLoad: PhysicalAddress(kernel.0 & ~0x1f_ffff)
      )
    )
    change(&input)
    return LinuxBoot.replay(input)
  }
}

extension BootMap {
  /// The regions as `name base+size`, in the order of the table.
  var regionTexts: [String] {
    regions.map {
      "\($0.node.split(separator: "/").last ?? "") \($0.base.hexadecimal)+\($0.size.hexadecimal)"
    }
  }

  var noMapTexts: [String] { noMap.map { "\($0.start.hexadecimal)+\($0.size.hexadecimal)" } }

  var zoneTexts: [String] {
    zones.map { "\($0.kind.rawValue) \($0.start.hexadecimal)-\($0.spanned.end.hexadecimal)" }
  }
}

let pool = TestBoard.Value.strings(["shared-dma-pool"])
