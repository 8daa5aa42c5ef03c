import Glibc

/// Why a file could not be read or written, in words for a person.
struct FileError: Error, CustomStringConvertible {
  let path: String
  let reason: String
  /// What to do about it, where the reason does not say.
  var help: String?
  /// Whether whoever reads what is written has gone.
  var isClosedPipe = false

  var description: String { "\(path): \(reason)" }

  /// The failure that `errno` tells of.
  ///
  /// A name that is not UTF-8 has arrived with U+FFFD in it, so it is never found.
  static func system(_ path: String) -> FileError {
    let code = errno
    let isForeign = code == ENOENT && path.unicodeScalars.contains("\u{FFFD}")
    let reason = String(cString: strerror(code))
    return FileError(
      path: path,
      reason: isForeign ? reason + "; a name that is not UTF-8 can not be read: rename it" : reason,
      isClosedPipe: code == EPIPE
    )
  }
}

/// Reads whole files, bounded.
enum InputFile {
  /// Whether there is anything at `path`.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The bytes of the file at `path`; more than `limit` of them is an error, and so is a directory.
  static func bytes(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw FileError(
        path: path,
        reason: "this is a directory; a file is needed",
        help: "name a file in it"
      )
    }
    if status.st_mode & S_IFMT == S_IFREG, status.st_size > limit {
      throw tooLarge(path, limit)
    }
    return try read(descriptor, path, limit, expected: max(Int(status.st_size), 0))
  }

  private static func read(
    _ descriptor: Int32,
    _ path: String,
    _ limit: Int,
    expected: Int
  ) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(expected, limit) + 1)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(path)
      }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      if bytes.count > limit { throw tooLarge(path, limit) }
    }
  }

  private static func tooLarge(_ path: String, _ limit: Int) -> FileError {
    FileError(
      path: path,
      reason: "the file has more than \(limit >> 20) MiB, which is refused",
      help: "check that it is the file that was meant; split it where it is"
    )
  }
}

/// Finds files below a folder.
enum Folder {
  /// Whether `path` is a folder.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// All files below `path` whose names end in one of `endings`, in byte order of their paths.
  ///
  /// Links to folders are not followed, so a loop of them can not hold the search. Pipes, sockets and
  /// devices are passed over: to read one, it has to be named.
  static func files(below path: String, endings: [String]) throws(FileError) -> [String] {
    var found: [String] = []
    var open = [path]
    while let folder = open.popLast() {
      guard let stream = opendir(folder) else { throw .system(folder) }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name == "." || name == ".." { continue }
        let full = folder.hasSuffix("/") ? folder + name : folder + "/" + name
        var status = stat()
        let isThere = lstat(full, &status) == 0
        if isThere, status.st_mode & S_IFMT == S_IFDIR {
          open.append(full)
        } else if endings.contains(where: name.hasSuffix), !isThere || isReadable(full, status) {
          // What has gone, or has a name that is not UTF-8, is an error to whoever reads it.
          found.append(full)
        }
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether there is a file at `path`, or a link: one that leads nowhere is an error of its own.
  private static func isReadable(_ path: String, _ link: stat) -> Bool {
    guard link.st_mode & S_IFMT == S_IFLNK else { return link.st_mode & S_IFMT == S_IFREG }
    var status = stat()
    return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }
}
