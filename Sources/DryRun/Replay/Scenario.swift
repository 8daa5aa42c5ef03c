public import PhysicalMemory

/// A list of operations that a machine carries out one after the other.
///
/// The operations are those of a program that asks a video driver for buffers and loads the machine
/// meanwhile; each says what that program does.
public struct Scenario: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Whether there is a disk to read files from.
  public var hasDisk: Bool
  /// What happens, in order.
  public var operations: [Operation]

  /// The scenario of this name.
  public init(name: String, hasDisk: Bool = false, operations: [Operation]) {
    self.name = name
    self.hasDisk = hasDisk
    self.operations = operations
  }

  /// One operation.
  public enum Operation: Hashable, Sendable {
    /// Allocates one buffer through the driver.
    case allocate(id: String, ByteCount)
    /// Frees the buffer with this id.
    case free(id: String)
    /// Maps and touches anonymous memory.
    case anonymous(ByteCount, AnonymousKind)
    /// Maps and touches anonymous memory in steps of 1 MiB until so much is free.
    case anonymousUntil(free: ByteCount)
    /// Writes a new file of this size to tmpfs.
    case tmpfs(ByteCount)
    /// Writes new files of 1 MiB to tmpfs until so much is free.
    case tmpfsUntil(free: ByteCount)
    /// Reads the first bytes of a file.
    case read(path: String, ByteCount)
    /// Writes so many small files of one size to tmpfs.
    case smallFiles(count: UInt64, ByteCount)
    /// Removes every second small file.
    case removeOdd
    /// Removes the tmpfs file of this number.
    case removeFile(String)
    /// Removes all tmpfs files but the small ones.
    case removeFiles
    /// Unmaps all anonymous memory.
    case dropAnonymous
    /// Unmaps the first mapping.
    case dropFirst
    /// Drops clean page cache and slab.
    case dropCaches
    /// Compacts all zones.
    case compact
    /// Pins the first anonymous page in each window of `stride` pages of the area, at most `most`.
    case pin(most: UInt64, stride: UInt64)
    /// Takes those pins away.
    case unpin
    /// Pins all anonymous memory for a long time.
    case pinLongTerm
    /// Waits.
    case sleep(milliseconds: UInt64)
    /// Only reports.
    case state
  }

  /// How anonymous memory is touched.
  public enum AnonymousKind: Hashable, Sendable {
    /// Page by page.
    case pages
    /// Page by page, and locked.
    case locked
    /// With huge pages where the kernel has them on.
    case huge
  }
}

extension Scenario.Operation {
  /// The word that starts it in a scenario file.
  public var word: String {
    switch self {
    case .allocate: "alloc"
    case .free: "free"
    case .anonymous(_, .pages): "anon"
    case .anonymous(_, .locked): "anon_locked"
    case .anonymous(_, .huge): "anon_thp"
    case .anonymousUntil: "anon_until"
    case .tmpfs: "tmpfs"
    case .tmpfsUntil: "tmpfs_until"
    case .read: "read"
    case .smallFiles: "small_files"
    case .removeOdd: "rm_odd"
    case .removeFile: "rm_file"
    case .removeFiles: "rm_tmpfs"
    case .dropAnonymous: "drop_anon"
    case .dropFirst: "drop_first"
    case .dropCaches: "drop_caches"
    case .compact: "compact"
    case .pin: "pin"
    case .unpin: "unpin"
    case .pinLongTerm: "uring"
    case .sleep: "sleep_ms"
    case .state: "state"
    }
  }
}
