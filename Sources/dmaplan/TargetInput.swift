import Layout

/// What the user states of the kernel.
enum TargetInput {
  /// Biggest `.config` that is opened; a distribution's has 300 KiB.
  private static let maximumBytes = 16 << 20

  /// The choice that `options` make, with the `.config` read.
  static func choice(_ options: SharedOptions) throws -> TargetChoice {
    var choice = TargetChoice(linux: options.linux, commandLine: options.cmdline)
    guard let path = options.kernelConfig else { return choice }
    do throws(FileError) {
      let bytes = try InputFile.bytes(path, limit: maximumBytes)
      choice.kernelConfig = String(decoding: bytes, as: UTF8.self)
    } catch {
      throw RunError.input(error.description)
    }
    return choice
  }
}
