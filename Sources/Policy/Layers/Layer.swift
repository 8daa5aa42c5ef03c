public import Diagnostics
public import YAML

/// One YAML document of policy: a default where it has no `match`, else a quirk.
public struct Layer: Sendable {
  /// Where a layer came from.
  public enum Origin: Int, Comparable, Sendable {
    /// Embedded in the program.
    case builtin
    /// Given by the user.
    case user
    /// Orders the weaker before the stronger.
    public static func < (lhs: Origin, rhs: Origin) -> Bool { lhs.rawValue < rhs.rawValue }
  }

  /// The layer's name, unique among those of one origin.
  public let name: String
  /// The built-in ones or the user's.
  public let origin: Origin
  /// What boards the layer is for; nil in a default.
  public let match: LayerMatch?
  /// Whether it wins over others of equal rank.
  public let overrides: Bool
  /// The document.
  public let body: YAMLNode
  /// Where the layer's name stands, or its first line.
  public let span: SourceSpan

  /// Whether the layer is a default.
  public var isDefault: Bool { match == nil }
}

/// What a quirk's `match` says.
public struct LayerMatch: Sendable {
  /// Root `compatible` strings, any of which will do.
  public let compatible: [YAMLNode]
  /// Only this RAM variant.
  public let variant: String?
  /// Every board.
  public let any: Bool
}

/// How strong a layer is for one board; the stronger wins.
public struct LayerRank: Hashable, Comparable, Sendable {
  /// 0 a default, 1 the tree itself, 2 a quirk.
  let kind: Int
  /// 0 for any board, then the root's `compatible` list from its last string to the board's own,
  /// in steps of two; a `match.variant` is one step above the same without.
  let specificity: Int
  let origin: Layer.Origin
  let overrides: Bool

  /// The tree itself: above all defaults, below all quirks.
  static let tree = LayerRank(kind: 1, specificity: 0, origin: .builtin, overrides: false)

  /// Orders the weaker before the stronger.
  public static func < (lhs: LayerRank, rhs: LayerRank) -> Bool {
    let left = (lhs.kind, lhs.specificity, lhs.origin.rawValue, lhs.overrides ? 1 : 0)
    let right = (rhs.kind, rhs.specificity, rhs.origin.rawValue, rhs.overrides ? 1 : 0)
    return left < right
  }
}

extension Layer {
  /// The layer's rank for a board, or nil where it is not for that board and variant.
  public func rank(forCompatible board: [String], variant: String?) -> LayerRank? {
    guard let match else {
      return LayerRank(kind: 0, specificity: 0, origin: origin, overrides: overrides)
    }
    if let wanted = match.variant, wanted != variant { return nil }
    let step = match.variant == nil ? 0 : 1
    let hits = match.compatible.compactMap { entry in
      entry.text.flatMap { board.firstIndex(of: $0) }
    }
    if let best = hits.min() {
      return LayerRank(
        kind: 2,
        specificity: (board.count - best) * 2 + step,
        origin: origin,
        overrides: overrides
      )
    }
    guard match.any || (match.compatible.isEmpty && match.variant != nil) else { return nil }
    return LayerRank(kind: 2, specificity: step, origin: origin, overrides: overrides)
  }
}
