import Foundation
import Testing

/// `report.html` in a real browser, without a window: what it shows, what it does, who can read it.
///
/// With `DMAPLAN_AXE` naming axe-core's script, its rules are asked as well.
@Suite struct ReportPageTests {
  @Test func standsAlone() throws {
    let scratch = try Scratch()
    let page = try page(of: "allwinner-a20", in: scratch)
    #expect(page.hasPrefix("<!doctype html>"))
    for loaded in ["<link", "<img", "src=", "@import", "url("] {
      #expect(!page.contains(loaded), "the page loads something: \(loaded)")
    }
    // Without a script: the verdicts, each variant's regions and the findings are there as text.
    for text in ["<h2>Verdicts</h2>", "RAM variant 512m", "RAM variant 2g", "default-pool"] {
      #expect(page.contains(text), "\(text) is missing")
    }
  }

  @Test func namesOfATreeAreTextNotMarkup() throws {
    let scratch = try Scratch()
    let tree = scratch.path("evil.dtb")
    let source = scratch.path("evil.dts")
    let text = """
      /dts-v1/;
      / {
        compatible = "<script>alert(1)</script>\\"'&--><!--";
        #address-cells = <1>; #size-cells = <1>;
        memory@40000000 { device_type = "memory"; reg = <0x40000000 0x20000000>; };
      };
      """
    _ = try scratch.write("evil.dts", Array(text.utf8))
    let compiled = try Command.tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", tree, source)
    try #require(compiled.status == 0)
    let page = try Command.dmaplan("run", tree, "--format", "html").output
    #expect(!page.contains("<script>alert"))
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;--&gt;&lt;!--"))
    #expect(page.contains("\\u003cscript>alert(1)\\u003c/script>"))
  }

  @Test(.enabled(if: Browser.isThere, "chromium is not installed"), arguments: [false, true])
  func worksInABrowser(isDark: Bool) throws {
    let scratch = try Scratch()
    let seen = try Browser.probe(try page(of: "allwinner-a20", in: scratch), isDark, in: scratch)
    #expect(seen.errors == [])
    #expect(seen.schema == "dmaplan-report/1")
    #expect(seen.verdicts > 0 && seen.rows > 0)
    #expect(seen.drawings > 0 && seen.drawings == seen.pools && seen.heights == seen.drawings)
    #expect(!seen.scrollsSideways)
    #expect(seen.thinnestPart >= 4)
    #expect(seen.isFocused)
    #expect(seen.detail.contains("MiB"), "\(seen.detail)")
    #expect(seen.zoomed && seen.unzoomed && seen.zoomedByKey)
    #expect(seen.tabs == ["all variants", "512m", "1g", "2g"])
    #expect(seen.shownVariants == ["512m"])
    #expect(seen.shownAfterArrow == ["1g"])
    #expect(seen.nameless == 0)
    #expect(seen.texts > 100)
    #expect(seen.faint == [], "texts that are hard to read")
    #expect(seen.isDark == isDark)
    #expect(seen.axe ?? [] == [])
  }

  @Test(.enabled(if: Browser.isThere, "chromium is not installed"))
  func showsSomething() throws {
    let scratch = try Scratch()
    let picture = try Browser.picture(try page(of: "allwinner-a20", in: scratch), in: scratch)
    // A blank page of this size is a few kilobytes.
    #expect(picture.starts(with: [0x89, 0x50, 0x4e, 0x47]))
    #expect(picture.count > 50_000)
  }

  private func page(of fixture: String, in scratch: Scratch) throws -> String {
    let tree = try Trees.fixture(fixture, in: scratch)
    let file = scratch.path("report.html")
    let result = try Command.dmaplan("run", tree, "--format", "html", "-o", file)
    #expect(result.status < 2, "\(result.errors)")
    return try scratch.text("report.html")
  }
}

/// Chromium without a window.
private enum Browser {
  static let isThere = Command.has("chromium")

  /// What the probe saw.
  struct Seen: Decodable {
    let errors: [String]
    let schema: String
    let verdicts: Int
    let rows: Int
    let drawings: Int
    let pools: Int
    let heights: Int
    let scrollsSideways: Bool
    let thinnestPart: Int
    let detail: String
    let isFocused: Bool
    let zoomed: Bool
    let unzoomed: Bool
    let zoomedByKey: Bool
    let tabs: [String]
    let shownVariants: [String]?
    let shownAfterArrow: [String]?
    let nameless: Int
    let texts: Int
    let faint: [String]
    let isDark: Bool
    let axe: [String]?
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

  static func picture(_ page: String, in scratch: Scratch) throws -> Data {
    _ = try scratch.write("page.html", Array(page.utf8))
    let file = scratch.path("page.png")
    _ = try run(["--screenshot=\(file)"], [], scratch.path("page.html"), scratch)
    return try Data(contentsOf: URL(filePath: file))
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
