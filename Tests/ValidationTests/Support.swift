import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import Policy
import Validation
import YAML

/// A tree in memory: nodes by path, properties as cells, strings or flags.
struct TreeText {
  enum Value {
    case cells([UInt32])
    case strings([String])
    case flag
  }

  private var editor: BlobEditor

  /// A board with two address and two size cells and this RAM, `[start, size]` below 4 GiB each.
  init(ram: [(UInt32, UInt32)] = [(0x4000_0000, 0x4000_0000)], cells: UInt32 = 2) throws {
    editor = try BlobEditor()
    try set("/", "#address-cells", .cells([cells]))
    try set("/", "#size-cells", .cells([cells]))
    try set("/", "compatible", .strings(["test,board"]))
    guard !ram.isEmpty else { return }
    try node("/memory@40000000")
    try set("/memory@40000000", "device_type", .strings(["memory"]))
    try set("/memory@40000000", "reg", .cells(ram.flatMap { [0, $0.0, 0, $0.1] }))
  }

  mutating func node(_ path: String, _ properties: [(String, Value)] = []) throws {
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let parent = slash == path.startIndex ? "/" : String(path[..<slash])
    try editor.addNode(String(path[path.index(after: slash)...]), under: parent)
    for (name, value) in properties { try set(path, name, value) }
  }

  mutating func set(_ path: String, _ name: String, _ value: Value) throws {
    switch value {
    case .cells(let cells): try editor.set(name, toCells: cells, at: path)
    case .strings(let strings): try editor.set(name, toStrings: strings, at: path)
    case .flag: try editor.set(name, to: [], at: path)
    }
  }

  mutating func remove(_ path: String, _ name: String) throws {
    try editor.remove(name, at: path)
  }

  /// The container that Linux accepts.
  mutating func reservedMemory() throws {
    try node("/reserved-memory")
    try set("/reserved-memory", "#address-cells", .cells([2]))
    try set("/reserved-memory", "#size-cells", .cells([2]))
    try set("/reserved-memory", "ranges", .flag)
  }

  /// A region below `/reserved-memory`, which is made for the first one.
  mutating func region(_ name: String, _ properties: [(String, Value)]) throws {
    if try editor.tree().node(atPath: "/reserved-memory") == nil { try reservedMemory() }
    try node("/reserved-memory/" + name, properties)
  }

  mutating func reserve(_ address: UInt64, _ size: UInt64) throws {
    try editor.addReservation(address: address, size: size)
  }

  func tree() throws -> DeviceTree { try editor.tree() }
}

extension [(String, TreeText.Value)] {
  /// A fixed region of two cells each.
  static func fixed(_ base: UInt32, _ size: UInt32, _ flags: String...) -> Self {
    [("reg", .cells([0, base, 0, size]))] + of(flags)
  }

  /// A dynamic region.
  static func dynamic(_ size: UInt32, _ flags: String...) -> Self {
    [("size", .cells([0, size]))] + of(flags)
  }

  private static func of(_ flags: [String]) -> Self {
    flags.map { flag in
      flag == "pool" ? ("compatible", .strings(["shared-dma-pool"])) : (flag, .flag)
    }
  }
}

/// What one board comes to; with `readOn` also where policy could not be read as a whole.
func findings(
  _ tree: DeviceTree,
  policy: String? = nil,
  layers: [Layer] = [],
  linux: String = "6.1",
  config: String? = nil,
  commandLine: String? = nil,
  objects: BootObjects = BootObjects(),
  today: String? = nil,
  readOn: Bool = false
) throws -> [Diagnostic] {
  let board = Board(file: "board.dtb", tree: tree)
  var layers = layers
  var read: [Diagnostic] = []
  if let policy {
    var reader = LayerReader()
    reader.read(Array(policy.utf8), file: "policy.yaml", origin: .user)
    layers += reader.layers
    read = reader.diagnostics
    if !read.isEmpty && !readOn { return read }
  }
  let compiled = LayoutCompiler(
    board: board,
    layers: layers,
    target: TargetChoice(linux: linux, kernelConfig: config, commandLine: commandLine),
    variants: VariantChoice(objects: objects),
    digests: ("", "")
  ).compile()
  let subject = Subject(board: board, variants: compiled.variants, layers: layers)
  return read + Validator(today: today).validate(subject)
}

extension [Diagnostic] {
  /// The findings of one rule.
  func of(_ rule: RuleID) -> [Diagnostic] { filter { $0.rule == rule } }
}

extension Diagnostic {
  /// The node that the finding is at.
  var path: String? {
    if case .tree(let tree) = primary.location { tree.path } else { nil }
  }

  /// What is underlined in the tree.
  var marked: String? {
    guard case .tree(let tree) = primary.location, let excerpt = tree.excerpt else { return nil }
    return String(Array(excerpt.text)[excerpt.marked])
  }
}

/// A quirk for the test board with these keys.
func quirk(_ keys: String) -> String {
  """
  dmaplan: 1
  name: test-quirk
  match: {compatible: "test,board"}
  why: a test
  \(keys)
  """
}

extension TreeText {
  /// A tree that `edit` makes of the usual board.
  static func board(
    ram: [(UInt32, UInt32)] = [(0x4000_0000, 0x4000_0000)],
    _ edit: (inout TreeText) throws -> Void = { _ in }
  ) throws -> DeviceTree {
    var text = try TreeText(ram: ram)
    try edit(&text)
    return try text.tree()
  }

  /// A bus with one address and one size cell and these `dma-ranges`, with a device on it.
  mutating func bus(_ path: String, windows: [UInt32]?) throws {
    try node(path)
    try set(path, "#address-cells", .cells([1]))
    try set(path, "#size-cells", .cells([1]))
    if let windows { try set(path, "dma-ranges", .cells(windows)) }
  }
}
