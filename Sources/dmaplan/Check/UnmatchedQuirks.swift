import Diagnostics
import Policy
import YAML

extension PolicyInput {
  /// A warning for each quirk of the user that is for none of these boards, each a root
  /// `compatible` list.
  func quirks(matchingNoneOf boards: [[String]]) -> [Diagnostic] {
    layers.filter { layer in
      guard layer.origin == .user, let match = layer.match else { return false }
      return !boards.contains {
        layer.rank(forCompatible: $0, variant: match.variant) != nil
      }
    }
    .map { layer in
      let names = layer.match?.compatible.compactMap(\.text) ?? []
      let guess = names.lazy.compactMap { didYouMean($0, among: boards.joined()) }.first
      return Diagnostic(
        "quirk-unmatched",
        .warning,
        "quirk `\(layer.name)` matches no board of this run",
        at: Label(.source(layer.span), "has no effect"),
        help: guess.map { "match `\($0)`" } ?? "correct `match`, or remove the quirk"
      )
    }
  }
}
