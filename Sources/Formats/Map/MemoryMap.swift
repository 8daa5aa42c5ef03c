public import Layout
public import PhysicalMemory

/// The memory of a layout as rows: what is where, and what is free between.
public struct MemoryMap: Sendable, Hashable {
  /// The banks of RAM, ascending and joined where they touch, each with what lies in it.
  public let banks: [Bank]
  /// What lies outside of all RAM that the kernel lists: removed firmware, mistakes.
  public let outside: [Row]

  /// A bank of RAM.
  public struct Bank: Sendable, Hashable {
    /// The addresses.
    public let range: PhysicalRange
    /// What lies in it, in the order of addresses; free ranges fill what nothing holds.
    public let rows: [Row]
  }

  /// A range and what it is.
  public struct Row: Sendable, Hashable {
    /// The addresses, cut to the bank.
    public let range: PhysicalRange
    /// What is there.
    public let content: Content
    /// Whether something before it in the list overlaps it.
    public let isOverlapping: Bool
  }

  /// What a range is.
  public enum Content: Sendable, Hashable {
    /// Nothing: the page allocator has it.
    case free
    /// A region of the layout.
    case region(LayoutRegion)
    /// Something beside the regions, by its owner: kernel, initrd, firmware.
    case taken(String)
  }

  /// The map of `layout`.
  ///
  /// - Complexity: O(banks * parts).
  public init(_ layout: Layout) {
    let parts =
      (layout.regions.map { ($0.range, Content.region($0), $0.name) }
      + layout.reserved.map { ($0.range, Content.taken($0.owner), $0.owner) })
      .filter { !$0.0.isEmpty }
      .sorted { ($0.0.start, $0.0.end, $0.2) < ($1.0.start, $1.0.end, $1.2) }
    let ram = PhysicalRegionSet(layout.banks)
    banks = ram.ranges.map { bank in
      var rows: [Row] = []
      var end = bank.start
      for (range, content, _) in parts {
        guard let inside = range.intersection(bank) else { continue }
        if inside.start > end {
          let gap = PhysicalRange(start: end, end: inside.start)
          rows.append(Row(range: gap, content: .free, isOverlapping: false))
        }
        rows.append(Row(range: inside, content: content, isOverlapping: inside.start < end))
        end = max(end, inside.end)
      }
      if end < bank.end {
        let gap = PhysicalRange(start: end, end: bank.end)
        rows.append(Row(range: gap, content: .free, isOverlapping: false))
      }
      return Bank(range: bank, rows: rows)
    }
    outside = parts.filter { !ram.overlaps($0.0) }
      .map { Row(range: $0.0, content: $0.1, isOverlapping: false) }
  }
}
