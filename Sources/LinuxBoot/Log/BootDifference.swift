public import PhysicalMemory

/// Something in which a boot log and a prediction disagree.
public enum BootDifference: Hashable, Sendable {
  /// The log is of another kernel version.
  case otherKernel(stated: KernelVersion, log: String)
  /// The log is of another board.
  case otherBoard(tree: String, log: String)
  /// Words of the command line that decide about memory: those that only the log has, and those
  /// that only the prediction has; the pools that a `cma=` among them beat.
  case commandLine(inLog: [String], stated: [String], beaten: [String])
  /// The kernel was told of other RAM.
  case memory(missing: PhysicalRegionSet, extra: PhysicalRegionSet)
  /// A region or area did something else.
  case region(RegionDifference)
  /// Memory was reserved, or made no-map, that nothing predicts.
  case unexpectedReservation(PhysicalRegionSet, caller: String?)
  /// The kernel found places for nodes that the tree does not have.
  case unexpectedPlacement([PhysicalRange])
  /// A zone has other borders.
  case zone(Zone.Kind, predicted: PhysicalRange?, log: PhysicalRange?)
  /// The kernel was built with another default area than was assumed.
  case assumedDefaultSize(ByteCount, log: ByteCount)
  /// The blob in memory has another size than the tree given.
  case blobSize(ByteCount)
  /// The kernel of the log got past what was predicted to kill it.
  case survived(BootPanic)
}

/// What a region, or an area without a node, did and was predicted to do.
public struct RegionDifference: Hashable, Sendable {
  /// Why it may be so.
  public enum Cause: Hashable, Sendable {
    /// The tree has no such region.
    case notInTree
    /// The log does not know the region.
    case notInLog
    /// The kernel's tree states another `reg`, `size` or other property.
    case otherProperties
    /// The kernel chose another place.
    case moved
    /// The default area has another size: another `CONFIG_CMA_SIZE_MBYTES`.
    case otherDefaultSize
  }

  /// The node's name, or `default CMA area`, `crashkernel`.
  public let name: String
  /// The path of the tree's node, if it has it.
  public let node: String?
  /// What was predicted: the kernel's lines, or a range of its lists.
  public let predicted: [String]
  /// What the log says.
  public let log: [String]
  /// Why it may be so.
  public let cause: Cause

  /// Whether it is about the area that the kernel makes itself.
  public var isDefaultArea: Bool { name == BootMessages.defaultArea }
  /// Whether it is about the range for a crash kernel, which no node asks for.
  public var isCrashKernel: Bool { name == BootMessages.crashKernel }
}
