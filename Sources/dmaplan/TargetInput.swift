import Layout
import LinuxBoot

/// What the user states of the kernel.
enum TargetInput {
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
    choice.kernelConfig = try configuration(path)
    return choice
  }

  /// The text of the `.config` at `path`, plain or packed by gzip.
  static func configuration(_ path: String) throws -> String {
    let bytes = try InputFile.bytes(path, limit: KernelConfigFile.maximumBytes)
    do throws(KernelConfigFile.Failure) {
      return try KernelConfigFile.text(bytes)
    } catch {
      throw RunError.input("\(path): \(error)", help: error.help)
    }
  }
}
