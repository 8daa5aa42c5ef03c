import Layout

/// What the user states of the kernel.
enum TargetInput {
  /// Biggest `.config` that is opened; a distribution's has 300 KiB.
  private static let maximumBytes = 16 << 20

  /// The choice that `options` make of one kernel, with the `.config` read.
  static func choice(_ options: SharedOptions) throws -> TargetChoice {
    let versions = options.linuxVersions
    if versions.count > 1 {
      throw RunError.input("--linux takes one version here; only `dmaplan boot` compares several")
    }
    return try choice(options, linux: versions.first ?? nil)
  }

  /// The choice that `options` make, but of this version.
  static func choice(_ options: SharedOptions, linux: String?) throws -> TargetChoice {
    var choice = TargetChoice(linux: linux, commandLine: options.cmdline)
    guard let path = options.kernelConfig else { return choice }
    do throws(FileError) {
      let bytes = try InputFile.bytes(path, limit: maximumBytes)
      let text = String(decoding: bytes, as: UTF8.self)
      guard text.contains("CONFIG_") else {
        throw FileError(path: path, reason: "this is no .config: it states no CONFIG_ symbol")
      }
      choice.kernelConfig = text
    } catch {
      throw RunError.input(error.description)
    }
    return choice
  }
}
