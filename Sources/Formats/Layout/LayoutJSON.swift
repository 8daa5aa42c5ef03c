/// The layout as JSON, `dmaplan-layout/1`: everything that a dry-run, a difference or a lock needs.
///
/// Reading what was written gives the same layout.
public enum LayoutJSON {
  /// The value of the key `schema`.
  public static let schema = "dmaplan-layout/1"
}
