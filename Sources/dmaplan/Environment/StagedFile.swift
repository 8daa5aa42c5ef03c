import Glibc

/// A file that was written beside the one it is for, and waits to take its name.
struct StagedFile {
  private let temporary: String
  private let path: String

  /// Writes `bytes` into a new file beside `path`, with the permissions that the old one has.
  ///
  /// A link is followed to the file that it names.
  init(_ bytes: [UInt8], for path: String) throws(FileError) {
    var status = stat()
    let isThere = stat(path, &status) == 0
    if isThere, status.st_mode & S_IFMT == S_IFDIR {
      throw FileError(path: path, reason: "this is a directory; a file is needed")
    }
    let target = isThere ? try Self.resolved(path) : path
    var template = Array((target + ".XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw .system(path) }
    self.path = target
    temporary = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) },
      as: UTF8.self
    )
    do throws(FileError) {
      let mode = isThere ? status.st_mode & 0o7777 : 0o666 & ~Self.currentMask()
      try Self.fill(descriptor, bytes, mode, path)
    } catch {
      discard()
      throw error
    }
  }

  /// Puts the new file in the place of the old one.
  func takeName() throws(FileError) {
    guard rename(temporary, path) == 0 else { throw .system(path) }
  }

  /// Takes the new file away.
  func discard() { unlink(temporary) }

  /// The path of the file that `path` names, through all links.
  private static func resolved(_ path: String) throws(FileError) -> String {
    guard let real = realpath(path, nil) else { throw .system(path) }
    defer { free(real) }
    return String(cString: real)
  }

  /// Writes all of a new file and closes it, once, whatever happens.
  private static func fill(
    _ descriptor: Int32,
    _ bytes: [UInt8],
    _ mode: mode_t,
    _ path: String
  ) throws(FileError) {
    do throws(FileError) {
      try OutputFile.write(bytes, to: descriptor, path)
      guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else { throw .system(path) }
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
}
