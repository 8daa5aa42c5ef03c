/// A bar with its label and numbers.
struct HTMLBar {
  let label: String
  let value: UInt64
  let most: UInt64
  let text: String
  let note: String
  var style = "plain"

  /// The bar as a row of a chart.
  var row: HTML {
    let share = most == 0 ? 0 : Self.share(value, of: most, in: 100)
    return """
      <tr><th scope="row">\(label)</th><td class="bar">\
      <span class="track"><span class="\(style)" style="width:\(share)%"></span></span></td>\
      <td>\(text)<br><span class="quiet">\(note)</span></td></tr>

      """
  }

  /// A chart of rows; empty where there is none.
  static func chart(_ title: String, _ caption: String, _ rows: [HTML]) -> HTML {
    guard !rows.isEmpty else { return .empty }
    return """
      <figure class="chart"><figcaption><h3>\(title)</h3><p>\(caption)</p></figcaption>
      <table class="bars"><tbody>
      \(rows)</tbody></table></figure>

      """
  }

  /// `part` of `whole`, in so many steps; all of them where the part is no part.
  static func share(_ part: UInt64, of whole: UInt64, in steps: Int) -> Int {
    guard part < whole else { return steps }
    return Int(whole.dividingFullWidth(part.multipliedFullWidth(by: UInt64(steps))).quotient)
  }
}
