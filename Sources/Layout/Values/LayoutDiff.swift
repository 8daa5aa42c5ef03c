import PhysicalMemory

/// What is different between two layouts, and which devices it matters to.
public struct LayoutDiff: Sendable, Hashable {
  /// What can happen to a region.
  public enum Change: String, Sendable, Hashable {
    /// Only the second layout has it.
    case appeared
    /// Only the first layout has it.
    case disappeared
    /// It lies elsewhere.
    case moved
    /// It is bigger.
    case grew
    /// It is smaller.
    case shrank
    /// It is of another kind, or is or is no more the default area.
    case changed
  }

  /// A region that is different.
  public struct Region: Sendable, Hashable {
    /// The name.
    public let name: String
    /// What happened to it, at least one thing.
    public let changes: [Change]
    /// How the first layout has it.
    public let before: LayoutRegion?
    /// How the second layout has it.
    public let after: LayoutRegion?
  }

  /// A device whose verdict may change.
  public struct Device: Sendable, Hashable {
    /// The name.
    public let name: String
    /// Why, in words for a person.
    public let reasons: [String]
  }

  /// The regions that are different, in the order of their names.
  public let regions: [Region]
  /// The devices that it matters to, in the order of their names.
  public let devices: [Device]
  /// Whether the kernel has other RAM.
  public let isOtherRAM: Bool

  /// Whether nothing is different.
  public var isEmpty: Bool { regions.isEmpty && devices.isEmpty && !isOtherRAM }

  /// The difference from `before` to `after`.
  ///
  /// - Complexity: O(regions squared + devices times regions).
  public init(from before: Layout, to after: Layout) {
    let names = Set(before.regions.map(\.name)).union(after.regions.map(\.name)).sorted()
    regions = names.compactMap { name in
      let (old, new) = (before.region(named: name), after.region(named: name))
      let changes = Self.changes(old, new)
      return changes.isEmpty ? nil : Region(name: name, changes: changes, before: old, after: new)
    }
    let devices = Set(before.devices.map(\.name)).union(after.devices.map(\.name)).sorted()
    self.devices = devices.compactMap { name in
      let reasons = DeviceComparison(
        before: before,
        after: after,
        old: before.devices.first { $0.name == name },
        new: after.devices.first { $0.name == name }
      ).reasons
      return reasons.isEmpty ? nil : Device(name: name, reasons: reasons)
    }
    isOtherRAM = RegionSet(before.banks) != RegionSet(after.banks)
  }

  private static func changes(_ old: LayoutRegion?, _ new: LayoutRegion?) -> [Change] {
    guard let old else { return [.appeared] }
    guard let new else { return [.disappeared] }
    var changes: [Change] = []
    if old.range.start != new.range.start { changes.append(.moved) }
    if old.range.size < new.range.size { changes.append(.grew) }
    if old.range.size > new.range.size { changes.append(.shrank) }
    if old.kind != new.kind || old.isDefault != new.isDefault { changes.append(.changed) }
    return changes
  }
}

/// Why a device may fare otherwise in the second layout.
private struct DeviceComparison {
  let before: Layout
  let after: Layout
  let old: LayoutDevice?
  let new: LayoutDevice?

  var reasons: [String] {
    guard let old else { return ["only the second layout has it"] }
    guard let new else { return ["only the first layout has it"] }
    guard old.needsContiguousMemory || new.needsContiguousMemory else { return [] }
    var reasons: [String] = []
    if old.needsContiguousMemory != new.needsContiguousMemory {
      reasons.append(
        new.needsContiguousMemory
          ? "it needs contiguous memory now" : "it needs no contiguous memory any more"
      )
    }
    if old.reach != new.reach { reasons.append("its reach is another") }
    if old.alignment != new.alignment || old.boundary != new.boundary {
      reasons.append("its buffers need another alignment or boundary")
    }
    return reasons + pools(old, new)
  }

  private func pools(_ old: LayoutDevice, _ new: LayoutDevice) -> [String] {
    let (was, now) = (regions(of: old, in: before), regions(of: new, in: after))
    if was.map(\.name) != now.map(\.name) {
      return ["it allocates from \(Self.list(now)) instead of \(Self.list(was))"]
    }
    return zip(was, now).flatMap { one, other -> [String] in
      var reasons: [String] = []
      if one.range.size != other.range.size {
        reasons.append(
          "`\(other.name)` has \(other.range.size.approximate) instead of "
            + one.range.size.approximate
        )
      }
      if one.kind != other.kind { reasons.append("`\(other.name)` is of another kind") }
      let (could, can) = (old.reach.contains(one.range), new.reach.contains(other.range))
      if could != can {
        reasons.append("`\(other.name)` is \(can ? "now in" : "out of") its reach")
      }
      return reasons
    }
  }

  /// The pools of a device, or the default area.
  private func regions(of device: LayoutDevice, in layout: Layout) -> [LayoutRegion] {
    device.pools.isEmpty
      ? [layout.defaultRegion].compactMap(\.self) : device.pools.compactMap(layout.region(named:))
  }

  private static func list(_ regions: [LayoutRegion]) -> String {
    regions.isEmpty ? "no pool" : regions.map { "`\($0.name)`" }.joined(separator: ", ")
  }
}
