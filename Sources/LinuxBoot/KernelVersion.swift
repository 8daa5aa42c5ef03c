/// A Linux version such as 6.1 or 6.12.94.
public struct KernelVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The first number.
  public let major: Int
  /// The second number.
  public let minor: Int
  /// The point release, or nil for the newest one of its series.
  public let patch: Int?

  /// The version of these numbers; without `patch` the newest point release.
  public init(_ major: Int, _ minor: Int, _ patch: Int? = nil) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// Reads `6.12`, `6.12.94`, `v6.1`, `6.1.0-56-arm64`; nil for anything else.
  ///
  /// What follows the numbers behind a `-`, `+` or space is a vendor's suffix and is left out. A patch
  /// of 0 with a suffix is a distribution's way to name a series (`6.1.0-56`), so it counts as none.
  public init?(_ text: some StringProtocol) {
    var rest = Substring(text)
    if rest.hasPrefix("v") { rest = rest.dropFirst() }
    let numbers = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = rest.dropFirst(numbers.count)
    guard suffix.first.map({ "-+ ".contains($0) }) ?? true else { return nil }
    let parts = numbers.split(separator: ".", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count) else { return nil }
    let values = parts.compactMap { $0.count <= 4 ? Int($0) : nil }
    guard values.count == parts.count else { return nil }
    let patch = values.count == 3 ? values[2] : nil
    self.init(values[0], values[1], patch == 0 && !suffix.isEmpty ? nil : patch)
  }

  /// Orders versions by their numbers; a missing patch is above every patch of the series.
  public static func < (lhs: KernelVersion, rhs: KernelVersion) -> Bool {
    (lhs.major, lhs.minor, lhs.patch ?? .max) < (rhs.major, rhs.minor, rhs.patch ?? .max)
  }

  /// Whether this version is `major.minor.patch` or newer.
  public func isAtLeast(_ major: Int, _ minor: Int, _ patch: Int = 0) -> Bool {
    (self.major, self.minor, self.patch ?? .max) >= (major, minor, patch)
  }

  /// Whether both are of one series, as 6.12 and 6.12.94 are.
  public func isSameSeries(as other: KernelVersion) -> Bool {
    (major, minor) == (other.major, other.minor)
  }

  /// As in `6.12.94` or `6.1`.
  public var description: String {
    "\(major).\(minor)" + (patch.map { ".\($0)" } ?? "")
  }

  /// Whether this version's rules were read in its own source or seen in its own boots.
  public var isModelled: Bool {
    (major, minor) == (6, 1) || ((major, minor) == (6, 12) && (patch ?? .max) >= 13)
  }

  /// The modelled version whose rules are used for this one: itself where it is modelled.
  public var nearestModelled: KernelVersion {
    if isModelled { return self }
    return isAtLeast(6, 12, 13) ? KernelVersion(6, 12) : KernelVersion(6, 1)
  }
}
