/// A `.config` as it lies in a file: plain text, or packed by gzip as `/proc/config.gz` is.
public enum KernelConfigFile {
  /// Biggest text of a configuration, packed or not; a distribution's has 300 KiB.
  public static let maximumBytes = 16 << 20

  /// Why a file is no configuration, in words for a person.
  public struct Failure: Error, Hashable, CustomStringConvertible {
    /// What is wrong, with the byte where it begins.
    public let description: String
    /// What to do about it.
    public let help: String
  }

  /// The text of a configuration; whether it is packed is decided by its first bytes.
  ///
  /// Bytes that are not UTF-8 read as U+FFFD. O(bytes of the text)
  public static func text(_ bytes: [UInt8]) throws(Failure) -> String {
    var plain = bytes
    if bytes.starts(with: GZip.mark) {
      do throws(GZip.Failure) {
        plain = try GZip.unpack(bytes, limit: maximumBytes)
      } catch {
        throw Failure(error)
      }
    }
    let text = String(decoding: plain, as: UTF8.self)
    guard text.contains("CONFIG_") else {
      throw Failure(
        description: "this is no .config: it states no CONFIG_ symbol",
        help: "give the .config of the kernel's build, or /proc/config.gz of the running board"
      )
    }
    if let fault = KernelConfigText.fault(in: text) { throw fault }
    return text
  }
}

extension KernelConfig {
  /// The version that the head of a `.config` states: `# Linux/arm64 6.1.90 Kernel Configuration`.
  public static func statedVersion(_ text: String) -> KernelVersion? {
    // It stands in the third line; what is left after the eighth is one piece.
    for line in text.split(separator: "\n", maxSplits: 8) where line.hasPrefix("# Linux/") {
      let words = line.split(maxSplits: 3) { $0 == " " || $0 == "\n" }
      return words.count > 2 ? KernelVersion(words[2]) : nil
    }
    return nil
  }

  /// The whole command line of a kernel that gets `given` from the boot loader
  /// (`drivers/of/fdt.c: early_init_dt_scan_chosen`).
  public func wholeCommandLine(given: String) -> String {
    switch commandLineUse {
    case .force: commandLine
    case .extend: given + " " + commandLine
    case .ifNoneGiven: given.isEmpty ? commandLine : given
    }
  }
}

extension KernelConfigFile.Failure {
  fileprivate init(_ failure: GZip.Failure) {
    switch failure {
    case .truncated(let offset):
      description = "the gzip file ends too early, at byte \(offset)"
      help = "copy it again: the rest of it is missing"
    case .corrupt(let offset):
      description = "the gzip file is damaged before byte \(offset)"
      help = "copy it again, in binary mode; `gzip -t` tells whether it is whole"
    case .trailing(let offset):
      description = "the gzip file ends at byte \(offset), and something else follows"
      help = "remove what follows, or give the unpacked .config"
    case .tooLarge(let limit):
      description = "the gzip file unpacks to more than \(limit >> 20) MiB, which is refused"
      help = "give the .config itself; no kernel's has more than 1 MiB"
    }
  }
}
