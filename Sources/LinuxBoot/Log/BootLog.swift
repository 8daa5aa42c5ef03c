public import PhysicalMemory

/// What a boot log says of the early memory set-up.
///
/// Everything is optional: a log may begin late, lack debug lines, be cut off.
public struct BootLog: Sendable {
  /// A `memblock_reserve` line of `memblock=debug`.
  public struct Reservation: Hashable, Sendable {
    /// The range.
    public let range: PhysicalRange
    /// The function that asked for it, without offset.
    public let caller: String
    /// Who wanted memory, where the caller is memblock's own allocator.
    public let requester: String?

    /// Whether the kernel found the place for a node without `reg`.
    var isForNode: Bool {
      guard let requester else { return false }
      return requester.contains("reserved_mem") || requester.contains("alloc_reserved_memory")
    }
  }

  /// A line below `Zone ranges:`; no range where the zone is empty.
  public struct ZoneLine: Hashable, Sendable {
    /// The zone.
    public let kind: Zone.Kind
    /// Where it may have pages.
    public let range: PhysicalRange?
  }

  /// The version as the log writes it: `6.1.0-56-arm64`.
  public internal(set) var versionText: String?
  /// `Machine model:`.
  public internal(set) var model: String?
  /// `Kernel command line:`.
  public internal(set) var commandLine: String?
  /// `Early memory node ranges`, whole pages each.
  public internal(set) var nodeRanges: [PhysicalRange] = []
  /// The memory list of the `MEMBLOCK configuration`; empty without one.
  public internal(set) var memory: [PhysicalRange] = []
  /// The entries of it that are no-map.
  public internal(set) var noMap: [PhysicalRange] = []
  /// The reserved list of the `MEMBLOCK configuration`.
  public internal(set) var reserved: [PhysicalRange] = []
  /// The `memblock_reserve` lines in order, up to the configuration.
  public internal(set) var reservations: [Reservation] = []
  /// The zones.
  public internal(set) var zones: [ZoneLine] = []
  /// The lines about reserved memory and CMA areas, cleaned, in order.
  public internal(set) var messages: [String] = []
  /// The first line of a panic, BUG or WARNING.
  public internal(set) var trouble: String?
  /// Whether the kernel panicked.
  public internal(set) var panicked = false
  /// Whether user space was started.
  public internal(set) var reachedUserSpace = false
  /// Whether the log has the boot's first lines.
  public internal(set) var isFromStart = false

  /// The version, or nil where the log has none.
  public var version: KernelVersion? { versionText.flatMap { KernelVersion($0) } }

  /// Whether the log has the memblock lists.
  public var hasLists: Bool { !memory.isEmpty }

  /// The RAM as the log has it, joined; nil where it does not say.
  public var ram: PhysicalRegionSet? {
    let ranges = memory.isEmpty ? nodeRanges : memory
    return ranges.isEmpty ? nil : PhysicalRegionSet(ranges)
  }

  /// Whether anything was found that a prediction can be held against.
  public var saysNothing: Bool {
    ram == nil && messages.isEmpty && zones.isEmpty && versionText == nil && commandLine == nil
  }
}
