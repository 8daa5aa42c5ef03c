/// What sums of sizes say of who can fill which gap.
///
/// Between the low end of a gap and a border in it, as between it and the high end, lie whole items and at
/// most some units that stay free. So a border is of use only where sums of sizes reach it from both ends,
/// and an item is in a gap for certain, or for certain not, where no sum comes out without, or with, it.
struct GapFilter {
  /// What is known of one gap.
  struct View {
    /// The items that may lie in it.
    var members: ItemSet
    /// Those of them that lie in no other.
    var residents = ItemSet()
    /// How many units at least stay free in it.
    var waste = 0
    /// Whether the borders that are of use are still to be worked out.
    var isFresh = true
  }

  private let filled: FilledGaps
  private var rows: [UInt64]
  private(set) var views: [View] = []
  /// For each gap, after `filter`: the borders that sums reach from its low end, and from its high end.
  private var fromLow: [UInt64]
  private var fromHigh: [UInt64]
  /// For each item and gap the number of borders it could begin at.
  private var counts: [Int32] = []
  /// Words of bits that were worked on.
  private(set) var work = 0

  init(_ filled: FilledGaps) {
    self.filled = filled
    rows = Array(repeating: 0, count: (filled.sizes.count + 3) * filled.words)
    fromLow = Array(repeating: 0, count: filled.words)
    fromHigh = fromLow
  }

  /// Works out what each gap can hold; false where `items` can not fill `gaps` with `slack` units left free.
  mutating func filter(_ gaps: [FilledGaps.Gap], _ items: ItemSet, slack: Int) -> Bool {
    work = 0
    counts = Array(repeating: 0, count: gaps.count * filled.sizes.count)
    views.removeAll(keepingCapacity: true)
    var dirty = ItemSet()
    for (index, gap) in gaps.enumerated() {
      var view = View(members: items)
      for item in items where !mayHold(gap, item) { view.members.remove(item) }
      views.append(view)
      dirty.insert(index)
    }
    guard findResidents(items, &dirty) else { return false }
    while !dirty.isEmpty {
      guard addUp(gaps, slack: slack, &dirty), lookAtBorders(gaps, slack: slack, &dirty) else {
        return false
      }
    }
    return true
  }

  /// Looks at the sums of each gap in `dirty`, and at all that this makes worth another look.
  private mutating func addUp(
    _ gaps: [FilledGaps.Gap],
    slack: Int,
    _ dirty: inout ItemSet
  ) -> Bool {
    while let index = dirty.first {
      dirty.remove(index)
      let spare = spare(index, slack: slack)
      guard spare >= 0, let found = sums(gaps[index], index, spare: spare),
        settle(found, index, &dirty)
      else { return false }
      views[index].waste = found.waste
      views[index].isFresh = true
    }
    return wasted <= slack
  }

  /// Counts the borders of each gap that was looked at; who has none is not in it.
  private mutating func lookAtBorders(
    _ gaps: [FilledGaps.Gap],
    slack: Int,
    _ dirty: inout ItemSet
  ) -> Bool {
    for (index, gap) in gaps.enumerated() where views[index].isFresh {
      reach(gap, index, spare: spare(index, slack: slack))
      views[index].isFresh = false
      var excluded = ItemSet()
      for item in views[index].members {
        let count = count(of: item, in: gap)
        counts[index * filled.sizes.count + item] = Int32(count)
        if count == 0 { excluded.insert(item) }
      }
      if excluded.isEmpty { continue }
      dirty.insert(index)
      if !exclude(excluded, index, &dirty) { return false }
    }
    return true
  }

  private var wasted: Int { views.reduce(0) { $0 + $1.waste } }

  /// How many units may stay free in the gap of this number, for all that the others must leave free.
  func spare(_ index: Int, slack: Int) -> Int { slack - wasted + views[index].waste }

  /// The number of borders that the item could begin at.
  func positions(of item: Int) -> Int {
    var sum = 0
    for index in views.indices where views[index].members.contains(item) {
      sum += Int(counts[index * filled.sizes.count + item])
    }
    return sum
  }

  /// The borders in a gap at which the item could begin.
  func borders(of item: Int, in gap: FilledGaps.Gap) -> [Int] {
    var found: [Int] = []
    let last = gap.high - filled.sizes[item]
    guard gap.low <= last else { return [] }
    for index in gap.low / 64...last / 64 {
      var word = candidates(item, index, gap)
      while word != 0 {
        found.append(index * 64 + word.trailingZeroBitCount)
        word &= word - 1
      }
    }
    return found
  }

  /// Whether `borders(of:in:)` has this one.
  func mayBegin(_ item: Int, at border: Int, in gap: FilledGaps.Gap) -> Bool {
    border >= gap.low && border <= gap.high - filled.sizes[item]
      && candidates(item, border / 64, gap) >> UInt64(border % 64) & 1 != 0
  }

  private func count(of item: Int, in gap: FilledGaps.Gap) -> Int {
    let last = gap.high - filled.sizes[item]
    guard gap.low <= last else { return 0 }
    var count = 0
    for index in gap.low / 64...last / 64 {
      count += candidates(item, index, gap).nonzeroBitCount
    }
    return count
  }

  @inline(__always)
  private func candidates(_ item: Int, _ index: Int, _ gap: FilledGaps.Gap) -> UInt64 {
    let size = filled.sizes[item]
    var word = filled.allowed[item * filled.words + index] & fromLow[index]
    if word == 0 { return 0 }
    let from = index + size / 64
    let shift = UInt64(size % 64)
    var ends = from < filled.words ? fromHigh[from] >> shift : 0
    if shift > 0, from + 1 < filled.words { ends |= fromHigh[from + 1] << (64 - shift) }
    word &= ends
    if index == gap.low / 64 { word &= .max << UInt64(gap.low % 64) }
    let last = gap.high - size
    if index == last / 64 { word &= .max >> UInt64(63 - last % 64) }
    return word
  }

  private func mayHold(_ gap: FilledGaps.Gap, _ item: Int) -> Bool {
    let last = gap.high - filled.sizes[item]
    guard gap.low <= last, let border = filled.firstBorder(of: item, from: gap.low) else {
      return false
    }
    return border <= last
  }

  /// What the sums of one gap say: who is not in it, who is for certain, what stays free.
  private struct Sums {
    var excluded = ItemSet()
    var included = ItemSet()
    var waste: Int
  }

  /// Nil where no sum of the members' sizes fills the gap but for `spare` units.
  private mutating func sums(_ gap: FilledGaps.Gap, _ index: Int, spare: Int) -> Sums? {
    let members = views[index].members
    let residents = views[index].residents
    let (first, last) = (gap.low / 64, gap.high / 64)
    let words = filled.words
    let sizes = filled.sizes
    let count = members.count
    work += (last - first + 1) * (count * 3 + 2) + 8 * count
    return rows.withUnsafeMutableBufferPointer { buffer -> Sums? in
      guard let start = buffer.baseAddress else { return nil }
      func row(_ number: Int) -> BitRow {
        BitRow(words: start + number * words, first: first, last: last)
      }
      row(0).clear()
      row(0).fill(gap.low, gap.low)
      var number = 0
      for item in members {
        row(number + 1).moveUp(row(number), by: sizes[item], keeping: !residents.contains(item))
        number += 1
      }
      let most = row(count).highest(through: gap.high)
      guard most >= 0, gap.high - most <= spare else { return nil }
      var result = Sums(waste: gap.high - most)
      var (ends, next) = (row(count + 1), row(count + 2))
      ends.clear()
      ends.fill(max(gap.low, gap.high - spare), gap.high)
      for item in members.descending() {
        number -= 1
        let isResident = residents.contains(item)
        let (with, without) = next.moveDown(
          ends,
          by: sizes[item],
          keeping: !isResident,
          meeting: row(number)
        )
        if !with {
          result.excluded.insert(item)
        } else if !without, !isResident {
          result.included.insert(item)
        }
        swap(&ends, &next)
      }
      return result
    }
  }

  /// Takes over what the sums of gap `index` say; false where an item is left without a gap.
  private mutating func settle(_ sums: Sums, _ index: Int, _ dirty: inout ItemSet) -> Bool {
    if !sums.included.isEmpty {
      views[index].residents.formUnion(sums.included)
      for other in views.indices where other != index {
        let lost = views[other].members.intersection(sums.included)
        if lost.isEmpty { continue }
        if !lost.intersection(views[other].residents).isEmpty { return false }
        views[other].members.subtract(lost)
        dirty.insert(other)
      }
    }
    return exclude(sums.excluded, index, &dirty)
  }

  private mutating func exclude(
    _ excluded: ItemSet,
    _ index: Int,
    _ dirty: inout ItemSet
  ) -> Bool {
    if excluded.isEmpty { return true }
    if !excluded.intersection(views[index].residents).isEmpty { return false }
    views[index].members.subtract(excluded)
    return findResidents(excluded, &dirty)
  }

  /// Notes which of `items` have only one gap left; false where one has none.
  private mutating func findResidents(_ items: ItemSet, _ dirty: inout ItemSet) -> Bool {
    for item in items {
      var only = -1
      var isOnly = true
      for index in views.indices where views[index].members.contains(item) {
        if only >= 0 {
          isOnly = false
          break
        }
        only = index
      }
      if only < 0 { return false }
      if isOnly, !views[only].residents.contains(item) {
        views[only].residents.insert(item)
        dirty.insert(only)
      }
    }
    return true
  }

  /// Fills in the borders of a gap that sums reach from either end.
  private mutating func reach(_ gap: FilledGaps.Gap, _ index: Int, spare: Int) {
    let members = views[index].members
    let (first, last) = (gap.low / 64, gap.high / 64)
    work += (last - first + 1) * members.count * 3
    let sizes = filled.sizes
    rows.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      let up = BitRow(words: start, first: first, last: last)
      let down = BitRow(words: start + filled.words, first: first, last: last)
      up.clear()
      down.clear()
      up.fill(gap.low, min(gap.high, gap.low + spare))
      down.fill(max(gap.low, gap.high - spare), gap.high)
      for item in members {
        up.addUp(sizes[item])
        down.addDown(sizes[item])
      }
      for word in first...last {
        var mask = UInt64.max
        if word == gap.low / 64 { mask &= .max << UInt64(gap.low % 64) }
        if word == gap.high / 64 { mask &= .max >> UInt64(63 - gap.high % 64) }
        fromLow[word] = fromLow[word] & ~mask | up.words[word] & mask
        fromHigh[word] = fromHigh[word] & ~mask | down.words[word] & mask
      }
    }
  }
}
