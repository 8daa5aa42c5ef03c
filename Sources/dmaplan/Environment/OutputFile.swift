import Glibc

/// Writes files whole or not at all.
enum OutputFile {
  /// Makes the folder at `path` where it is not there; the folders above it exist or are made too.
  static func makeFolder(_ path: String) throws(FileError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for component in path.split(separator: "/") {
      made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + component
      if mkdir(made, 0o777) != 0, errno != EEXIST { throw .system(made) }
    }
    guard Folder.isFolder(path) else {
      throw FileError(path: path, reason: "this is a file; a folder is needed")
    }
  }

  /// Writes `bytes` to `path`: into a new file beside it, which then takes its name.
  static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    var template = Array((path + ".XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw .system(path) }
    let temporary = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) },
      as: UTF8.self
    )
    do throws(FileError) {
      try fill(descriptor, bytes, path)
      guard rename(temporary, path) == 0 else { throw .system(path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Adds `bytes` to the end of the file at `path`, which is made where it is not there.
  static func append(_ bytes: [UInt8], to path: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system(path) }
    defer { close(descriptor) }
    try write(bytes, to: descriptor, path)
  }

  /// Writes all of a new file and closes it, once, whatever happens.
  private static func fill(_ descriptor: Int32, _ bytes: [UInt8], _ path: String) throws(FileError)
  {
    do throws(FileError) {
      try write(bytes, to: descriptor, path)
      guard fchmod(descriptor, 0o666 & ~currentMask()) == 0, fsync(descriptor) == 0 else {
        throw .system(path)
      }
    } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw .system(path) }
  }

  private static func currentMask() -> mode_t {
    let mask = umask(0)
    umask(mask)
    return mask
  }

  /// Writes all of `bytes` to an open file.
  static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(FileError) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), bytes.count - offset)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(path)
      }
      offset += count
    }
  }
}

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
