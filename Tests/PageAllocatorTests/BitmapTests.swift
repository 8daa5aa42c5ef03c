import TestSupport
import Testing

@testable import PageAllocator

/// A bitmap alone, with its index.
private struct Map: ~Copyable {
  var words: FlatMemory<UInt64>
  let bitmap: Bitmap

  init(_ count: Int) {
    words = FlatMemory(repeating: 0, count: Bitmap.wordsWithIndex(count) + 3)
    bitmap = Bitmap(firstWord: 2, count: count)
    words.makeIndex(bitmap)
  }

  /// Whether the index and the kernel's scan give the same answer.
  func agrees(from start: Int, _ count: Int, order: Int) -> Bool {
    let mask = (1 << order) - 1
    return words.firstFit(bitmap, from: start, count, mask: mask)
      == words.scan(bitmap, from: start, count, mask: mask, offset: 0)
  }
}

@Test func everySearchInEverySmallMapIsTheKernels() {
  for bits in 1...9 {
    for pattern in 0..<(1 << bits) {
      var map = Map(bits)
      for bit in 0..<bits where pattern >> bit & 1 != 0 {
        map.words.set(map.bitmap, bit..<bit + 1, to: true)
      }
      for start in 0...bits {
        for count in 1...bits {
          for order in 0...4 where !map.agrees(from: start, count, order: order) {
            Issue.record("\(bits) bits, \(pattern): \(count) from \(start), order \(order)")
            return
          }
        }
      }
    }
  }
}

#if DEBUG
private let seeds: Range<UInt64> = 0..<7
private let steps = 400
#else
private let seeds: Range<UInt64> = 0..<24
private let steps = 20_000
#endif

@Test(arguments: seeds)
func theIndexFollowsEveryChange(_ seed: UInt64) {
  var random = SeededGenerator(seed: seed)
  let bits = [63, 64, 65, 1000, 4096, 5000, 70_000][Int(seed % 7)]
  var map = Map(bits)
  let level = Int.random(in: 1...97, using: &random)
  // Where there are many bits, looking at all of them takes long.
  for step in 0..<min(steps, 16_000_000 / bits) {
    let isUsed = Int.random(in: 0..<100, using: &random) < level
    let length = 1 << Int.random(in: 0...10, using: &random)
    let first = Int.random(in: 0..<bits, using: &random)
    let end = min(first + Int.random(in: 1...length, using: &random), bits)
    map.words.set(map.bitmap, first..<end, to: isUsed)
    let count = Int.random(
      in: 1...min(bits, 2 << Int.random(in: 0...12, using: &random)),
      using: &random
    )
    let order = Int.random(in: 0...12, using: &random)
    let start = Bool.random(using: &random) ? 0 : Int.random(in: 0..<bits, using: &random)
    if !map.agrees(from: start, count, order: order) {
      Issue.record("seed \(seed), step \(step): \(count) from \(start), order \(order)")
      return
    }
  }
}

@Test func anAlignmentThatIsNotTheMapsOwnIsSearchedLikeTheKernelDoes() {
  var map = Map(64)
  map.words.set(map.bitmap, 0..<5, to: true)
  // Position 6 is where 6 + 2 is a multiple of 8.
  #expect(map.words.firstClear(map.bitmap, from: 0, 3, mask: 7, offset: 2) == 6)
  #expect(map.words.firstClear(map.bitmap, from: 0, 3, mask: 7, offset: 0) == 8)
}
