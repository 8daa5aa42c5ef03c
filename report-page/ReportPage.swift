/// What every `report.html` carries with it: its style sheet and its script.
public enum ReportPage {
  /// The style sheet: light and dark, screen and paper.
  public static var style: String { String(decoding: PackageResources.page_css, as: UTF8.self) }
  /// The script: tabs, zoom, and the line that says what is under the pointer.
  public static var script: String { String(decoding: PackageResources.page_js, as: UTF8.self) }
}
