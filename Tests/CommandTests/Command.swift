import Foundation
import Testing

/// Runs the built binary as a user would.
struct Command {
  let status: Int32
  let output: String
  let errors: String

  /// Standard output with the lines that were wrapped joined again.
  var unwrapped: String { output.replacing(#/\n {4,}/#, with: " ") }

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The binary beside the tests, or the one that the environment names.
  static var binary: URL {
    if let path = ProcessInfo.processInfo.environment["DMAPLAN_BINARY"] {
      return URL(filePath: path)
    }
    let beside = Bundle.main.executableURL?.deletingLastPathComponent().appending(path: "dmaplan")
    if let beside, FileManager.default.isExecutableFile(atPath: beside.path()) { return beside }
    return root.appending(path: ".build/debug/dmaplan")
  }

  /// Whether the binary has a sanitizer or counters in it, so that its costs are not those of users.
  static var isInstrumented: Bool {
    ProcessInfo.processInfo.environment["DMAPLAN_INSTRUMENTED"] != nil
  }

  /// Runs `dmaplan` with `arguments`.
  @discardableResult
  static func dmaplan(_ arguments: String...) throws -> Command { try dmaplan(arguments) }

  /// Runs `dmaplan` with `arguments`.
  static func dmaplan(_ arguments: [String]) throws -> Command {
    try run(binary, arguments)
  }

  /// Runs another program of the path, such as `dtc`.
  static func tool(_ name: String, _ arguments: String...) throws -> Command {
    try tool(name, arguments)
  }

  /// Runs another program of the path.
  static func tool(_ name: String, _ arguments: [String]) throws -> Command {
    try run(URL(filePath: "/usr/bin/env"), [name] + arguments)
  }

  /// Whether a program can be run.
  static func has(_ name: String) -> Bool {
    (try? run(URL(filePath: "/usr/bin/env"), ["sh", "-c", "command -v \(name)"]).status) == 0
  }

  private static func run(_ program: URL, _ arguments: [String]) throws -> Command {
    let folder = try Scratch()
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    // Files instead of pipes: a full pipe would stop the program that nobody reads.
    let output = try folder.handle("output")
    let errors = try folder.handle("errors")
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Command(
      status: process.terminationStatus,
      output: try folder.text("output"),
      errors: try folder.text("errors")
    )
  }
}

/// A folder that goes away with the test.
final class Scratch: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "dmaplan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path() }

  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: url.appending(path: name))
    return path(name)
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: url.appending(path: name)), as: UTF8.self)
  }

  func handle(_ name: String) throws -> FileHandle {
    _ = try write(name, [])
    return try FileHandle(forWritingTo: url.appending(path: name))
  }
}

/// Blobs to run the binary on.
enum Trees {
  /// The blob of a source in `fixtures/dts`.
  static func fixture(_ name: String, in scratch: Scratch) throws -> String {
    try compiled(try source("fixtures/dts/\(name).dts"), to: name + ".dtb", in: scratch)
  }

  /// The small board that the fuzzer changes, with its labels.
  static var fuzzedSource: String { get throws { try source("Fuzz/fixtures/board.dts") } }

  /// Its blob.
  static func fuzzed(in scratch: Scratch) throws -> String {
    try compiled(try fuzzedSource, to: "fuzzed.dtb", in: scratch, "-@")
  }

  /// The blob of a source, compiled by `dtc`.
  @discardableResult
  static func compiled(
    _ source: String,
    to name: String,
    in scratch: Scratch,
    _ options: String...
  ) throws -> String {
    let file = try scratch.write(name + ".dts", Array(source.utf8))
    let blob = scratch.path(name)
    let words = ["-q"] + options + ["-I", "dts", "-O", "dtb", "-o", blob, file]
    let result = try Command.tool("dtc", words)
    try #require(result.status == 0, "dtc: \(result.errors)")
    return blob
  }

  private static func source(_ path: String) throws -> String {
    try String(contentsOf: Command.root.appending(path: path), encoding: .utf8)
  }

  /// A real tree of Debian's kernel packages, which `make test` downloads.
  static func real(_ path: String) -> String? {
    guard let corpus = ProcessInfo.processInfo.environment["DMAPLAN_CORPUS"] else { return nil }
    let file = corpus + "/" + path
    return FileManager.default.fileExists(atPath: file) ? file : nil
  }

  /// Whether the real trees are there; tests that need them are skipped with this said.
  static var haveReal: Bool { real("arm64/broadcom/bcm2711-rpi-4-b.dtb") != nil }
}
