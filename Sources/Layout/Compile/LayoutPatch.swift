public import DeviceTree
import PhysicalMemory

/// What has to change in a tree so that it says what a layout says.
///
/// The patched blob, the overlay and the overlay's source are all made from this one value.
public struct LayoutPatch: Sendable, Hashable {
  /// The cells of the root, in which regions are written.
  public let cells: CellCounts
  /// Whether /reserved-memory has to be made.
  public let createsContainer: Bool
  /// Nodes that are replaced, by path, with the phandle they had.
  public let removed: [RemovedNode]
  /// Nodes that are added to /reserved-memory, in the order of their addresses.
  public let added: [AddedNode]
  /// `memory-region` lists that are set.
  public let references: [RegionReferences]

  /// Whether nothing has to change.
  public var isEmpty: Bool { removed.isEmpty && added.isEmpty && references.isEmpty }

  /// A node that is replaced.
  public struct RemovedNode: Sendable, Hashable {
    /// The full path.
    public let path: String
  }

  /// A node that is added.
  public struct AddedNode: Sendable, Hashable {
    /// The name with unit address; without one for a dynamic region.
    public let name: String
    /// The region's name, which becomes its label.
    public let region: String
    /// The properties in order, without the phandle.
    public let properties: [NewProperty]
    /// The phandle it keeps from the node it replaces.
    public let phandle: UInt32?
    /// Whether something refers to it, so that it needs a phandle.
    public let isReferenced: Bool
  }

  /// A property that is set.
  public struct NewProperty: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The value.
    public let value: Value

    /// What a new property holds.
    public enum Value: Sendable, Hashable {
      /// Nothing: a Boolean.
      case empty
      /// Cells of 32 bits.
      case cells([UInt32])
      /// NUL-terminated strings.
      case strings([String])
      /// Bytes as they were in the tree.
      case bytes([UInt8])
    }

    /// The property `name` with `value`.
    public init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// A device's `memory-region` list.
  public struct RegionReferences: Sendable, Hashable {
    /// The device's full path.
    public let device: String
    /// Its regions in order.
    public let targets: [Target]

    /// What an entry of the list refers to.
    public enum Target: Sendable, Hashable {
      /// A node that the patch adds, by its region's name.
      case added(region: String)
      /// A node that the tree has, by its phandle.
      case existing(UInt32)
    }
  }

  /// `value` in `count` cells, big-endian.
  static func cells(_ value: UInt64, count: Int) -> [UInt32] {
    (0..<count).reversed().map {
      $0 > 1 ? 0 : UInt32(truncatingIfNeeded: value >> (32 * UInt64($0)))
    }
  }
}
