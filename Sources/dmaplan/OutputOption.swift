import ArgumentParser
import Diagnostics

/// `--output`.
struct OutputOption: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "Write to this file instead of standard output.",
    completion: .file()
  )
  var file: String?

  /// Writes `text` to the file that was asked for, else to standard output.
  func write(_ text: String) throws(FileError) {
    if let file {
      try OutputFile.write(Array(text.utf8), to: file)
    } else {
      try Console.output(text)
    }
  }
}
