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
    #expect(seen.rows > 0)
    let drawings = try #require(seen.drawings)
    #expect(drawings > 0 && drawings == seen.pools && seen.heights == drawings)
    #expect(!seen.scrollsSideways)
    let map = try #require(seen.map)
    #expect(map.thinnestPart >= 4)
    #expect(map.isFocused && map.hovered)
    #expect(map.detail.contains("MiB"), "\(map.detail)")
    #expect(map.zoomed && map.unzoomed && map.zoomedByKey)
    #expect(seen.tabs == ["all variants", "512m", "1g", "2g"])
    #expect(seen.shownVariants == ["512m"])
    #expect(seen.shownAfterArrow == ["1g"])
    #expect(seen.nameless == 0)
    #expect(seen.texts > 100)
    #expect(seen.faint == [], "texts that are hard to read")
    #expect(seen.isDark == isDark)
    #expect(seen.axe ?? [] == [])
  }

  /// With scripts and without them.
  @Test(.enabled(if: Browser.isThere, "chromium is not installed"), arguments: [true, false])
  func showsSomething(hasScripts: Bool) throws {
    let scratch = try Scratch()
    let page = try page(of: "allwinner-a20", in: scratch)
    let picture = try Browser.picture(page, hasScripts: hasScripts, in: scratch)
    // A blank page of this size is a few kilobytes.
    #expect(picture.starts(with: [0x89, 0x50, 0x4e, 0x47]))
    #expect(picture.count > 50_000)
  }

  /// Printed, all variants are on paper, on several sheets.
  @Test(.enabled(if: Browser.isThere, "chromium is not installed"))
  func prints() throws {
    let scratch = try Scratch()
    let paper = try Browser.print(try page(of: "allwinner-a20", in: scratch), in: scratch)
    let sheets = String(decoding: paper, as: UTF8.self).matches(of: /\/Type \/Page\b/).count
    #expect((3...40).contains(sheets), "\(sheets)")
  }

  private func page(of fixture: String, in scratch: Scratch) throws -> String {
    let tree = try Trees.fixture(fixture, in: scratch)
    let file = scratch.path("report.html")
    let result = try Command.dmaplan("run", tree, "--format", "html", "-o", file)
    #expect(result.status < 2, "\(result.errors)")
    return try scratch.text("report.html")
  }
}
