import Glibc

/// The standard streams.
enum Console {
  /// What errors of standard output name as their file.
  static let outputName = "standard output"

  /// Writes what a command is for.
  static func output(_ text: String) throws(FileError) {
    try OutputFile.write(Array(text.utf8), to: STDOUT_FILENO, outputName)
  }

  /// Writes everything else.
  ///
  /// A failure here has nowhere to be told.
  static func error(_ text: String) {
    try? OutputFile.write(Array(text.utf8), to: STDERR_FILENO, "standard error")
  }

  /// Whether standard output is a terminal.
  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether standard error is a terminal.
  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// The columns of the terminal, else nil.
  static var width: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
