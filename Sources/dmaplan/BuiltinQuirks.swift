import BuiltinPolicies
import Policy
import Synchronization

/// The built-in layers that are for some boards alone, each read when a board wants it.
///
/// They are most of the built-in text, and a board wants one of them or none. What comes before a
/// quirk's own keys says which boards it is for.
final class BuiltinQuirks: Sendable {
  private let files: [(head: Layer, name: String, bytes: [UInt8])]
  private let known = Mutex<[String: [Layer]]>([:])

  /// The quirks among `files`, by their heads.
  init(_ files: [(name: String, bytes: [UInt8])]) {
    self.files = files.flatMap { file in
      Self.layers(Array(Self.head(of: file.bytes)), file.name).map { ($0, file.name, file.bytes) }
    }
  }

  /// The whole quirks that are for a board of this `compatible` list, in the order of their files.
  func layers(for compatible: [String]) -> [Layer] {
    files.filter { $0.head.rank(forCompatible: compatible, variant: nil) != nil }.flatMap { file in
      known.withLock { known in
        if let layers = known[file.name] { return layers }
        let layers = Self.layers(file.bytes, file.name)
        known[file.name] = layers
        return layers
      }
    }
  }

  /// Whether a built-in file is for some boards alone.
  static func isQuirk(_ name: String) -> Bool { name.hasPrefix("quirk-") }

  private static func layers(_ bytes: [UInt8], _ name: String) -> [Layer] {
    var reader = LayerReader()
    reader.read(bytes, file: PolicyInput.builtin + name, origin: .builtin)
    return reader.layers
  }

  /// The lines in front of the first key that says something of the board's memory.
  static func head(of bytes: [UInt8]) -> ArraySlice<UInt8> {
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      let isKey = UInt8(ascii: "a")...UInt8(ascii: "z") ~= bytes[start]
      if isKey, !headKeys.contains(where: bytes[start..<end].starts) { break }
      start = min(end + 1, bytes.endIndex)
    }
    return bytes[..<start]
  }

  private static let headKeys = ["dmaplan:", "name:", "match:", "why:"].map { Array($0.utf8) }
}
