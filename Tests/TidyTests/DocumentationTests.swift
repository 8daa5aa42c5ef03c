import Foundation
import Testing

/// The pages under `docs/` name each other and what the program writes.
@Suite struct DocumentationTests {
  private static let folder = SourceFile.root.appending(path: "docs")

  private static func pages() throws -> [String: String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
    return try Dictionary(
      uniqueKeysWithValues: names.filter { $0.hasSuffix(".md") }.map {
        ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
      }
    )
  }

  @Test func everyPageIsInTheIndex() throws {
    let pages = try Self.pages()
    let index = try #require(pages["README.md"])
    for name in pages.keys where name != "README.md" {
      #expect(index.contains("(\(name))"), "docs/README.md does not name \(name)")
    }
  }

  @Test func everyLinkLeadsToAFileAndItsHeading() throws {
    let pages = try Self.pages()
    #expect(pages.count > 10)
    for (name, text) in pages {
      for match in text.matches(of: #/\]\(([^)#: ]*)(?:#([^)]*))?\)/#) {
        let path = String(match.1)
        let target = path.isEmpty ? name : path
        let file = Self.folder.appending(path: target)
        #expect(FileManager.default.fileExists(atPath: file.path()), "\(name): \(target)")
        guard let anchor = match.2, let page = pages[target] else { continue }
        #expect(Self.anchors(of: page).contains(String(anchor)), "\(name): \(target)#\(anchor)")
      }
    }
  }

  @Test func everySchemaThatTheProgramNamesIsDescribed() throws {
    let page = try #require(try Self.pages()["formats.md"])
    var schemas: Set<String> = []
    for file in try SourceFile.all {
      for line in file.lines {
        for match in line.matches(of: #/"(dmaplan-[a-z]+\/[0-9]+)"/#) {
          schemas.insert(String(match.1))
        }
      }
    }
    #expect(schemas.count > 10)
    for schema in schemas { #expect(page.contains("`\(schema)`"), "\(schema)") }
  }

  /// The headings of a page as GitHub makes anchors of them.
  private static func anchors(of page: String) -> Set<String> {
    let headings = page.components(separatedBy: "\n").filter { $0.hasPrefix("#") }
    return Set(
      headings.map { line in
        line.drop { $0 == "#" || $0 == " " }.lowercased()
          .filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }
          .replacingOccurrences(of: " ", with: "-")
      }
    )
  }
}
