/// Work on many inputs at once.
enum Parallel {
  /// What `work` makes of each item, in the order of the items, with at most `jobs` at a time.
  static func map<Item: Sendable, Output: Sendable>(
    _ items: [Item],
    jobs: Int,
    progress: ProgressBar,
    _ work: @escaping @Sendable (Item) -> Output
  ) async -> [Output] {
    var progress = progress
    defer { progress.end() }
    guard jobs > 1, items.count > 1 else {
      return items.map { item in
        let output = work(item)
        progress.advance()
        return output
      }
    }
    var outputs = [Output?](repeating: nil, count: items.count)
    await withTaskGroup(of: (Int, Output).self) { group in
      var next = 0
      func add() {
        guard next < items.count else { return }
        let (index, item) = (next, items[next])
        next += 1
        group.addTask { (index, work(item)) }
      }
      for _ in 0..<jobs { add() }
      for await (index, output) in group {
        outputs[index] = output
        progress.advance()
        add()
      }
    }
    return outputs.compactMap(\.self)
  }
}
