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
    var spans: [(start: UInt64, end: UInt64, item: Int)] = []
    for (index, item) in items.enumerated() {
      for interval in item.intervals {
        spans.append((interval.low, interval.high + item.size, index))
      }
      for apart in item.apart { join(index, apart.other) }
    }
    spans.sort { ($0.start, $0.end, $0.item) < ($1.start, $1.end, $1.item) }
    var reach: (end: UInt64, item: Int)?
    for span in spans {
      if let reach, span.start < reach.end { join(reach.item, span.item) }
      if span.end > reach?.end ?? 0 { reach = (span.end, span.item) }
    }
    var groups: [Int: [Int]] = [:]
    for item in items.indices { groups[root(item), default: []].append(item) }
    return groups.keys.sorted().compactMap { groups[$0] }
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
