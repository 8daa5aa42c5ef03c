extension BestSearch {
  /// Leaves the variants with the largest run of one bank free, and says how large it is.
  ///
  /// The run is one more item, without any wish, and as big as can still be placed.
  mutating func keepLargestRun() -> UInt64 {
    let most = space.segments.map { $0.end - $0.start }.max() ?? 0
    var found: [Variant] = []
    var largest: UInt64 = 0
    for variant in variants {
      var best: Variant? = nil
      if largest == 0 {
        best = variant
      } else if let bases = solve(variant.items, run: largest) {
        best = Variant(items: variant.items, bases: bases)
      }
      guard var best else { continue }
      var low = largest
      var high = most
      while low < high, !effort.isEmpty {
        // One more byte first: mostly there is none, and the search is over.
        let middle = low == largest && !found.isEmpty ? low + 1 : low + (high - low) / 2 + 1
        if let bases = solve(variant.items, run: middle) {
          best.bases = bases
          low = middle
        } else {
          high = middle - 1
        }
      }
      if low > largest { found = [] }
      largest = low
      found.append(best)
      if effort.isEmpty { isOptimal = false }
    }
    settle(found)
    return largest
  }

  /// Lowers the bases in the order of names, each as far as the ones before it allow.
  mutating func lowerBases(aroundRunOf run: UInt64) {
    for index in variants[0].items.indices {
      var found: [Variant] = []
      var lowest = UInt64.max
      for variant in variants {
        guard let best = lowered(variant, index, notAbove: lowest, run) else { continue }
        if best.bases[index] < lowest { found = [] }
        lowest = best.bases[index]
        found.append(best)
      }
      settle(found)
      if effort.isEmpty {
        isOptimal = isOptimal && variants.count == 1 && variants[0].items.allSatisfy(\.isPinned)
        return
      }
    }
  }

  /// The variant with the item at its lowest base, nil if that is above `limit`.
  private mutating func lowered(
    _ variant: Variant,
    _ index: Int,
    notAbove limit: UInt64,
    _ run: UInt64
  ) -> Variant? {
    var best = variant
    if variant.bases[index] > limit {
      guard let found = narrowed(variant, index, from: 0, through: limit, run: run) else {
        return nil
      }
      best = found
    }
    var low = best.items[index].earliest
    if low < best.bases[index],
      let found = narrowed(best, index, from: low, through: low, run: run)
    {
      best = found
    }
    while low < best.bases[index], !effort.isEmpty {
      let middle = low + (best.bases[index] - low) / 2
      if let found = narrowed(best, index, from: low, through: middle, run: run) {
        best = found
      } else if let next = best.items[index].firstBase(from: middle + 1) {
        low = next
      } else {
        break
      }
    }
    let base = best.bases[index]
    best.items[index] = best.items[index].restricted(from: base, through: base)
    return best
  }
}
