public import PhysicalMemory

/// Something that makes a problem meaningless, so that it is not planned at all.
public enum PlacementDefect: Hashable, Sendable {
  /// Two requests or more have this name.
  case duplicateName(String)
  /// The request asks for no bytes.
  case zeroSize(String)
  /// The request has a boundary of zero bytes.
  case zeroBoundary(String)
  /// The request keeps apart by blocks of zero bytes.
  case zeroBlock(String)
  /// The request keeps apart from a name that no request has.
  case unknownName(String, in: String)
  /// The request keeps apart from itself.
  case apartFromItself(String)
  /// Two banks share memory.
  case overlappingBanks(PhysicalRange, PhysicalRange)
}

/// All defects of a problem that was refused.
public struct InvalidPlacementProblem: Error, Hashable, Sendable {
  /// The defects; not empty.
  public let defects: [PlacementDefect]

  /// Refuses a problem with these defects.
  public init(defects: [PlacementDefect]) {
    precondition(!defects.isEmpty, "a problem is refused for something")
    self.defects = defects
  }
}

extension PlacementProblem {
  /// All that makes the problem meaningless; empty for one that can be planned.
  ///
  /// Sizes and windows too big for any memory are no defect: such a request has no place.
  ///
  /// - Complexity: O(n log n) in requests, banks and names to keep apart from.
  public var defects: [PlacementDefect] {
    var defects: [PlacementDefect] = []
    let names = Set(requests.map(\.name))
    let ordered = requests.sorted { $0.name < $1.name }
    for (index, request) in ordered.enumerated() {
      let name = request.name
      let isSecond = index > 0 && ordered[index - 1].name == name
      let isThird = index > 1 && ordered[index - 2].name == name
      if isSecond, !isThird { defects.append(.duplicateName(name)) }
      if request.size == .zero { defects.append(.zeroSize(name)) }
      if request.boundary == .zero { defects.append(.zeroBoundary(name)) }
      for separation in request.apart {
        if separation.block == .bytes(.zero) { defects.append(.zeroBlock(name)) }
        for other in separation.from {
          if other == name { defects.append(.apartFromItself(name)) }
          if !names.contains(other) { defects.append(.unknownName(other, in: name)) }
        }
      }
    }
    return defects + overlappingBanks
  }

  private var overlappingBanks: [PlacementDefect] {
    let ordered = banks.filter { !$0.isEmpty }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    return zip(ordered, ordered.dropFirst()).compactMap { low, high in
      low.overlaps(high) ? .overlappingBanks(low, high) : nil
    }
  }
}
