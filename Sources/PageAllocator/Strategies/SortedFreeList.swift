/// Free runs of pages sorted by their first page, with the runs in use beside: what `bigphysarea` is,
/// and what other systems of first and best fit come to.
///
/// Page numbers are absolute.
struct SortedFreeList: Hashable, Sendable {
  /// The free runs, ascending, never adjacent.
  private(set) var free: [Range<UInt64>]
  /// The runs in use, by their first page.
  private(set) var used: [UInt64: Range<UInt64>] = [:]

  init(_ pages: Range<UInt64>) { free = pages.isEmpty ? [] : [pages] }

  /// Takes the first run in which `count` pages fit from a multiple of `alignment` pages.
  ///
  /// The alignment need not be a power of two.
  mutating func takeFirstFit(_ count: UInt64, alignment: UInt64) -> Range<UInt64>? {
    for (index, run) in free.enumerated() {
      if let part = Self.fit(count, alignment, in: run) { return take(part, from: index) }
    }
    return nil
  }

  /// Takes from the smallest run in which the pages fit, the lowest among equals.
  mutating func takeBestFit(_ count: UInt64, alignment: UInt64) -> Range<UInt64>? {
    var best: (index: Int, part: Range<UInt64>)?
    for (index, run) in free.enumerated() {
      guard let part = Self.fit(count, alignment, in: run) else { continue }
      if let best, free[best.index].count <= run.count { continue }
      best = (index, part)
    }
    return best.map { take($0.part, from: $0.index) }
  }

  private static func fit(_ count: UInt64, _ alignment: UInt64, in run: Range<UInt64>)
    -> Range<UInt64>?
  {
    let step = Swift.max(alignment, 1)
    let (end, overflow) = run.lowerBound.addingReportingOverflow(step - 1)
    guard count > 0, !overflow else { return nil }
    let start = end / step * step
    guard start <= run.upperBound, run.upperBound - start >= count else { return nil }
    return start..<start + count
  }

  private mutating func take(_ part: Range<UInt64>, from index: Int) -> Range<UInt64> {
    let run = free[index]
    let rest = [run.lowerBound..<part.lowerBound, part.upperBound..<run.upperBound]
    free.replaceSubrange(index...index, with: rest.filter { !$0.isEmpty })
    used[part.lowerBound] = part
    return part
  }

  /// Gives back what starts at `first`, merged with both neighbours; nil where nothing starts there.
  mutating func release(_ first: UInt64) -> Range<UInt64>? {
    guard let part = used.removeValue(forKey: first) else { return nil }
    var run = part
    var index = free.firstIndex { $0.lowerBound > part.lowerBound } ?? free.endIndex
    if index < free.endIndex, free[index].lowerBound == run.upperBound {
      run = run.lowerBound..<free[index].upperBound
      free.remove(at: index)
    }
    if index > 0, free[index - 1].upperBound == run.lowerBound {
      run = free[index - 1].lowerBound..<run.upperBound
      free.remove(at: index - 1)
      index -= 1
    }
    free.insert(run, at: index)
    return part
  }

  /// Pages in use.
  var usedPages: UInt64 { used.values.reduce(0) { $0 + UInt64($1.count) } }
  /// The longest free run.
  var largestFree: UInt64 { free.map { UInt64($0.count) }.max() ?? 0 }
}
