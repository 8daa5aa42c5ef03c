import Diagnostics
import Glibc
import YAML

/// The standard streams while a target runs: what is written to them goes to a file without a name.
enum Output {
  /// Where libFuzzer and the sanitizers write.
  nonisolated(unsafe) private static var terminal: Int32 = -1
  nonisolated(unsafe) private static var file: Int32 = -1

  /// Remembers where to tell of findings, before libFuzzer closes the streams.
  static func open() {
    terminal = dup(STDERR_FILENO)
    file = anonymousFile()
    if terminal < 0 || file < 0 { Harness.stop("there is no file for the output") }
  }

  /// Runs `body`, and returns what it wrote if that is wanted.
  static func caught(keep: Bool, _ body: () -> Void) -> [UInt8] {
    ftruncate(file, 0)
    lseek(file, 0, SEEK_SET)
    dup2(file, STDOUT_FILENO)
    dup2(file, STDERR_FILENO)
    body()
    return keep ? contents() : []
  }

  private static func contents() -> [UInt8] {
    let size = Int(max(lseek(file, 0, SEEK_END), 0))
    var bytes = [UInt8](repeating: 0, count: size)
    _ = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, size, 0) }
    return bytes
  }

  /// Writes where a person sees it.
  static func tell(_ text: String) {
    let bytes = Array(text.utf8)
    write(terminal < 0 ? STDERR_FILENO : terminal, bytes, bytes.count)
  }

  // MARK: What outputs promise

  /// Text for people acts on no terminal.
  static func requireVisible(_ text: String, _ what: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
      let isPlain = line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
      Harness.require(
        isPlain || VisibleText.of(line) == line,
        "\(what) has characters that act on a terminal: \(String(reflecting: line))"
      )
    }
  }

  /// Text for programs is JSON that is read back.
  static func requireJSON(_ text: String, _ what: String) {
    let read = YAMLReader.read(bytes: Array(text.utf8), file: "output", limits: .data)
    Harness.require(
      read.diagnostics.isEmpty && read.documents.count == 1,
      "\(what) is not read back: \(read.diagnostics.first?.message ?? "") \(text.prefix(2000))"
    )
  }

  /// Every element of XML is closed, and no character is one that XML has not.
  static func requireXML(_ text: String, _ what: String) {
    var open: [Substring] = []
    var rest = text[...]
    Harness.require(
      text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" },
      "\(what) has a control character"
    )
    while let start = rest.firstIndex(of: "<") {
      guard let end = rest[start...].firstIndex(of: ">") else {
        Harness.stop("\(what) has a tag that does not end")
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      Harness.require(!tag.contains("<"), "\(what) has `<` in a tag: \(tag)")
      if tag.hasPrefix("?") || tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
      if tag.hasPrefix("/") {
        Harness.require(open.popLast() == tag.dropFirst(), "\(what) has </\(tag)> out of place")
      } else {
        open.append(tag.prefix { $0 != " " && $0 != "\n" })
      }
    }
    Harness.require(open.isEmpty, "\(what) leaves \(open) open")
  }
}

/// A file without a name.
@_silgen_name("dmaplan_fuzz_file")
private func anonymousFile() -> Int32
