public import PhysicalMemory

/// Memory that is taken and stays where it is.
public struct Obstacle: Hashable, Sendable {
  /// What it is called in an explanation; need not be unique.
  public let name: String
  /// The memory that is taken, which may overlap other obstacles and lie outside every bank.
  public let range: PhysicalRange

  /// An obstacle of this name.
  public init(name: String, range: PhysicalRange) {
    self.name = name
    self.range = range
  }
}

/// Regions that need places, and the memory there is for them.
///
/// The order of the four lists never matters. A problem without requests has the empty placement.
public struct PlacementProblem: Hashable, Sendable {
  /// The memory: a region lies wholly in one bank, even where two of them touch.
  ///
  /// An empty bank holds nothing; two banks may not overlap.
  public var banks: [PhysicalRange]
  /// The memory that is taken.
  public var obstacles: [Obstacle]
  /// The regions that need places.
  public var requests: [PlacementRequest]
  /// The first address that is no longer low memory, for requests that avoid it.
  public var lowMemoryEnd: PhysicalAddress?

  /// The problem of placing `requests` in `banks` around `obstacles`.
  public init(
    banks: [PhysicalRange],
    obstacles: [Obstacle] = [],
    requests: [PlacementRequest],
    lowMemoryEnd: PhysicalAddress? = nil
  ) {
    self.banks = banks
    self.obstacles = obstacles
    self.requests = requests
    self.lowMemoryEnd = lowMemoryEnd
  }
}
