public import Diagnostics

/// Why a file could not be had, in words for a person; the file comes first.
public struct HostError: Error, CustomStringConvertible {
  /// The file and the reason.
  public let description: String

  /// A failure described so.
  public init(_ description: String) { self.description = description }
}

/// What a server needs of the machine that it runs on; the only way out of this module.
public protocol ServerHost {
  /// The bytes of the file at `path`; more than `limit` of them is an error.
  func bytes(ofFile path: String, limit: Int) throws(HostError) -> [UInt8]

  /// The policy files that `path` names: itself, or those in and below the folder that it is.
  func policyFiles(at path: String) throws(HostError) -> [String]

  /// A file with the text of a built-in layer that an editor can open, or nil where none can be
  /// written.
  func path(ofBuiltin name: String, bytes: [UInt8]) -> String?

  /// The folder of those files, if there is one.
  var builtinFolder: String? { get }

  /// The files of the built-in layers.
  var builtinLayers: [(name: String, bytes: [UInt8])] { get }

  /// The pages of the rules.
  var rulePages: [RulePage] { get }

  /// The day that waivers are held against.
  var today: String { get }

  /// The folder that relative paths start from where a client names none.
  var workingFolder: String { get }
}
