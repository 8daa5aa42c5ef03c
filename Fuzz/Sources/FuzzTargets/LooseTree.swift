/// A blob as a list of tokens, read and written without asking whether it makes sense.
struct LooseTree {
  enum Token {
    case begin([UInt8])
    case end
    case property(name: [UInt8], value: [UInt8])
  }

  var tokens: [Token] = []
  /// Addresses and sizes, by turns.
  var reservations: [UInt64] = []
  /// `boot_cpuid_phys`.
  var processor: UInt32 = 0

  private static let headerSize = 40
  private static let magic: UInt32 = 0xd00d_feed

  /// Reads a blob; nil where its tokens can not be found.
  init?(_ bytes: [UInt8]) {
    func cell(_ place: Int) -> Int? {
      guard place >= 0, place + 4 <= bytes.count else { return nil }
      return bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    guard cell(0) == Int(Self.magic), let structure = cell(8), let strings = cell(12),
      let reserve = cell(16), let processor = cell(28)
    else { return nil }
    self.processor = UInt32(truncatingIfNeeded: processor)
    readReservations(bytes, from: reserve)
    var place = structure
    var depth = 0
    while let token = cell(place), tokens.count < 4096 {
      place += 4
      switch token {
      case 1:
        let name = Self.text(bytes, place)
        tokens.append(.begin(name))
        place = (place + name.count + 4) & ~3
        depth += 1
      case 2:
        tokens.append(.end)
        depth -= 1
        if depth <= 0 { return }
      case 3:
        guard let count = cell(place), let name = cell(place + 4), place + 8 + count <= bytes.count
        else { return nil }
        let value = Array(bytes[place + 8..<place + 8 + count])
        tokens.append(.property(name: Self.text(bytes, strings + name), value: value))
        place = (place + 8 + count + 3) & ~3
      case 4: continue
      default: return nil
      }
    }
    return nil
  }

  private mutating func readReservations(_ bytes: [UInt8], from start: Int) {
    var place = start
    while place >= 0, place + 16 <= bytes.count, reservations.count < 32 {
      let pair = [place, place + 8].map { at in
        bytes[at..<at + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      }
      if pair == [0, 0] { return }
      reservations += pair
      place += 16
    }
  }

  private static func text(_ bytes: [UInt8], _ place: Int) -> [UInt8] {
    guard place >= 0, place < bytes.count else { return [] }
    return Array(bytes[place...].prefix { $0 != 0 })
  }

  /// The blob.
  var bytes: [UInt8] {
    var structure: [UInt8] = []
    var strings: [UInt8] = []
    var places: [[UInt8]: Int] = [:]
    for token in tokens {
      switch token {
      case .begin(let name):
        structure += Self.cell(1) + name + [0]
      case .end: structure += Self.cell(2)
      case .property(let name, let value):
        let place = places[name] ?? strings.count
        if places[name] == nil {
          places[name] = place
          strings += name + [0]
        }
        structure += Self.cell(3) + Self.cell(value.count) + Self.cell(place) + value
      }
      while structure.count % 4 != 0 { structure.append(0) }
    }
    structure += Self.cell(9)
    let reserve =
      reservations.prefix(reservations.count & ~1).flatMap(Self.wide)
      + [UInt8](repeating: 0, count: 16)
    let structurePlace = Self.headerSize + reserve.count
    let stringsPlace = structurePlace + structure.count
    let header = [
      Int(Self.magic), stringsPlace + strings.count, structurePlace, stringsPlace, Self.headerSize,
      17, 16, Int(processor), strings.count, structure.count,
    ]
    return header.flatMap(Self.cell) + reserve + structure + strings
  }

  static func cell(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func wide(_ value: UInt64) -> [UInt8] {
    cell(Int(truncatingIfNeeded: value >> 32)) + cell(Int(truncatingIfNeeded: value & 0xffff_ffff))
  }

  /// The tokens of the node that begins at `index`.
  func subtree(at index: Int) -> Range<Int> {
    var depth = 0
    for place in index..<tokens.count {
      switch tokens[place] {
      case .begin: depth += 1
      case .end:
        depth -= 1
        if depth == 0 { return index..<place + 1 }
      case .property: continue
      }
    }
    return index..<tokens.count
  }
}
