import PhysicalMemory

/// How the columns of a drawn map are shared among its parts.
public enum MapScale: String, CaseIterable, Sendable {
  /// By size; what would be too thin to see gets a column.
  case linear
  /// By the number of digits of the size in base two, so that small regions are seen beside big ones.
  case log

  /// What a part of this size counts.
  func weight(_ size: ByteCount) -> ByteCount {
    switch self {
    case .linear: size
    case .log: ByteCount(UInt64(64 - size.rawValue.leadingZeroBitCount))
    }
  }
}

/// The columns of a map drawn in text: what each of them stands for.
struct MapColumns {
  /// A column: a piece of a row, or nil between banks.
  struct Column {
    let range: PhysicalRange
    let content: MemoryMap.Content
  }

  let columns: [Column?]

  /// `width` columns at most for the banks of `map`.
  ///
  /// - Complexity: O(rows squared + width).
  init(_ map: MemoryMap, width: Int, scale: MapScale) {
    let gaps = max(map.banks.count - 1, 0)
    let room = UInt64(max(width - gaps, map.banks.count))
    let banks = MemoryMapSVG.widths(
      map.banks.map { bank in bank.rows.reduce(.zero) { $0 + scale.weight($1.range.size) } },
      total: room,
      least: 4
    )
    var columns: [Column?] = []
    for (bank, room) in zip(map.banks, banks) {
      if !columns.isEmpty { columns.append(nil) }
      let widths = MemoryMapSVG.widths(
        bank.rows.map { scale.weight($0.range.size) },
        total: room,
        least: 1
      )
      for (row, width) in zip(bank.rows, widths) {
        columns += Self.pieces(row.range, width).map { Column(range: $0, content: row.content) }
      }
    }
    self.columns = columns
  }

  /// `range` in `count` pieces of about the same size; of few bytes some are empty.
  private static func pieces(_ range: PhysicalRange, _ count: UInt64) -> [PhysicalRange] {
    guard count > 0 else { return [] }
    func border(_ index: UInt64) -> PhysicalAddress {
      let product = range.size.rawValue.multipliedFullWidth(by: index)
      return range.start.addingSaturating(ByteCount(count.dividingFullWidth(product).quotient))
    }
    return (0..<count).map { PhysicalRange(start: border($0), end: border($0 + 1)) }
  }
}
