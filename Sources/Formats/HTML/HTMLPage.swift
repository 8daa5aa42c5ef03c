import ReportPage

/// A page that needs nothing else: head, style and script around what it shows, and its data as JSON.
///
/// Everything can be read and printed without the script, which adds tabs, zoom and the line that
/// says what is under the pointer.
struct HTMLPage {
  /// What kind of page it is, in a few words: they stand above the heading.
  let kind: String
  /// The heading.
  let heading: String
  /// What stands below the heading.
  let facts: HTML
  /// The names of the RAM variants: a tab for each.
  var variants: [String] = []
  /// The sections.
  let sections: HTML
  /// The element where reading begins.
  let start: String
  /// What the footer says of the data.
  let about: HTML
  /// The data by the id of their element.
  let data: [(id: String, value: JSONValue)]

  /// The whole page.
  var text: String {
    let page: HTML = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="\(Self.securityPolicy)">
      <title>\(heading): \(kind)</title>
      <style>
      \(HTML(markup: ReportPage.style))
      </style>
      </head>
      <body>
      <a class="skip" href="#\(start)">Skip to the \(start)</a>
      <header>
      <p class="kind">\(kind)</p>
      <h1>\(heading)</h1>
      \(facts)
      \(tabs)
      </header>
      <main>
      \(sections)
      </main>
      <footer><p>Written by dmaplan. The data of this page are in it: \(about).</p></footer>
      \(data.map(Self.element))<script>
      \(HTML(markup: ReportPage.script))
      </script>
      </body>
      </html>

      """
    return page.text
  }

  /// Nothing is loaded from anywhere: only what is in the page itself may act.
  private static let securityPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"

  /// A tab for each RAM variant; without a script all variants are shown one below the other.
  private var tabs: HTML {
    guard variants.count > 1 else { return .empty }
    let buttons = variants.map { name -> HTML in
      "<button type=\"button\" role=\"tab\" data-variant=\"\(name)\" aria-selected=\"false\">\(name)</button>"
    }
    return """
      <div class="tabs" role="tablist" aria-label="RAM variants" hidden>\
      <button type="button" role="tab" data-variant="" aria-selected="true">all variants</button>\(buttons)</div>
      """
  }

  /// JSON inside a script element, which only `<` could end.
  private static func element(_ data: (id: String, value: JSONValue)) -> HTML {
    let json = data.value.text.replacing("<", with: "\\u003c").replacing("&", with: "\\u0026")
    return """
      <script type="application/json" id="\(data.id)">\(HTML(markup: json))</script>

      """
  }
}
