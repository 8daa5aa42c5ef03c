/// What sums of sizes say of who can fill which gap.
///
/// Between the low end of a gap and a border in it, as between it and the high end, lie whole items and at
/// most some units that stay free. So a border is of use only where sums of sizes reach it from both ends,
/// and an item is in a gap for certain, or for certain not, where no sum comes out without, or with, it.
struct GapFilter {
  /// What is known of one gap.
  struct View {
    /// The items that may lie in it, ascending.
    var members: [Int]
    /// How many units at least stay free in it.
    var waste = 0
  }

  private let filled: FilledGaps
  private var rows: [UInt64]
  /// The gap that each item is certain to be in, or -1.
  private(set) var home: [Int]
  private(set) var views: [View] = []
  /// For each gap, after `filter`: the borders that sums reach from its low end, and from its high end.
  private(set) var fromLow: [UInt64]
  private(set) var fromHigh: [UInt64]
  /// Words of bits that were worked on.
  private(set) var work = 0

  init(_ filled: FilledGaps) {
    self.filled = filled
    rows = Array(repeating: 0, count: (filled.sizes.count + 3) * filled.words)
    home = Array(repeating: -1, count: filled.sizes.count)
    fromLow = Array(repeating: 0, count: filled.words)
    fromHigh = fromLow
  }

  /// Works out what each gap can hold; false where `items` can not fill `gaps` with `slack` units left free.
  mutating func filter(_ gaps: [FilledGaps.Gap], _ items: [Int], slack: Int) -> Bool {
    work = 0
    for item in home.indices { home[item] = -1 }
    views = gaps.map { gap in
      View(members: items.filter { mayHold(gap, $0) })
    }
    var isDirty = Array(repeating: true, count: gaps.count)
    while let index = isDirty.firstIndex(of: true) {
      isDirty[index] = false
      let spare = slack - views.reduce(0) { $0 + $1.waste } + views[index].waste
      guard spare >= 0, let verdict = sums(gaps[index], index, spare: spare) else { return false }
      views[index].waste = verdict.waste
      if !settle(verdict, index, items, &isDirty) { return false }
    }
    let wasted = views.reduce(0) { $0 + $1.waste }
    guard wasted <= slack else { return false }
    for (index, gap) in gaps.enumerated() {
      reach(gap, index, spare: slack - wasted + views[index].waste)
    }
    return true
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

  /// How many borders `borders(of:in:)` has.
  func count(of item: Int, in gap: FilledGaps.Gap) -> Int {
    let last = gap.high - filled.sizes[item]
    guard gap.low <= last else { return 0 }
    var count = 0
    for index in gap.low / 64...last / 64 {
      count += candidates(item, index, gap).nonzeroBitCount
    }
    return count
  }

  /// Whether `borders(of:in:)` has this one.
  func mayBegin(_ item: Int, at border: Int, in gap: FilledGaps.Gap) -> Bool {
    border >= gap.low && border <= gap.high - filled.sizes[item]
      && candidates(item, border / 64, gap) >> UInt64(border % 64) & 1 != 0
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
    guard gap.low <= last else { return false }
    let row = item * filled.words
    for index in gap.low / 64...last / 64 {
      var word = filled.allowed[row + index]
      if index == gap.low / 64 { word &= .max << UInt64(gap.low % 64) }
      if index == last / 64 { word &= .max >> UInt64(63 - last % 64) }
      if word != 0 { return true }
    }
    return false
  }

  /// What the sums of one gap say: who is not in it, who is for certain, what stays free.
  private struct Sums {
    var excluded: [Int] = []
    var included: [Int] = []
    var waste: Int
  }

  /// Nil where no sum of the members' sizes fills the gap but for `spare` units.
  private mutating func sums(_ gap: FilledGaps.Gap, _ index: Int, spare: Int) -> Sums? {
    let members = views[index].members
    let (first, last) = (gap.low / 64, gap.high / 64)
    let words = filled.words
    work += (last - first + 1) * (members.count * 3 + 2)
    return rows.withUnsafeMutableBufferPointer { buffer -> Sums? in
      guard let start = buffer.baseAddress else { return nil }
      func row(_ number: Int) -> BitRow {
        BitRow(words: start + number * words, first: first, last: last)
      }
      row(0).clear()
      row(0).fill(gap.low, gap.low)
      for (number, item) in members.enumerated() {
        let (from, to) = (row(number), row(number + 1))
        let (skip, shift) = (filled.sizes[item] / 64, UInt64(filled.sizes[item] % 64))
        if home[item] == index {
          for word in first...last { to.words[word] = from.up(word, skip, shift) }
        } else {
          for word in first...last { to.words[word] = from.words[word] | from.up(word, skip, shift) }
        }
      }
      let most = row(members.count).highest(through: gap.high)
      guard most >= 0, gap.high - most <= spare else { return nil }
      var result = Sums(waste: gap.high - most)
      var (ends, next) = (row(members.count + 1), row(members.count + 2))
      ends.clear()
      ends.fill(max(gap.low, gap.high - spare), gap.high)
      for number in members.indices.reversed() {
        let item = members[number]
        let before = row(number)
        let (skip, shift) = (filled.sizes[item] / 64, UInt64(filled.sizes[item] % 64))
        var (with, without) = (0 as UInt64, 0 as UInt64)
        let isHome = home[item] == index
        for word in first...last {
          let moved = ends.down(word, skip, shift)
          with |= moved & before.words[word]
          without |= ends.words[word] & before.words[word]
          next.words[word] = isHome ? moved : moved | ends.words[word]
        }
        if with == 0 {
          result.excluded.append(item)
        } else if without == 0, !isHome {
          result.included.append(item)
        }
        swap(&ends, &next)
      }
      return result
    }
  }

  /// Takes over what the sums of gap `index` say; false where an item is left without a gap.
  private mutating func settle(
    _ sums: Sums,
    _ index: Int,
    _ items: [Int],
    _ isDirty: inout [Bool]
  ) -> Bool {
    for item in sums.included {
      if home[item] >= 0 { return false }
      home[item] = index
      for other in views.indices where other != index {
        if let position = views[other].members.firstIndex(of: item) {
          views[other].members.remove(at: position)
          isDirty[other] = true
        }
      }
    }
    for item in sums.excluded {
      if home[item] == index { return false }
      views[index].members.removeAll { $0 == item }
      let left = views.indices.filter { views[$0].members.contains(item) }
      if left.isEmpty { return false }
      if left.count == 1 {
        home[item] = left[0]
        isDirty[left[0]] = true
      }
    }
    return true
  }

  /// Fills in the borders of a gap that sums reach from either end.
  private mutating func reach(_ gap: FilledGaps.Gap, _ index: Int, spare: Int) {
    let members = views[index].members
    let (first, last) = (gap.low / 64, gap.high / 64)
    work += (last - first + 1) * members.count * 3
    let window = BitWindow(gap: gap)
    rows.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      let up = BitRow(words: start, first: first, last: last)
      let down = BitRow(words: start + filled.words, first: first, last: last)
      up.clear()
      down.clear()
      up.fill(gap.low, min(gap.high, gap.low + spare))
      down.fill(max(gap.low, gap.high - spare), gap.high)
      for item in members {
        let (skip, shift) = (filled.sizes[item] / 64, UInt64(filled.sizes[item] % 64))
        for word in stride(from: last, through: first, by: -1) {
          up.words[word] |= up.up(word, skip, shift)
        }
        for word in first...last { down.words[word] |= down.down(word, skip, shift) }
      }
      for word in first...last {
        let mask = window.mask(word)
        fromLow[word] = fromLow[word] & ~mask | up.words[word] & mask
        fromHigh[word] = fromHigh[word] & ~mask | down.words[word] & mask
      }
    }
  }
}

/// The bits of a gap, word by word.
private struct BitWindow {
  let gap: FilledGaps.Gap

  func mask(_ word: Int) -> UInt64 {
    var mask = UInt64.max
    if word == gap.low / 64 { mask &= .max << UInt64(gap.low % 64) }
    if word == gap.high / 64 { mask &= .max >> UInt64(63 - gap.high % 64) }
    return mask
  }
}
