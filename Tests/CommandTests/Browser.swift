import Foundation
import Testing

/// Chromium without a window.
enum Browser {
  static let isThere = Command.has("chromium")

  /// What the probe saw.
  struct Seen: Decodable {
    let errors: [String]
    let schema: String
    /// The page's own data, as JSON.
    let data: String
    let rows: Int
    let scrollsSideways: Bool
    let drawings: Int?
    let pools: Int?
    let heights: Int?
    let map: Map?
    let bars: [Bar]
    let systems: [[String]]
    let tabs: [String]
    let shownVariants: [String]?
    let shownAfterArrow: [String]?
    let nameless: Int
    let texts: Int
    let faint: [String]
    let isDark: Bool
    let axe: [String]?

    /// What became of the first map.
    struct Map: Decodable {
      let thinnestPart: Int
      let detail: String
      let isFocused: Bool
      let hovered: Bool
      let zoomed: Bool
      let unzoomed: Bool
      let zoomedByKey: Bool
    }

    /// A row of a chart.
    struct Bar: Decodable {
      let section: String
      let chart: String
      let label: String
      let text: String
      let percent: Int
    }
  }

  static func probe(_ page: String, _ isDark: Bool, in scratch: Scratch) throws -> Seen {
    let listener = """
      <script>window.pageErrors = [];
      addEventListener("error", (event) => pageErrors.push(event.message));
      addEventListener("unhandledrejection", (event) => pageErrors.push(String(event.reason)));
      addEventListener("securitypolicyviolation", (event) => pageErrors.push(event.blockedURI));
      const complain = console.error; console.error = (...words) => { pageErrors.push(words.join(" ")); complain(...words); };
      </script>
      """
    var last = "<script>" + (try probeScript) + "</script>"
    if let file = ProcessInfo.processInfo.environment["DMAPLAN_AXE"], !file.isEmpty {
      last = "<script>" + (try String(contentsOfFile: file, encoding: .utf8)) + "</script>" + last
    }
    let probed = page.replacing("<style>", with: listener + "<style>", maxReplacements: 1)
      .replacing("</body>", with: last + "</body>")
    _ = try scratch.write("probed.html", Array(probed.utf8))
    let result = try run(
      isDark ? ["--blink-settings=preferredColorScheme=0"] : [],
      ["--virtual-time-budget=20000", "--dump-dom"],
      scratch.path("probed.html"),
      scratch
    )
    let parts = result.output.split(separator: "PROBE", omittingEmptySubsequences: false)
    let json = parts.dropLast().last.map(String.init) ?? ""
    let plain = json.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&amp;", with: "&")
    do {
      return try JSONDecoder().decode(Seen.self, from: Data(plain.utf8))
    } catch {
      Issue.record("the probe left nothing: \(error)\n\(result.errors.suffix(2000))")
      throw error
    }
  }

  static func picture(
    _ page: String,
    hasScripts: Bool = true,
    in scratch: Scratch
  ) throws -> Data {
    let file = scratch.path("page.png")
    let policy = "script-src 'unsafe-inline'"
    let shown = hasScripts ? page : page.replacing(policy, with: "script-src 'none'")
    try show(shown, ["--screenshot=\(file)"], in: scratch)
    return try Data(contentsOf: URL(filePath: file))
  }

  /// The page as a printer would get it.
  static func print(_ page: String, in scratch: Scratch) throws -> Data {
    let file = scratch.path("page.pdf")
    try show(page, ["--print-to-pdf=\(file)", "--no-pdf-header-footer"], in: scratch)
    return try Data(contentsOf: URL(filePath: file))
  }

  private static func show(_ page: String, _ options: [String], in scratch: Scratch) throws {
    _ = try scratch.write("page.html", Array(page.utf8))
    _ = try run(options, [], scratch.path("page.html"), scratch)
  }

  private static var probeScript: String {
    get throws {
      try String(
        contentsOf: Command.root.appending(path: "fixtures/page/probe.js"),
        encoding: .utf8
      )
    }
  }

  private static func run(
    _ first: [String],
    _ second: [String],
    _ page: String,
    _ scratch: Scratch
  ) throws -> Command {
    let fixed = [
      "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
      "--window-size=1200,2400", "--user-data-dir=\(scratch.path("profile"))",
    ]
    return try Command.tool("chromium", fixed + first + second + ["file://" + page])
  }
}
