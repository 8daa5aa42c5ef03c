import DeviceTree
import Foundation
import Policy
import Testing

/// The files of this package that tests read.
enum Fixtures {
  /// The root of the package.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A folder of `fixtures`.
  static func folder(_ name: String) -> URL {
    root.appendingPathComponent("fixtures").appendingPathComponent(name)
  }

  /// The layers of `policies`.
  static let builtin: [Layer] = {
    let folder = root.appendingPathComponent("policies")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    var reader = LayerReader()
    for file in files.sorted() where file.hasSuffix(".yaml") {
      guard let data = try? Data(contentsOf: folder.appendingPathComponent(file)) else { continue }
      reader.read([UInt8](data), file: "<builtin>/" + file, origin: .builtin)
    }
    return reader.layers
  }()

  /// The tree of a source file, by `dtc`.
  static func tree(_ source: URL) throws -> DeviceTree {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["dtc", "-f", "-q", "-I", "dts", "-O", "dtb", source.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let blob = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "dtc: \(source.path)")
    return try DeviceTree(blob: [UInt8](blob))
  }

  /// The tree of a text, by `dtc`.
  static func tree(text: String) throws -> DeviceTree {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("dmaplan-\(UUID().uuidString).dts")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try tree(file)
  }
}
