/// The candidate nearest to `word`, if it is near enough to be a slip of the pen.
///
/// One edit is allowed in words of up to four characters, then one more for every three, four at
/// most. Of candidates equally near the first in byte order wins, whatever the order given.
/// Words of more than 64 characters have none: a slip in them is not what is wrong.
/// O(length of all candidates)
public func didYouMean(_ word: String, among candidates: some Sequence<String>) -> String? {
  let length = word.unicodeScalars.count
  guard length > 0, length <= longestWord else { return nil }
  let allowed = max(1, min(4, (length + 1) / 3))
  var best: (distance: Int, word: String)?
  for candidate in candidates where candidate != word {
    guard abs(candidate.unicodeScalars.count - length) <= allowed else { continue }
    let distance = editDistance(word, candidate)
    // A word of which nothing is left is no slip.
    guard distance <= allowed, distance < length else { continue }
    if let best, (best.distance, best.word) <= (distance, candidate) { continue }
    best = (distance, candidate)
  }
  return best?.word
}

/// Bounds the work for one candidate, whatever an input holds.
private let longestWord = 64

/// How many insertions, deletions, replacements and swaps of neighbours lead from one word to the other.
///
/// The restricted Damerau-Levenshtein distance (optimal string alignment), over Unicode scalars.
/// O(product of the lengths)
public func editDistance(_ first: String, _ second: String) -> Int {
  let first = Array(first.unicodeScalars)
  let second = Array(second.unicodeScalars)
  var beforeLast: [Int] = []
  var last = Array(0...second.count)
  for row in 0..<first.count {
    var current = [row + 1]
    current.reserveCapacity(second.count + 1)
    for column in 0..<second.count {
      let replaced = last[column] + (first[row] == second[column] ? 0 : 1)
      var distance = min(replaced, last[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
        distance = min(distance, beforeLast[column - 1] + 1)
      }
      current.append(distance)
    }
    (beforeLast, last) = (last, current)
  }
  return last[second.count]
}
