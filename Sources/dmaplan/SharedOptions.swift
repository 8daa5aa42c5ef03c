import ArgumentParser
import LinuxBoot
import PhysicalMemory
import Policy

/// What most commands take.
struct SharedOptions: ParsableArguments {
  @Option(
    help: "Add the layers of this file or folder (repeatable).",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var policy: [String] = []

  @Flag(help: "Leave the built-in layers out.")
  var noBuiltin = false

  @Option(
    help: "Apply this overlay, in the order given (repeatable).",
    completion: .file(extensions: ["dtbo"])
  )
  var overlay: [String] = []

  @Option(help: "The kernel's command line, instead of the tree's and policy's.")
  var cmdline: String?

  @Option(help: "The kernel's .config.", completion: .file())
  var kernelConfig: String?

  @Option(help: "The kernel version, such as 6.1 or 6.12.94.")
  var linux: String?

  @Option(help: "The RAM, as ranges with commas between: 0x4000_0000..+1GiB.")
  var ram: String?

  @Option(help: "Only this RAM variant of the policy.")
  var variant: String?

  @Option(help: "Where the boot loader puts NAME: kernel=0x4020_0000+32MiB (repeatable).")
  var bootObject: [String] = []

  @Option(help: "When to use colour: auto, always, never.")
  var color: ColorChoice = .auto

  @Option(help: "The least severity that makes the exit status 1: error, warning, note.")
  var failOn: FailOn = .error

  @Option(help: "The day that waivers are held against, YYYY-MM-DD.")
  var today: String?

  @Option(name: .shortAndLong, help: "How many threads to use.")
  var jobs: Int?

  @Flag(name: .shortAndLong, help: "Print nothing but what was asked for.")
  var quiet = false

  func validate() throws {
    if ram != nil, variant != nil {
      throw ValidationError(
        "--ram and --variant exclude each other: --ram is a variant of its own."
      )
    }
    for case let version? in linuxVersions where KernelVersion(version) == nil {
      throw ValidationError("`\(version)` is no kernel version; write 6.12 or 6.12.94.")
    }
    if let today, today.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) == nil {
      throw ValidationError("`\(today)` is no day; write YYYY-MM-DD.")
    }
    if let jobs, jobs < 1 { throw ValidationError("--jobs is at least 1.") }
    _ = try ramRanges()
    _ = try bootObjects()
  }
}

/// When to use colour.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

/// The least severity that makes the exit status 1.
enum FailOn: String, ExpressibleByArgument, CaseIterable {
  case error, warning, note
}

extension SharedOptions {
  /// The versions of `--linux`, of which only `boot` takes several; one nil where it is not given.
  var linuxVersions: [String?] {
    linux.map { $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0) } }
      ?? [nil]
  }

  /// The ranges of `--ram`.
  func ramRanges() throws -> [PhysicalRange]? {
    try ram.map { text in
      try text.split(separator: ",").map { part in
        guard let range = Self.range(String(part)) else {
          throw ValidationError("`\(part)` is no range of RAM; write 0x4000_0000..+1GiB.")
        }
        return range
      }
    }
  }

  /// The places of `--boot-object`.
  func bootObjects() throws -> BootObjects {
    var objects = BootObjects()
    for text in bootObject {
      guard let equals = text.firstIndex(of: "=") else { throw Self.badObject(text) }
      let place = String(text[text.index(after: equals)...])
      switch text[..<equals] {
      case "kernel": objects.kernel = try Self.range(place, text)
      case "initrd": objects.initrd = try Self.range(place, text)
      case "dtb": objects.dtb = try Self.range(place, text)
      case "kernel-load":
        guard let address = AddressExpression(place)?.address(ram: RegionSet()) else {
          throw Self.badObject(text)
        }
        objects.kernelLoad = address
      default: throw Self.badObject(text)
      }
    }
    return objects
  }

  /// A range as policy writes it, or START+SIZE.
  private static func range(_ place: String) -> PhysicalRange? {
    let sized = place.replacingFirst("+", with: "..+")
    let range = (RangeExpression(place) ?? RangeExpression(sized))?.range(ram: RegionSet())
    return range.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func range(_ place: String, _ text: String) throws -> PhysicalRange {
    guard let range = range(place) else { throw badObject(text) }
    return range
  }

  private static func badObject(_ text: String) -> ValidationError {
    ValidationError(
      "`\(text)` is no boot object; write kernel=, initrd= or dtb=BASE+SIZE, or kernel-load=ADDR."
    )
  }
}

extension String {
  fileprivate func replacingFirst(_ part: Character, with text: String) -> String {
    guard let place = firstIndex(of: part) else { return self }
    return self[..<place] + text + self[index(after: place)...]
  }
}
