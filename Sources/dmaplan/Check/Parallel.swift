/// Work on many inputs at once.
enum Parallel {
  /// Gives what `work` makes of each item to `take`, in the order of the items and as soon as all
  /// before it are done, with at most `jobs` at a time.
  static func forEach<Item: Sendable, Output: Sendable>(
    _ items: [Item],
    jobs: Int,
    work: @escaping @Sendable (Item) -> Output,
    take: (Output) throws -> Void
  ) async throws {
    guard jobs > 1, items.count > 1 else {
      for item in items { try take(work(item)) }
      return
    }
    var waiting: [Int: Output] = [:]
    var taken = 0
    try await withThrowingTaskGroup(of: (Int, Output).self) { group in
      var next = 0
      func add() {
        guard next < items.count else { return }
        let (index, item) = (next, items[next])
        next += 1
        group.addTask { (index, work(item)) }
      }
      for _ in 0..<jobs { add() }
      for try await (index, output) in group {
        waiting[index] = output
        add()
        while let output = waiting.removeValue(forKey: taken) {
          taken += 1
          try take(output)
        }
      }
    }
  }
}
