import Foundation
import Testing

/// The promises of ARCHITECTURE.md that a machine can check.
@Suite struct StructureTests {
  /// The modules from the ground up; a module may import only those before it.
  static let order = [
    "CLibFDT", "CLibYAML", "CZLib", "PhysicalMemory", "Planner", "PageAllocator", "Diagnostics",
    "YAML",
    "DeviceTree", "Board", "LinuxBoot", "Policy", "Layout", "Validation", "ReportPage", "DryRun",
    "Formats", "LanguageServer", "BuiltinPolicies", "RuleManual", "dmaplan",
  ]

  /// What a module may import of the platform: only the executable does IO.
  static let platform: [String: Set<String>] = [
    "dmaplan": ["ArgumentParser", "Glibc", "Synchronization"]
  ]

  /// The engine's one unsafe file asks the system for memory, which is no IO.
  static let memoryFile = "PageAllocator/FlatMemory.swift"
  static let memoryImports: Set<String> = ["Glibc", "Musl"]

  @Test func modulesImportOnlyWhatLiesBelowThem() throws {
    for file in try SourceFile.all {
      let place = try #require(Self.order.firstIndex(of: file.module), "unknown \(file.module)")
      for name in file.imports {
        let known = Self.order.firstIndex(of: name).map { $0 < place } ?? false
        let asks = file.path == Self.memoryFile && Self.memoryImports.contains(name)
        let allowed = known || asks || Self.platform[file.module]?.contains(name) == true
        #expect(allowed, "\(file.path) imports \(name)")
      }
    }
  }

  @Test func plannerAndEngineKnowMemoryAlone() throws {
    for file in try SourceFile.all where ["Planner", "PageAllocator"].contains(file.module) {
      let imports = Set(file.imports)
        .subtracting(file.path == Self.memoryFile ? Self.memoryImports : [])
      #expect(imports.isSubset(of: ["PhysicalMemory"]), "\(file.path)")
    }
  }

  @Test func aCLibraryIsImportedByItsOwnModuleAlone() throws {
    let home = ["CLibFDT": "DeviceTree", "CLibYAML": "YAML", "CZLib": "LinuxBoot"]
    for file in try SourceFile.all {
      for name in file.imports {
        if let module = home[name] { #expect(file.module == module, "\(file.path)") }
      }
    }
  }

  @Test func onlyTheExecutablePrints() throws {
    for file in try SourceFile.all where file.module != "dmaplan" {
      for line in file.lines {
        let code = line.prefix { _ in true }.components(separatedBy: "//")[0]
        #expect(!code.contains(#/\bprint\(/#), "\(file.path): \(line)")
        #expect(!code.contains("FileManager"), "\(file.path): \(line)")
      }
    }
  }

  @Test func nothingTrapsOnDataFromOutside() throws {
    for file in try SourceFile.all {
      for line in file.lines where !line.trimmingCharacters(in: .whitespaces).hasPrefix("//") {
        for word in ["try!", "fatalError(", " as! "] {
          #expect(!line.contains(word), "\(file.path): \(line)")
        }
      }
    }
  }

  @Test func filesAndFunctionsFitTheirScreens() throws {
    for file in try SourceFile.all {
      #expect(file.lines.count <= 300, "\(file.path) has \(file.lines.count) lines")
      for function in file.functions {
        #expect(function.length <= 70, "\(file.path):\(function.line) is \(function.length) lines")
      }
    }
  }

  @Test func lintIsSilencedNowhere() throws {
    for file in try SourceFile.all {
      #expect(!file.lines.contains { $0.contains("swift-format-ignore") }, "\(file.path)")
    }
  }

  @Test func theBuiltinListIsTheFolder() throws {
    let folder = SourceFile.root.appending(path: "policies")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path())
      .filter { $0.hasSuffix(".yaml") }.sorted()
    let list = try String(contentsOf: folder.appending(path: "Builtin.swift"), encoding: .utf8)
    let named = list.matches(of: #/\("([^"]+\.yaml)"/#).map { String($0.1) }
    #expect(named == files)
  }

  /// What boards a quirk is for is read from the lines in front of its other keys.
  @Test func quirksSayFirstWhatTheyAreFor() throws {
    let folder = SourceFile.root.appending(path: "policies")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path())
    for file in files where file.hasSuffix(".yaml") {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      let keys = text.matches(of: #/(?m)^([a-z-]+):/#).map { String($0.1) }
      let head = ["dmaplan", "name", "match", "why"]
      #expect(file.hasPrefix("quirk-") == keys.contains("match"), "\(file)")
      if keys.contains("match") { #expect(Array(keys.prefix(4)) == head, "\(file)") }
    }
  }
}

/// A Swift file of the package.
struct SourceFile {
  let path: String
  let module: String
  let lines: [String]

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static var all: [SourceFile] {
    get throws {
      let sources = root.appending(path: "Sources")
      let found = FileManager.default.enumerator(atPath: sources.path())
      var files: [SourceFile] = []
      while let name = found?.nextObject() as? String {
        guard name.hasSuffix(".swift") else { continue }
        let text = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
        files.append(
          SourceFile(
            path: name,
            module: String(name.prefix { $0 != "/" }),
            lines: text.components(separatedBy: "\n").dropLast()
          )
        )
      }
      return files.sorted { $0.path < $1.path }
    }
  }

  var imports: [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place <= 1, words.count > place + 1 else {
        return nil
      }
      guard place == 0 || ["public", "internal", "package"].contains(words[0]) else { return nil }
      return String(words[place + 1])
    }
  }

  /// The functions with their lengths, by the indentation of their braces.
  var functions: [(line: Int, length: Int)] {
    var result: [(line: Int, length: Int)] = []
    for (index, line) in lines.enumerated() {
      let words = line.split(separator: " ").prefix(6)
      let isFunction = words.contains("func") || words.contains { $0.hasPrefix("init(") }
      guard isFunction, !line.trimmingCharacters(in: .whitespaces).hasPrefix("//") else { continue }
      let indentation = line.prefix { $0 == " " }
      let end = lines[index...].firstIndex { $0 == indentation + "}" }
      let oneLine =
        line.hasSuffix("}") || !lines[index...].prefix(12).contains { $0.hasSuffix("{") }
      if let end, !oneLine { result.append((index + 1, end - index + 1)) }
    }
    return result
  }
}
