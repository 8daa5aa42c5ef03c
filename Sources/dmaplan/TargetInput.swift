import Layout

/// What the user states of the kernel.
enum TargetInput {
  /// Biggest `.config` that is opened; a distribution's has 300 KiB.
  private static let maximumBytes = 16 << 20

  /// The first bytes of what gzip writes, such as `/proc/config.gz` (RFC 1952, section 2.3.1).
  private static let gzipMark: [UInt8] = [0x1f, 0x8b]

  /// The choice that `options` make, with the `.config` read.
  static func choice(_ options: SharedOptions) throws -> TargetChoice {
    var choice = TargetChoice(linux: options.linux, commandLine: options.cmdline)
    guard let path = options.kernelConfig else { return choice }
    do throws(FileError) {
      let bytes = try InputFile.bytes(path, limit: maximumBytes)
      guard !bytes.starts(with: gzipMark) else {
        throw FileError(
          path: path,
          reason: "the file is compressed with gzip; unpack it first: zcat \(path) > kernel.config"
        )
      }
      choice.kernelConfig = String(decoding: bytes, as: UTF8.self)
    } catch {
      throw RunError.input(error.description)
    }
    return choice
  }
}
