import Board
import BuiltinPolicies
import DeviceTree
import Diagnostics
import Formats
import Glibc
import Layout
import Policy
import YAML

/// The policy that a run uses.
struct PolicyInput: Sendable {
  /// The layers that hold for every board, and the user's.
  let layers: [Layer]
  let diagnostics: [Diagnostic]
  let sources: [String: SourceText]
  /// All files that there are, in order.
  private let files: [[UInt8]]
  private let quirks: BuiltinQuirks

  /// What the name of a built-in layer's file begins with.
  static let builtin = ValueOrigin.builtinFolder

  /// The layers for a board of this `compatible` list.
  func layers(for compatible: [String]) -> [Layer] {
    layers + quirks.layers(for: compatible)
  }

  /// SHA-256 of all files that there are, in order, for a layout; findings need none.
  var digest: String {
    var digest = SHA256()
    for bytes in files { digest.update(bytes) }
    return digest.hexadecimal
  }

  /// Reads the built-in layers and those that were given, and those of `more` as the user's.
  init(_ options: SharedOptions, adding more: [(name: String, bytes: [UInt8])] = []) throws {
    var reader = LayerReader()
    var sources: [String: SourceText] = [:]
    var files: [[UInt8]] = []
    func note(_ bytes: [UInt8], _ file: String) {
      sources[file] = SourceText(file: file, bytes: bytes)
      files.append(bytes)
    }
    func read(_ bytes: [UInt8], _ file: String, _ origin: Layer.Origin) {
      reader.read(bytes, file: file, origin: origin)
      note(bytes, file)
    }
    let builtin = options.noBuiltin ? [] : BuiltinPolicies.files
    for file in builtin where BuiltinQuirks.isQuirk(file.name) {
      note(file.bytes, Self.builtin + file.name)
    }
    for file in builtin where !BuiltinQuirks.isQuirk(file.name) {
      read(file.bytes, Self.builtin + file.name, .builtin)
    }
    for path in try Self.files(options.policy) {
      read(try InputFile.bytes(path, limit: YAMLLimits.default.bytes), path, .user)
    }
    for file in more { read(file.bytes, file.name, .user) }
    let broken = reader.diagnostics.filter { YAMLReader.fatal.contains($0.rule) }
    if !broken.isEmpty { throw RunError.malformed(reader.diagnostics, sources: sources) }
    layers = reader.layers
    quirks = BuiltinQuirks(builtin.filter { BuiltinQuirks.isQuirk($0.name) })
    diagnostics = reader.diagnostics
    self.sources = sources
    self.files = files
  }

  private static func files(_ given: [String]) throws(FileError) -> [String] {
    var files: [String] = []
    for path in given {
      if Folder.isFolder(path) {
        files += try Folder.files(below: path, endings: [".yaml", ".yml"])
      } else {
        files.append(path)
      }
    }
    return files
  }
}

/// A board's files, read.
enum BoardInput {
  /// Reads a DTB and applies its overlays in order.
  static func board(_ path: String, overlays: [String]) throws -> Board {
    let blobs = try ([path] + overlays).map { path in
      (file: path, bytes: try InputFile.bytes(path, limit: DeviceTree.maximumSize))
    }
    do throws(BoardFileError) {
      return try Board(base: blobs[0], overlays: Array(blobs.dropFirst()))
    } catch {
      throw RunError.input(error.description, help: error.help)
    }
  }
}

/// A layout that was written earlier, read back.
enum LayoutInput {
  static func layout(_ path: String) throws -> Layout {
    let bytes = try InputFile.bytes(path, limit: YAMLLimits.data.bytes)
    let (layout, diagnostics) = LayoutJSON.read(bytes: bytes, file: path)
    if let layout { return layout }
    throw RunError.malformed(diagnostics, sources: [path: SourceText(file: path, bytes: bytes)])
  }
}
