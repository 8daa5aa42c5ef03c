import Policy

/// Something that happens in a run.
struct Event: Hashable, Sendable {
  /// Microseconds since the start.
  let time: UInt64
  let kind: Kind

  enum Kind: Hashable, Sendable {
    /// A short pin ends.
    case unpin(Int)
    /// A stream closes: by its number.
    case close(Int)
    /// A process that took memory dies.
    case hogEnd(Int)
    /// The next phase begins: the classes of memory come to its levels.
    case phase(Int)
    /// A class of memory grows.
    case grow(MemoryClass, pages: UInt64)
    /// Movable memory is replaced.
    case churn(pages: UInt64)
    /// Memory is pinned for long.
    case longPin(pages: UInt64)
    /// A process takes memory.
    case hog(Int, pages: UInt64)
    /// A page is pinned for a short time.
    case pin(Int)
    /// An open stream allocates all its buffers anew.
    case modeChange(Int)
    /// A stream opens.
    case open(Int)

    /// What comes first of two events at one time.
    var rank: (Int, Int) {
      switch self {
      case .unpin(let pin): (0, pin)
      case .close(let instance): (1, instance)
      case .hogEnd(let hog): (2, hog)
      case .phase(let phase): (3, phase)
      case .grow(let kind, _): (4, MemoryClass.allCases.firstIndex(of: kind) ?? 0)
      case .churn: (5, 0)
      case .longPin: (6, 0)
      case .hog(let hog, _): (7, hog)
      case .pin(let pin): (8, pin)
      case .modeChange(let instance): (9, instance)
      case .open(let instance): (10, instance)
      }
    }

    /// Whether a driver allocates or frees.
    var isOfStream: Bool {
      switch self {
      case .open, .close, .modeChange: true
      default: false
      }
    }
  }
}
