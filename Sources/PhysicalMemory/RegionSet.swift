/// A set of addresses as sorted ranges that neither touch nor overlap.
public struct RegionSet<Address: MemoryAddress>: Hashable, Sendable, CustomStringConvertible {
  /// The ranges, ascending; between two of them lies at least one address outside.
  public private(set) var ranges: [AddressRange<Address>]

  /// The empty set.
  public init() { ranges = [] }

  /// The addresses of any of `ranges`, which may overlap and come in any order.
  ///
  /// - Complexity: O(n log n).
  public init(_ ranges: some Sequence<AddressRange<Address>>) {
    self.ranges = []
    for range in ranges.sorted(by: { $0.start < $1.start }) where !range.isEmpty {
      if let last = self.ranges.last, range.start <= last.end {
        self.ranges[self.ranges.count - 1] = AddressRange(
          start: last.start,
          end: Swift.max(last.end, range.end)
        )
      } else {
        self.ranges.append(range)
      }
    }
  }

  /// Whether no address is in the set.
  public var isEmpty: Bool { ranges.isEmpty }
  /// The number of bytes in the set.
  public var size: ByteCount { ranges.reduce(.zero) { $0 + $1.size } }
  /// The lowest address of the set.
  public var start: Address? { ranges.first?.start }
  /// The first address above the set.
  public var end: Address? { ranges.last?.end }

  /// Adds the addresses of `range`.
  ///
  /// - Complexity: O(n).
  public mutating func insert(_ range: AddressRange<Address>) {
    self = union(RegionSet([range]))
  }

  /// Removes the addresses of `range`.
  ///
  /// - Complexity: O(n).
  public mutating func remove(_ range: AddressRange<Address>) {
    self = subtracting(RegionSet([range]))
  }

  /// The addresses of either set.
  ///
  /// - Complexity: O(n log n).
  public func union(_ other: RegionSet) -> RegionSet { RegionSet(ranges + other.ranges) }

  /// The addresses of both sets.
  ///
  /// - Complexity: O(n + m).
  public func intersection(_ other: RegionSet) -> RegionSet {
    var result: [AddressRange<Address>] = []
    var mine = ranges.startIndex
    var theirs = other.ranges.startIndex
    while mine < ranges.endIndex, theirs < other.ranges.endIndex {
      if let common = ranges[mine].intersection(other.ranges[theirs]) { result.append(common) }
      if ranges[mine].end < other.ranges[theirs].end { mine += 1 } else { theirs += 1 }
    }
    return RegionSet(result)
  }

  /// The addresses of both this set and `range`.
  public func intersection(_ range: AddressRange<Address>) -> RegionSet {
    intersection(RegionSet([range]))
  }

  /// The addresses of this set that are not in `other`.
  ///
  /// - Complexity: O(n + m).
  public func subtracting(_ other: RegionSet) -> RegionSet {
    var result: [AddressRange<Address>] = []
    var first = other.ranges.startIndex
    for range in ranges {
      var start = range.start
      while first < other.ranges.endIndex, other.ranges[first].end <= start { first += 1 }
      var hole = first
      while hole < other.ranges.endIndex, other.ranges[hole].start < range.end {
        if other.ranges[hole].start > start {
          result.append(AddressRange(start: start, end: other.ranges[hole].start))
        }
        start = Swift.max(start, other.ranges[hole].end)
        hole += 1
      }
      if start < range.end { result.append(AddressRange(start: start, end: range.end)) }
    }
    return RegionSet(result)
  }

  /// Whether every address of `range` is in the set.
  ///
  /// - Complexity: O(log n).
  public func contains(_ range: AddressRange<Address>) -> Bool {
    if range.isEmpty { return true }
    guard let candidate = lastRange(startingAtOrBelow: range.start) else { return false }
    return candidate.contains(range)
  }

  /// Whether some address of `range` is in the set.
  public func overlaps(_ range: AddressRange<Address>) -> Bool {
    !intersection(range).isEmpty
  }

  /// The longest range, the lowest of several.
  public var largest: AddressRange<Address>? {
    ranges.reduce(nil as AddressRange<Address>?) { best, range in
      guard let best, best.size >= range.size else { return range }
      return best
    }
  }

  /// The ranges one after the other: `{0x4000_0000..<0x8000_0000}`.
  public var description: String {
    "{" + ranges.map(\.description).joined(separator: ", ") + "}"
  }

  private func lastRange(startingAtOrBelow address: Address) -> AddressRange<Address>? {
    var low = ranges.startIndex
    var high = ranges.endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if ranges[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    return low > ranges.startIndex ? ranges[low - 1] : nil
  }
}

/// A set of CPU physical addresses.
public typealias PhysicalRegionSet = RegionSet<PhysicalAddress>
