extension BestSearch {
  /// Leaves the variants with the fewest items moved away from where they are preferred.
  mutating func keepPreferred() {
    let start = variants[0]
    let candidates = start.items.indices.filter { index in
      preferred[index].map { start.items[index].allows($0) } ?? false
    }
    guard !candidates.isEmpty else { return }
    let all = candidates.reduce(into: start.items) { pin(&$0, $1) }
    if let bases = solve(all) {
      variants = [Variant(items: all, bases: bases)]
      return
    }
    let greedy = keptGreedily(candidates, start)
    guard candidates.count <= Self.mostCombined else {
      isOptimal = false
      variants = [greedy.variant]
      return
    }
    var found = [greedy.variant]
    var choice = Choice(candidates: candidates, fewest: greedy.moved)
    combine(&choice, 0, 0, start, &found)
    // The greedy variant comes up again if it is one of the best.
    settle(choice.isComplete ? found : [greedy.variant])
  }

  private struct Choice {
    let candidates: [Int]
    var fewest: Int
    /// Whether `found` no longer holds the greedy variant.
    var isComplete = false
  }

  private func pin(_ items: inout [SearchItem], _ index: Int) {
    guard let base = preferred[index] else { return }
    items[index] = items[index].restricted(from: base, through: base)
  }

  private mutating func keptGreedily(
    _ candidates: [Int],
    _ start: Variant
  ) -> (variant: Variant, moved: Int) {
    var variant = start
    var moved = 0
    for index in candidates {
      var items = variant.items
      pin(&items, index)
      if let bases = solve(items) {
        variant = Variant(items: items, bases: bases)
      } else {
        moved += 1
      }
    }
    return (variant, moved)
  }

  /// Tries to keep and to move each candidate from `position` on; what can not be kept with fewer
  /// others can not be kept with more.
  private mutating func combine(
    _ choice: inout Choice,
    _ position: Int,
    _ moved: Int,
    _ variant: Variant,
    _ found: inout [Variant]
  ) {
    guard moved <= choice.fewest, found.count <= Self.mostVariants else { return }
    guard position < choice.candidates.count else {
      if moved < choice.fewest || !choice.isComplete { found = [] }
      (choice.fewest, choice.isComplete) = (moved, true)
      found.append(variant)
      return
    }
    let index = choice.candidates[position]
    var items = variant.items
    pin(&items, index)
    if let bases = variant.bases[index] == preferred[index] ? variant.bases : solve(items) {
      combine(&choice, position + 1, moved, Variant(items: items, bases: bases), &found)
    }
    combine(&choice, position + 1, moved + 1, variant, &found)
  }
}
