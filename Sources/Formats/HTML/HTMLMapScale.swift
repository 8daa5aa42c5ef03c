import PhysicalMemory

/// Where an address of a bank is drawn, in hundredths of a percent of the bar's width.
///
/// Every piece between two borders of the bank's parts gets a width by its size, but never less than
/// `least`, so that a region of a megabyte is seen beside gigabytes.
struct HTMLMapScale {
  /// The whole width.
  static let total: UInt64 = 10_000
  private static let least: UInt64 = 90

  private let borders: [PhysicalAddress]
  private let places: [UInt64]

  /// The scale of `bank` with pieces that end at the borders of `parts`.
  ///
  /// - Complexity: O(parts squared).
  init(_ bank: PhysicalRange, parts: [PhysicalRange]) {
    let inside = parts.compactMap { $0.intersection(bank) }.flatMap { [$0.start, $0.end] }
    let borders = Array(Set(inside + [bank.start, bank.end])).sorted()
    let sizes = zip(borders, borders.dropFirst()).map { PhysicalRange(start: $0, end: $1).size }
    let widths = MemoryMapSVG.widths(sizes, total: Self.total, least: Self.least)
    self.borders = borders
    places = widths.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
  }

  /// The place of `address`, which counts as the nearest end where it is outside of the bank.
  ///
  /// - Complexity: O(log parts).
  func place(_ address: PhysicalAddress) -> UInt64 {
    guard let first = borders.first, let last = borders.last, address > first else { return 0 }
    guard address < last else { return Self.total }
    var (low, high) = (0, borders.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if borders[middle] <= address { low = middle } else { high = middle }
    }
    let piece = PhysicalRange(start: borders[low], end: borders[high]).size
    let offset = PhysicalRange(start: borders[low], end: address).size
    let width = places[high] - places[low]
    let product = offset.rawValue.multipliedFullWidth(by: width)
    return places[low] + piece.rawValue.dividingFullWidth(product).quotient
  }

  /// The style of something that spans `range`.
  func style(_ range: PhysicalRange) -> String {
    let left = place(range.start)
    let width = place(range.end) - left
    return "left:\(Self.percent(left));width:\(Self.percent(width))"
  }

  private static func percent(_ hundredths: UInt64) -> String {
    let rest = hundredths % 100
    return "\(hundredths / 100)." + (rest < 10 ? "0" : "") + "\(rest)%"
  }
}
