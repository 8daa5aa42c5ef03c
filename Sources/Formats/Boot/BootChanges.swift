public import Diagnostics
import LinuxBoot
import PhysicalMemory

/// What a kernel upgrade changes for a board, and what kills its boot, as findings.
public enum BootChanges {
  /// A finding for each region or area that lies elsewhere, appears or goes from one of
  /// `predictions` to the next version of the same RAM variant.
  ///
  /// - Complexity: O(regions squared).
  public static func findings(_ predictions: [BootPrediction]) -> [Diagnostic] {
    zip(predictions, predictions.dropFirst()).flatMap { old, new -> [Diagnostic] in
      guard old.variant == new.variant, old.kernel.version != new.kernel.version else { return [] }
      return changes(from: old, to: new)
    }
  }

  /// The finding of a boot that ends in a panic.
  public static func panic(_ prediction: BootPrediction) -> Diagnostic? {
    guard let panic = prediction.outcome.panic else { return nil }
    return Diagnostic(
      "boot-panics",
      .error,
      "Linux \(prediction.kernel.version) dies at boot: \(panic.reason)",
      at: label(prediction, "/", "this board"),
      notes: ["the map is as far as the kernel came; it dies before most consoles are up"],
      help: panic == .noMemory ? "say how much RAM there is: --ram 0x4000_0000..+1GiB" : nil,
      variant: prediction.namedVariant
    )
  }

  private static func changes(
    from old: BootPrediction,
    to new: BootPrediction
  ) -> [Diagnostic] {
    let before = states(old)
    let after = states(new)
    let keys =
      before.map(\.key) + after.map(\.key).filter { key in !before.contains { $0.key == key } }
    return keys.compactMap { key in
      let was = before.first { $0.key == key }?.state
      let isNow = after.first { $0.key == key }?.state
      guard was != isNow else { return nil }
      return Diagnostic(
        "boot-changes-with-version",
        .warning,
        "\(key.name) is not the same in Linux \(old.kernel.version) and \(new.kernel.version)",
        at: label(new, key.node ?? "/chosen", "\(new.kernel.version): \(isNow ?? "not there")"),
        notes: ["\(old.kernel.version): \(was ?? "not there")"],
        help: key.node == nil
          ? nil : "give the region a fixed `reg`, or an `alloc-ranges` that leaves one choice",
        variant: new.namedVariant
      )
    }
  }

  private struct Key: Hashable {
    let name: String
    let node: String?
  }

  /// What became of every region and of the areas that have no node, in words that can be compared.
  private static func states(_ prediction: BootPrediction) -> [(key: Key, state: String)] {
    let map = prediction.map
    var states = map.regions.map { region -> (key: Key, state: String) in
      let trouble = region.outcome.trouble.map { ", \($0)" } ?? ""
      let area = map.cma.first { $0.node == region.node }
      let kind = area.map { $0.isActive ? ", a CMA area" : ", a CMA area that is not active" } ?? ""
      return (
        Key(name: "region `\(region.node.split(separator: "/").last ?? "?")`", node: region.node),
        "\(region.range)\(kind)\(trouble)"
      )
    }
    for area in map.cma where area.node == nil {
      let range = PhysicalRange(start: area.base, saturating: area.size)
      states.append((Key(name: "CMA area `\(area.name)`", node: nil), "\(range)"))
    }
    states.append((Key(name: "the default CMA area", node: nil), map.defaultCMA?.name ?? "none"))
    if let panic = prediction.outcome.panic {
      states.append((Key(name: "the boot", node: nil), "dies: \(panic.reason)"))
    }
    return states
  }

  private static func label(
    _ prediction: BootPrediction,
    _ path: String,
    _ text: String
  ) -> Label {
    Label(.tree(TreeLocation(dtb: prediction.file, path: path)), text)
  }
}
