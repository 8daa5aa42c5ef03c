import PhysicalMemory

/// A problem as the search sees it: items in the order of their names.
struct SearchProblem {
  let space: FreeSpace
  var items: [SearchItem]

  init(space: FreeSpace, items: [SearchItem]) {
    self.space = space
    self.items = items
  }

  /// The search's view of `problem`, which has no defects.
  init(_ problem: PlacementProblem) {
    let space = FreeSpace(banks: problem.banks, obstacles: problem.obstacles.map(\.range))
    let requests = problem.requestsByName
    let index = Dictionary(
      requests.enumerated().map { ($1.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    var items = requests.map { request in
      SearchItem(
        size: request.size.rawValue,
        alignment: request.alignment,
        boundary: request.boundary?.rawValue ?? 0,
        windows: request.windows,
        space: space
      )
    }
    for (one, request) in requests.enumerated() {
      for separation in request.apart {
        let block: UInt64 = if case .bytes(let size) = separation.block { size.rawValue } else { 0 }
        for other in separation.from.compactMap({ index[$0] }) {
          items[one].apart.append(SearchItem.Apart(other: other, block: block))
          items[other].apart.append(SearchItem.Apart(other: one, block: block))
        }
      }
    }
    self.init(space: space, items: items)
  }

  /// The groups of items that can get in each other's way, each ascending, by their first item.
  ///
  /// - Complexity: O(n log n) in base intervals.
  var components: [[Int]] {
    var parent = Array(items.indices)
    func root(_ item: Int) -> Int {
      var item = item
      while parent[item] != item {
        parent[item] = parent[parent[item]]
        item = parent[item]
      }
      return item
    }
    func join(_ one: Int, _ other: Int) {
      let (one, other) = (root(one), root(other))
      parent[max(one, other)] = min(one, other)
    }
    var spans: [[Span]] = Array(repeating: [], count: space.segments.count)
    for (index, item) in items.enumerated() {
      var segment = 0
      for interval in item.intervals {
        while space.segments[segment].end <= interval.low { segment += 1 }
        spans[segment].append(
          Span(start: interval.low, end: interval.high + item.size, item: index)
        )
      }
      for apart in item.apart { join(index, apart.other) }
    }
    for segment in spans.indices { Self.joinOverlapping(&spans[segment], join) }
    var groups: [Int: [Int]] = [:]
    for item in items.indices { groups[root(item), default: []].append(item) }
    return groups.keys.sorted().compactMap { groups[$0] }
  }

  /// Where in a free segment an item may lie.
  private struct Span {
    let start: UInt64
    let end: UInt64
    let item: Int
  }

  /// Joins the items whose spans in one segment overlap.
  private static func joinOverlapping(_ spans: inout [Span], _ join: (Int, Int) -> Void) {
    let start = spans.map(\.start).min() ?? 0
    let end = spans.map(\.end).max() ?? 0
    // Mostly one item may lie anywhere, and all others overlap it.
    if let whole = spans.first(where: { $0.start == start && $0.end == end }) {
      for span in spans { join(whole.item, span.item) }
      return
    }
    spans.sort { ($0.start, $0.end, $0.item) < ($1.start, $1.end, $1.item) }
    var reach: (end: UInt64, item: Int)?
    for span in spans {
      if let reach, span.start < reach.end { join(reach.item, span.item) }
      if span.end > reach?.end ?? 0 { reach = (span.end, span.item) }
    }
  }

  /// The problem of these items alone; what they keep apart from outside is dropped.
  func restricted(to members: [Int]) -> SearchProblem {
    var place: [Int: Int] = [:]
    for (new, old) in members.enumerated() { place[old] = new }
    let items = members.map { old in
      var item = self.items[old]
      item.apart = item.apart.compactMap { apart in
        place[apart.other].map { SearchItem.Apart(other: $0, block: apart.block) }
      }
      return item
    }
    return SearchProblem(space: space, items: items)
  }
}
