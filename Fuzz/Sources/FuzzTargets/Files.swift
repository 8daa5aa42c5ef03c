import Glibc

/// The files that targets start from, and the folder that they write to.
enum Files {
  /// What `Scripts/fuzz` has made: boards and a layout.
  private static let data = getenv("DMAPLAN_FUZZ_DATA").map { String(cString: $0) } ?? "."

  /// The path of a file that is always there.
  static func fixture(_ name: String) -> String { data + "/" + name }

  /// The bytes of such a file.
  static func fixtureBytes(_ name: String) -> [UInt8] {
    guard let bytes = try? InputFile.bytes(fixture(name), limit: 64 << 20) else {
      Harness.stop("\(fixture(name)) can not be read; Scripts/fuzz makes it")
    }
    return bytes
  }

  private static let scratch: String = {
    let parent = getenv("DMAPLAN_FUZZ_SCRATCH").map { String(cString: $0) } ?? "/tmp"
    var template = Array((parent + "/dmaplan-fuzz.XXXXXX").utf8CString)
    guard let path = mkdtemp(&template) else { Harness.stop("\(parent): no folder can be made") }
    return String(cString: path)
  }()

  /// A file with these bytes, in place of the last one of this name.
  static func file(_ name: String, _ bytes: [UInt8]) -> String {
    let path = scratch + "/" + name
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    do throws(FileError) {
      try OutputFile.write(bytes, to: descriptor, path)
    } catch {
      Harness.stop(error.description)
    }
    return path
  }
}
