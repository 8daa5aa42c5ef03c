import Foundation
import Testing

/// The example on the page of a library product is code that a test compiles and runs.
@Suite struct ExampleTests {
  @Test(arguments: ["DeviceTree", "Planner", "PageAllocator"])
  func thePageShowsWhatTheTestRuns(module: String) throws {
    let page = try text("Sources/\(module)/\(module).docc/\(module).md")
    let test = try text("Tests/\(module)Tests/ExampleTests.swift")
    let shown = try #require(page.firstMatch(of: #/```swift\n((?:.|\n)*?)\n```/#)?.1)
    let run = try #require(test.firstMatch(of: #/  // example\n((?:.|\n)*?)\n  // end/#)?.1)
    let (imports, code) = Self.parts(String(shown))
    #expect(code == run.split(separator: "\n", omittingEmptySubsequences: false).map(Self.dedented))
    #expect(imports.contains("import \(module)"))
    for line in imports { #expect(test.contains("\n" + line) || test.hasPrefix(line), "\(line)") }
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: SourceFile.root.appending(path: path), encoding: .utf8)
  }

  private static func dedented(_ line: Substring) -> String {
    String(line.dropFirst(line.hasPrefix("  ") ? 2 : 0))
  }

  /// The imports, and the lines after them.
  private static func parts(_ code: String) -> (imports: [String], code: [String]) {
    let lines = code.components(separatedBy: "\n")
    let imports = lines.prefix { $0.hasPrefix("import ") }
    return (Array(imports), Array(lines.dropFirst(imports.count).drop { $0.isEmpty }))
  }
}
