/// Why a text is not the value that a key wants, with what to write instead.
struct ValueError: Error, Hashable {
  let message: String
  let help: String?
  /// What to write instead, where there is one thing.
  let replacement: String?
  /// Whether that is the only reading of what was written.
  let isOnlyReading: Bool

  init(
    _ message: String,
    help: String? = nil,
    replacement: String? = nil,
    isOnlyReading: Bool = false
  ) {
    self.message = message
    self.help = help
    self.replacement = replacement
    self.isOnlyReading = isOnlyReading
  }
}
