/// What the search does besides trying every order, each of which can be left out for measuring.
///
/// Whether there is a placement does not depend on them, which one is found and how soon does.
public struct SearchTechniques: OptionSet, Hashable, Sendable {
  /// One bit a technique.
  public let rawValue: UInt8

  /// The techniques of these bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Look for a range to which more is confined than it can hold before any search.
  public static let counting = SearchTechniques(rawValue: 1)
  /// Try to place by priority, best fit, before the complete search.
  public static let greedy = SearchTechniques(rawValue: 2)
  /// Remember which sets of placed regions led nowhere.
  public static let memory = SearchTechniques(rawValue: 4)
  /// Of touching regions, or equal gaps, that could change places let the larger come first.
  public static let exchange = SearchTechniques(rawValue: 8)
  /// Where nearly all memory is needed, look whether sizes add up to what is to be filled.
  public static let filling = SearchTechniques(rawValue: 16)
  /// Where nearly all memory is needed, ask the question with the fewest answers first.
  public static let gaps = SearchTechniques(rawValue: 32)
  /// Let the search in the order of addresses take turns with `gaps`; alone where that can not be used.
  public static let sweep = SearchTechniques(rawValue: 64)
  /// All of them.
  public static let all: SearchTechniques = [
    .counting, .greedy, .memory, .exchange, .filling, .gaps, .sweep,
  ]
}
