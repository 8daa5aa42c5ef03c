/// Changes trees as trees: bytes alone rarely pass the first check of a blob.
enum TreeMutator {
  /// Another tree; nil where bytes are to be changed, or where there is no tree.
  static func mutate(_ bytes: [UInt8], limit: Int, seed: UInt32) -> [UInt8]? {
    var random = SeededNumbers(seed: UInt64(seed))
    guard Int.random(in: 0..<12, using: &random) > 0, var tree = LooseTree(bytes) else {
      return nil
    }
    for _ in 0..<Int.random(in: 1...4, using: &random) { change(&tree, &random) }
    let mutated = tree.bytes
    return mutated.count <= limit ? mutated : nil
  }

  private static func change(_ tree: inout LooseTree, _ random: inout SeededNumbers) {
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<7: changeCell(&tree, &random)
    case 7..<9: changeValue(&tree, &random)
    case 9..<12: addKnown(&tree, &random)
    case 12: remove(&tree, &random)
    case 13: double(&tree, &random)
    case 14: renameProperty(&tree, &random)
    case 15: renameNode(&tree, &random)
    case 16: swapValues(&tree, &random)
    case 17: reserve(&tree, &random)
    default: tree.processor = UInt32.random(in: 0..<256, using: &random)
    }
  }

  private static let cells: [UInt32] = [
    0, 1, 2, 3, 4, 5, 7, 8, 0x1000, 0x1_0000, 0x10_0000, 0x40_0000, 0x100_0000, 0x4000_0000,
    0x7fff_ffff, 0x8000_0000, 0xffff_f000, 0xffff_fffe, 0xffff_ffff, 0x3fff_ffff, 0x8000_0001,
  ]

  private static func properties(_ tree: LooseTree) -> [Int] {
    tree.tokens.indices.filter { if case .property = tree.tokens[$0] { true } else { false } }
  }

  private static func nodes(_ tree: LooseTree) -> [Int] {
    tree.tokens.indices.filter { if case .begin = tree.tokens[$0] { true } else { false } }
  }

  private static func changeCell(_ tree: inout LooseTree, _ random: inout SeededNumbers) {
    guard let index = properties(tree).randomElement(using: &random),
      case .property(let name, var value) = tree.tokens[index], value.count >= 4
    else { return }
    let place = Int.random(in: 0..<value.count / 4, using: &random) * 4
    var cell = value[place..<place + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    switch Int.random(in: 0..<4, using: &random) {
    case 0: cell = cell &+ UInt32.random(in: 0..<16, using: &random) &- 8
    case 1: cell ^= 1 << UInt32.random(in: 0..<32, using: &random)
    default: cell = cells.randomElement(using: &random) ?? 0
    }
    value.replaceSubrange(place..<place + 4, with: LooseTree.cell(Int(cell)))
    tree.tokens[index] = .property(name: name, value: value)
  }

  private static func changeValue(_ tree: inout LooseTree, _ random: inout SeededNumbers) {
    guard let index = properties(tree).randomElement(using: &random),
      case .property(let name, let value) = tree.tokens[index]
    else { return }
    let mutated = mutatedBytes(value, limit: value.count + 16)
    tree.tokens[index] = .property(name: name, value: mutated)
  }

  private static func remove(_ tree: inout LooseTree, _ random: inout SeededNumbers) {
    if Bool.random(using: &random), let index = properties(tree).randomElement(using: &random) {
      tree.tokens.remove(at: index)
    } else if let index = nodes(tree).dropFirst().randomElement(using: &random) {
      tree.tokens.removeSubrange(tree.subtree(at: index))
    }
  }

  /// Puts a copy of a node into another, perhaps itself.
  private static func double(_ tree: inout LooseTree, _ random: inout SeededNumbers) {
    guard let index = nodes(tree).dropFirst().randomElement(using: &random),
      let target = nodes(tree).randomElement(using: &random)
    else { return }
    var copy = Array(tree.tokens[tree.subtree(at: index)])
    guard copy.count < 200, case .begin(let name) = copy[0] else { return }
    copy[0] = .begin(Array("x".utf8) + name)
    let end = tree.subtree(at: target).upperBound - 1
    tree.tokens.insert(contentsOf: copy, at: end)
  }

  private static func renameProperty(_ tree: inout LooseTree, _ random: inout SeededNumbers) {
    guard let index = properties(tree).randomElement(using: &random),
      case .property(_, let value) = tree.tokens[index],
      let known = TreeWords.properties.randomElement(using: &random)
    else { return }
    tree.tokens[index] = .property(name: Array(known.utf8), value: value)
  }

  private static func renameNode(_ tree: inout LooseTree, _ random: inout SeededNumbers) {
    guard let index = nodes(tree).dropFirst().randomElement(using: &random),
      case .begin(let name) = tree.tokens[index]
    else { return }
    let known = TreeWords.nodes.randomElement(using: &random) ?? ""
    let other = Bool.random(using: &random) ? Array(known.utf8) : mutatedBytes(name, limit: 30)
    tree.tokens[index] = .begin(other.filter { $0 != 0 })
  }

  /// Gives a node a property that means something, with a value of the usual shape.
  private static func addKnown(_ tree: inout LooseTree, _ random: inout SeededNumbers) {
    guard let index = nodes(tree).randomElement(using: &random),
      let name = TreeWords.properties.randomElement(using: &random)
    else { return }
    var value: [UInt8] = []
    switch Int.random(in: 0..<4, using: &random) {
    case 0: break
    case 1:
      value = Array((TreeWords.texts.randomElement(using: &random) ?? "").utf8) + [0]
    default:
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        value += LooseTree.cell(Int(cells.randomElement(using: &random) ?? 0))
      }
    }
    let known = Array(name.utf8)
    for place in tree.subtree(at: index).dropFirst() {
      guard case .property(let present, _) = tree.tokens[place] else { break }
      if present == known {
        tree.tokens[place] = .property(name: known, value: value)
        return
      }
    }
    tree.tokens.insert(.property(name: known, value: value), at: index + 1)
  }

  private static func swapValues(_ tree: inout LooseTree, _ random: inout SeededNumbers) {
    let all = properties(tree)
    guard let one = all.randomElement(using: &random), let two = all.randomElement(using: &random),
      case .property(let name, _) = tree.tokens[one],
      case .property(_, let value) = tree.tokens[two]
    else { return }
    tree.tokens[one] = .property(name: name, value: value)
  }

  private static func reserve(_ tree: inout LooseTree, _ random: inout SeededNumbers) {
    func number() -> UInt64 {
      let low = UInt64(cells.randomElement(using: &random) ?? 0)
      return Int.random(in: 0..<3, using: &random) == 0 ? low << 32 | low : low
    }
    if tree.reservations.count < 16 {
      tree.reservations += [number(), number()]
    } else {
      tree.reservations.removeAll()
    }
  }
}

/// Random numbers from a seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
