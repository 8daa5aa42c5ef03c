import Foundation
import Testing

/// The pages of `compare` and `size` in a real browser: they say what their data say.
@Suite struct ChartPageTests {
  private struct Comparisons: Decodable {
    struct Row: Decodable {
      struct Success: Decodable {
        let successes: Int
        let runs: Int
      }
      let title: String
      let success: Success?
    }
    let comparisons: [Row]
  }

  private struct Sizes: Decodable {
    struct Pool: Decodable {
      struct Trial: Decodable {
        let size: String
        let serves: Bool
      }
      let smallest: String?
      let trials: [Trial]
    }
    let pools: [Pool]
  }

  @Test(.enabled(if: Browser.isThere, "chromium is not installed"), arguments: [false, true])
  func aComparisonSaysWhatItsDataSay(isDark: Bool) throws {
    let scratch = try Scratch()
    let seen = try look(
      ["compare", "--workload", "usb", "--seeds", "2"],
      isDark,
      in: scratch
    )
    #expect(seen.schema == "dmaplan-compare/1")
    #expect(seen.tabs == ["all variants", "512m", "1g", "2g"])
    #expect(seen.shownVariants == ["512m"])
    let data = try JSONDecoder().decode(Comparisons.self, from: Data(seen.data.utf8)).comparisons
    #expect(seen.systems.count == data.count && data.count > 20)
    for (cells, row) in zip(seen.systems, data) {
      #expect(cells[0] == row.title)
      guard let success = row.success else { continue }
      #expect(cells[1] == "\(success.successes)/\(success.runs)", "\(cells)")
    }
    let idle = seen.bars.filter { $0.chart == "Memory that nobody could use" }
    #expect(idle.contains { $0.label == "CMA today" && $0.percent == 0 }, "lent, so never idle")
    #expect(idle.contains { $0.label == "ION carve-out" && $0.percent > 0 })
  }

  @Test(.enabled(if: Browser.isThere, "chromium is not installed"))
  func aSizingShowsItsCliff() throws {
    let scratch = try Scratch()
    let arguments = ["size", "--variant", "1g", "--workload", "usb"]
    let seen = try look(arguments, false, in: scratch)
    #expect(seen.schema == "dmaplan-size/1")
    let data = try JSONDecoder().decode(Sizes.self, from: Data(seen.data.utf8))
    let pool = try #require(data.pools.first)
    #expect(seen.bars.count == min(20, pool.trials.count))
    let smallest = try #require(seen.bars.first { $0.text.contains("smallest") })
    #expect(pool.smallest != nil && smallest.percent >= 95)
    #expect(seen.bars.contains { $0.percent == 0 }, "sizes that fail are drawn as well")
  }

  @Test func aPageWithoutAnythingSaysSo() throws {
    let scratch = try Scratch()
    let board = try Trees.fixture("imx8mm", in: scratch)
    let file = scratch.path("none.html")
    let result = try Command.dmaplan(
      "compare",
      board,
      "--no-builtin",
      "--format",
      "html",
      "-o",
      file
    )
    #expect(result.status < 2, "\(result.errors)")
    let page = try scratch.text("none.html")
    #expect(page.contains("Nothing was compared") && page.hasSuffix("</html>\n"))
  }

  private func look(
    _ arguments: [String],
    _ isDark: Bool,
    in scratch: Scratch
  ) throws -> Browser.Seen {
    let board = try Trees.fixture("allwinner-a20", in: scratch)
    let file = scratch.path("page.html")
    let result = try Command.dmaplan(arguments + [board, "--format", "html", "-o", file])
    #expect(result.status < 2, "\(result.errors)")
    let page = try scratch.text("page.html")
    for loaded in ["<link", "<img", "src=", "@import", "url("] {
      #expect(!page.contains(loaded), "the page loads something: \(loaded)")
    }
    let seen = try Browser.probe(page, isDark, in: scratch)
    #expect(seen.errors == [])
    #expect(!seen.scrollsSideways)
    #expect(seen.nameless == 0)
    #expect(seen.texts > 20)
    #expect(seen.faint == [], "texts that are hard to read")
    #expect(seen.isDark == isDark)
    #expect(seen.axe ?? [] == [])
    return seen
  }
}
