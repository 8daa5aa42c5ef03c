/// What the user asked of the plan itself.
public struct LayoutChoice: Sendable {
  /// `--via`: where the default pool is set.
  public var carrier: DefaultPoolCarrier
  /// `--lock`: an earlier layout, whose places are kept as far as they can be.
  public var lock: Layout?
  /// Whether one layout that serves all variants is looked for; not with `--per-variant`.
  public var sharesLayout: Bool

  /// By default the devicetree, no earlier layout, and one layout for all variants if there is one.
  public init(
    carrier: DefaultPoolCarrier = .deviceTree,
    lock: Layout? = nil,
    sharesLayout: Bool = true
  ) {
    self.carrier = carrier
    self.lock = lock
    self.sharesLayout = sharesLayout
  }
}
