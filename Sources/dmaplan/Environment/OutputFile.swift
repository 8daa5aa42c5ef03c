import Glibc

/// Writes files whole or not at all, and many of them together or none.
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

  /// Writes `bytes` to `path`.
  static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try write([(path, bytes)])
  }

  /// Writes all of `files`, or none where one of them can not be written.
  ///
  /// Each is written into a new file beside the one it is for; once all are on the disk they take
  /// their names. Signals wait meanwhile, so that only a crash or SIGKILL can leave such a file behind.
  /// Pipes and devices can not be replaced: they are written to first.
  static func write(_ files: [(path: String, bytes: [UInt8])]) throws(FileError) {
    let streams = files.filter { isStream($0.path) }
    for stream in streams { try send(stream.bytes, into: stream.path) }
    try Interruption.deferred { () throws(FileError) in
      var staged: [StagedFile] = []
      do throws(FileError) {
        for file in files where !streams.contains(where: { $0.path == file.path }) {
          staged.append(try StagedFile(file.bytes, for: file.path))
        }
        while let stage = staged.first {
          try stage.takeName()
          staged.removeFirst()
        }
      } catch {
        for stage in staged { stage.discard() }
        throw error
      }
    }
  }

  /// Whether there is something at `path` that is neither a file nor a folder.
  private static func isStream(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }

  private static func send(_ bytes: [UInt8], into path: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path) }
    defer { close(descriptor) }
    try write(bytes, to: descriptor, path)
  }

  /// Adds `bytes` to the end of the file at `path`, which is made where it is not there.
  static func append(_ bytes: [UInt8], to path: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system(path) }
    defer { close(descriptor) }
    try write(bytes, to: descriptor, path)
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
