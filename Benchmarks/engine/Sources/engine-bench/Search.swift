import Controls
import PageAllocator
import PhysicalMemory

/// First fit in a bitmap of 16 Mbit that was filled and churned by first fit itself: sizes of 1 to
/// 2048 bits, geometric, aligned to their size, a random one freed when the level is reached.
///
/// Both search the same bitmap, and every answer is compared.
enum Search {
  private static let bits = 16 << 20

  static func compare(percent: Int, searches: Int) -> Comparison {
    var comparison = Comparison(name: "first fit in 16 Mbit, \(percent) % full", unit: "ns")
    let control = bitmap_make(UInt32(bits))
    defer { bitmap_free(control) }
    var map = CMABitmap(bits: bits)
    var live: [(first: Int, count: Int)] = []
    var used = 0
    var state: UInt64 = 7
    let level = bits / 100 * percent
    var churned = 0
    var sums = (control: 0.0, engine: 0.0, searches: 0)
    while sums.searches < searches {
      if used < level {
        var order = 0
        while order < 11, random_below(&state, 2) == 1 { order += 1 }
        let count = 1 << order
        // Timed only in a steady state, in blocks of 64 so that reading the clock costs nothing.
        let isTimed = churned > 3 * live.count + 100_000
        let found: Int?
        if isTimed {
          let repeats = percent > 90 ? 4 : 16
          var theirs = UInt32.max
          let start = thread_nanoseconds()
          for _ in 0..<repeats {
            theirs = bitmap_scan(control, 0, UInt32(count), UInt32(order))
          }
          let middle = thread_nanoseconds()
          var mine: Int?
          for _ in 0..<repeats { mine = map.firstClear(count: count, alignmentOrder: order) }
          let end = thread_nanoseconds()
          precondition(theirs == UInt32.max ? mine == nil : mine == Int(theirs), "both agree")
          sums.control += (middle - start) / Double(repeats)
          sums.engine += (end - middle) / Double(repeats)
          sums.searches += 1
          found = mine
        } else {
          found = map.firstClear(count: count, alignmentOrder: order)
        }
        if let found {
          map.set(found..<found + count, to: true)
          bitmap_assign(control, UInt32(found), UInt32(count), 1)
          live.append((found, count))
          used += count
          churned += 1
          continue
        }
      }
      let victim = Int(random_below(&state, UInt32(live.count)))
      live.swapAt(victim, live.count - 1)
      let (first, count) = live.removeLast()
      map.set(first..<first + count, to: false)
      bitmap_assign(control, UInt32(first), UInt32(count), 0)
      used -= count
      churned += 1
    }
    comparison.control.values = [sums.control / Double(sums.searches)]
    comparison.engine.values = [sums.engine / Double(sums.searches)]
    return comparison
  }
}
