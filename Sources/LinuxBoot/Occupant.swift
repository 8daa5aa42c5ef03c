public import PhysicalMemory

/// Someone who holds a range of memory in early boot.
public struct Occupant: Hashable, Sendable {
  /// Who it is.
  public enum Owner: Hashable, Sendable {
    /// The kernel's image.
    case kernel
    /// The initial RAM disk.
    case initrd
    /// The devicetree blob.
    case deviceTree
    /// The first page directory of 32-bit arm.
    case pageDirectory
    /// An entry of the header's `/memreserve/` list.
    case memoryReservation
    /// The headers of a crashed kernel's memory.
    case coreHeader
    /// Firmware that the caller told of.
    case firmware
    /// The node of `/reserved-memory` with this path.
    case node(String)
  }

  /// Who it is.
  public let owner: Owner
  /// What it holds.
  public let range: PhysicalRange
}

extension Replay {
  /// Remembers who holds a range, for what is said about those who do not get it.
  mutating func claim(_ owner: Occupant.Owner, _ base: PhysicalAddress, _ size: ByteCount) {
    guard size > .zero else { return }
    claims.append(Occupant(owner: owner, range: PhysicalRange(start: base, saturating: size)))
  }

  /// Reserves a range for `owner`.
  mutating func reserve(_ owner: Occupant.Owner, _ base: PhysicalAddress, _ size: ByteCount) {
    claim(owner, base, size)
    change { memblock throws(Memblock.Full) in try memblock.reserve(base, size) }
  }
}
