extension BestSearch {
  /// Leaves the variants with the fewest bytes of low memory under items that avoid it.
  ///
  /// Such an item lies above low memory, in it, or across its end, and across it can lie only one.
  mutating func leaveLowMemory() {
    guard lowEnd > 0 else { return }
    var found: [Variant] = []
    var fewest = UInt64.max
    for variant in variants {
      let free = variant.items.indices.filter { index in
        let item = variant.items[index]
        return avoidsLow[index] && item.earliest < lowEnd && !item.isPinned
      }
      if free.isEmpty || free.count > Self.mostCombined {
        if !free.isEmpty { isOptimal = false }
        collect(raisedGreedily(variant, free), &fewest, &found)
      } else {
        divide(variant, free[...], 0, &fewest, &found)
      }
    }
    settle(found)
  }

  private func lowBytes(_ variant: Variant) -> UInt64 {
    variant.items.indices.reduce(0) { sum, index in
      guard avoidsLow[index], variant.bases[index] < lowEnd else { return sum }
      return saturatingSum(sum, min(variant.items[index].size, lowEnd - variant.bases[index]))
    }
  }

  private func collect(_ variant: Variant, _ fewest: inout UInt64, _ found: inout [Variant]) {
    let low = lowBytes(variant)
    if low > fewest { return }
    if low < fewest { found = [] }
    fewest = low
    found.append(variant)
  }

  private mutating func raisedGreedily(_ variant: Variant, _ free: [Int]) -> Variant {
    var variant = variant
    for index in free {
      var items = variant.items
      items[index] = items[index].restricted(from: lowEnd, through: .max)
      if let bases = solve(items) { variant = Variant(items: items, bases: bases) }
    }
    // What could not be raised at least goes no lower later on.
    for index in free where variant.bases[index] < lowEnd {
      let base = variant.bases[index]
      variant.items[index] = variant.items[index].restricted(from: base, through: .max)
    }
    return variant
  }

  /// Tries the three places of each item of `free`; `settled` is what those before it cost at least.
  private mutating func divide(
    _ variant: Variant,
    _ free: ArraySlice<Int>,
    _ settled: UInt64,
    _ fewest: inout UInt64,
    _ found: inout [Variant]
  ) {
    guard settled <= fewest, found.count <= Self.mostVariants else { return }
    guard let index = free.first else { return collect(variant, &fewest, &found) }
    let rest = free.dropFirst()
    let size = variant.items[index].size
    if let high = narrowed(variant, index, from: lowEnd, through: .max) {
      divide(high, rest, settled, &fewest, &found)
    }
    let inside = lowEnd >= size ? lowEnd - size : nil
    let firstAcross = inside.map { $0 + 1 } ?? 0
    if firstAcross < lowEnd,
      let across = narrowed(variant, index, from: firstAcross, through: lowEnd - 1)
    {
      divideAcross(across, index, rest, settled, &fewest, &found)
    }
    if let inside, let low = narrowed(variant, index, from: 0, through: inside) {
      divide(low, rest, settled + size, &fewest, &found)
    }
  }

  /// Settles the others around the one item that lies across the end, then moves it up as far as it goes.
  private mutating func divideAcross(
    _ variant: Variant,
    _ index: Int,
    _ rest: ArraySlice<Int>,
    _ settled: UInt64,
    _ fewest: inout UInt64,
    _ found: inout [Variant]
  ) {
    var others: [Variant] = []
    divideEvery(variant, rest, &others)
    for other in others {
      var best = other
      var low = other.bases[index]
      var high = best.items[index].latest
      while low < high, !effort.isEmpty {
        let middle = low + (high - low) / 2 + 1
        if let better = narrowed(best, index, from: middle, through: .max) {
          best = better
          low = max(middle, better.bases[index])
        } else {
          high = middle - 1
        }
      }
      let base = best.bases[index]
      best.items[index] = best.items[index].restricted(from: base, through: base)
      collect(best, &fewest, &found)
    }
  }

  /// Every way to have each item of `free` above or in low memory.
  private mutating func divideEvery(
    _ variant: Variant,
    _ free: ArraySlice<Int>,
    _ found: inout [Variant]
  ) {
    guard found.count <= Self.mostVariants else { return }
    guard let index = free.first else { return found.append(variant) }
    let size = variant.items[index].size
    if let high = narrowed(variant, index, from: lowEnd, through: .max) {
      divideEvery(high, free.dropFirst(), &found)
    }
    if lowEnd >= size, let low = narrowed(variant, index, from: 0, through: lowEnd - size) {
      divideEvery(low, free.dropFirst(), &found)
    }
  }

  /// The variant with only these bases left for one item, if it can still be placed.
  mutating func narrowed(
    _ variant: Variant,
    _ index: Int,
    from low: UInt64,
    through high: UInt64,
    run: UInt64 = 0
  ) -> Variant? {
    var items = variant.items
    items[index] = items[index].restricted(from: low, through: high)
    if items[index].intervals.isEmpty { return nil }
    if run == 0, low <= variant.bases[index], variant.bases[index] <= high {
      return Variant(items: items, bases: variant.bases)
    }
    return solve(items, run: run).map { Variant(items: items, bases: $0) }
  }
}
