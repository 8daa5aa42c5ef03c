import DeviceTree
import PhysicalMemory

/// A boot log held against a prediction.
///
/// A difference that has a cause in what the kernel was given (another version, command line, RAM)
/// is stated once, and the rest is compared with the prediction for what the log says was given.
public struct BootComparison: Sendable {
  /// What the log and the prediction disagree in, causes first.
  public internal(set) var differences: [BootDifference] = []
  /// What the log is compared with in the end.
  public private(set) var input: BootInput
  /// What that comes to.
  public private(set) var outcome: BootOutcome
  /// The log.
  public let log: BootLog

  /// Compares `log` with the boot of `input`; a version that `isVersionStated` is held against the
  /// log's, otherwise the log's is taken; without a stated configuration the default area has the
  /// size that the log shows.
  public init(
    _ log: BootLog,
    _ input: BootInput,
    isVersionStated: Bool,
    isConfigStated: Bool
  ) {
    self.log = log
    self.input = input
    outcome = .booted(BootMap())
    if let other = otherBoard {
      differences = [other]
      outcome = LinuxBoot.replay(input)
      return
    }
    settleVersion(isStated: isVersionStated)
    settleCommandLine()
    if !isConfigStated { settleDefaultSize() }
    settleObjects()
    outcome = LinuxBoot.replay(self.input)
    settleMemory()
    compareRegions()
    compareLists()
    compareZones()
    if let panic = outcome.panic, log.reachedUserSpace, log.trouble == nil {
      differences.append(.survived(panic))
    }
  }

  private var map: BootMap { outcome.map }

  /// Whether nothing was found but what was assumed.
  public var agrees: Bool {
    differences.allSatisfy { difference in
      switch difference {
      case .assumedDefaultSize, .blobSize: true
      default: false
      }
    }
  }

  // MARK: What the kernel was given

  /// `of_flat_dt_get_machine_name`: the model, else the first `compatible`.
  private var otherBoard: BootDifference? {
    let root = input.tree.root
    let name = root.property("model")?.string ?? input.tree.compatible.first
    guard let name, let model = log.model, !model.isEmpty, model != name else { return nil }
    return .otherBoard(tree: name, log: model)
  }

  private mutating func settleVersion(isStated: Bool) {
    guard let text = log.versionText, let version = log.version else { return }
    let stated = input.target.version
    let isSame =
      (stated.major, stated.minor) == (version.major, version.minor)
      && (stated.patch == nil || version.patch == nil || stated.patch == version.patch)
    if isSame, isStated { return }
    if !isSame, isStated { differences.append(.otherKernel(stated: stated, log: text)) }
    input.target.version = version
  }

  private mutating func settleCommandLine() {
    guard let line = log.commandLine else { return }
    let whole = Replay(input).commandLine
    // The kernel cuts what it logs after about a thousand characters.
    if line.count > 900, whole.text.hasPrefix(line) { return }
    let logged = CommandLine(line)
    let mine = Self.decisive(whole)
    let theirs = Self.decisive(logged)
    input.commandLine = line
    // What the log has holds the built-in command line already.
    input.target.config.commandLineUse = .ifNoneGiven
    guard mine != theirs else { return }
    let inLog = theirs.filter { !mine.contains($0) }
    differences.append(
      .commandLine(
        inLog: inLog,
        stated: mine.filter { !theirs.contains($0) },
        beaten: inLog.contains { $0.hasPrefix("cma=") } ? beatenPools : []
      )
    )
  }

  /// The pools that the log says `cma=` beat.
  private var beatenPools: [String] {
    log.messages.filter { $0.hasPrefix("Reserved memory: bypass ") }
      .compactMap(BootMessages.subject(of:))
  }

  private static let decisiveNames: Set<String> = [
    "cma", "cma_pernuma", "numa_cma", "hugetlb_cma", "mem", "crashkernel", "movable_node",
    "kernelcore", "movablecore", "swiotlb", "vmalloc", "numa", "reserve_mem", "memmap", "highmem",
  ]

  /// The words that decide about memory, as they stand there.
  private static func decisive(_ line: CommandLine) -> [String] {
    line.words.filter { decisiveNames.contains($0.name) }
      .map { word in word.value.map { "\(word.name)=\($0)" } ?? word.name }
  }

  /// Takes the size of the configured default area from the log.
  private mutating func settleDefaultSize() {
    guard !CommandLine(input.commandLine).has("cma"), input.target.config.dmaCMA,
      // Areas for huge pages are reserved before it.
      let line = log.messages.last(where: {
        $0.hasPrefix("cma: Reserved ") || $0.hasPrefix("cma: Failed to reserve ")
      }),
      let number = line.split(separator: " ").lazy.compactMap({ UInt64($0) }).first
    else { return }
    let size = ByteCount.mib(min(number, 1 << 20))
    guard case .bytes(let assumed) = input.target.config.defaultAreaSize, assumed != size else {
      return
    }
    differences.append(.assumedDefaultSize(assumed, log: size))
    input.target.config.defaultAreaSize = .bytes(size)
  }

  /// Where the log shows the kernel's image and the tree, which a prediction otherwise assumes.
  private mutating func settleObjects() {
    let callers = ["arm64_memblock_init", "arm_memblock_init", "setup_bootmem"]
    if input.objects.kernel == nil, input.objects.kernelLoad == nil {
      let initrd = input.objects.initrd ?? BootInput.statedInitrd(of: input.tree)
      input.objects.kernel =
        log.reservations.first { reservation in
          callers.contains(reservation.caller) && reservation.range.size >= .mib(4)
            && reservation.range.start != initrd?.start
        }?.range
    }
    let size = ByteCount(UInt64(input.tree.blob.count))
    if input.objects.dtb == nil {
      input.objects.dtb = log.reserved.first { $0.size == size }
      // Merged with a neighbour it has no entry of its own.
      let ends = log.reserved.contains {
        $0.size > size && $0.end.rawValue & 7 == size.rawValue & 7
      }
      if input.objects.dtb == nil, !log.reserved.isEmpty, !ends {
        differences.append(.blobSize(size))
      }
    }
  }

  /// Holds the RAM of the log against the prediction's, and takes the log's where it is another.
  private mutating func settleMemory() {
    guard let ram = log.ram, !ram.isEmpty else { return }
    let mine = PhysicalRegionSet(log.memory.isEmpty ? wholePages(map.memory) : map.memory)
    guard mine != ram else { return }
    differences.append(.memory(missing: mine.subtracting(ram), extra: ram.subtracting(mine)))
    input.ram = ram.ranges
    outcome = LinuxBoot.replay(input)
  }

  private func wholePages(_ ranges: [PhysicalRange]) -> [PhysicalRange] {
    let page = input.target.pageSize.alignment
    return ranges.compactMap { range in
      guard let start = page.up(range.start) else { return nil }
      let end = page.down(range.end)
      return start < end ? PhysicalRange(start: start, end: end) : nil
    }
  }

  // MARK: What the kernel did

  private mutating func compareRegions() {
    let theirs = BootMessages(log.messages)
    let whole = log.trouble == nil ? map.messages : Array(map.messages.prefix(log.messages.count))
    let mine = BootMessages(whole.filter { BootLogReader.isMatter(Substring($0)) })
    var names = mine.subjects.map(\.name)
    let predictedNames = Set(names)
    names += theirs.subjects.map(\.name).filter { !predictedNames.contains($0) }
    for name in names {
      let predicted = mine.lines(of: name)
      let logged = theirs.lines(of: name)
      // What a log that begins late does not say is not held against it.
      if predicted == logged || !log.isFromStart && logged.isEmpty { continue }
      addRegion(name, predicted, logged)
    }
  }

  private mutating func addRegion(_ name: String, _ predicted: [String], _ logged: [String]) {
    let node = input.tree.root.children.first { $0.baseName == "reserved-memory" }?.children
      .first { $0.name == name }
    differences.append(
      .region(
        RegionDifference(
          name: name,
          node: node?.path,
          predicted: predicted,
          log: logged,
          cause: cause(name, node, predicted, logged)
        )
      )
    )
  }

  private func cause(
    _ name: String,
    _ node: Node?,
    _ predicted: [String],
    _ logged: [String]
  ) -> RegionDifference.Cause {
    if name == BootMessages.defaultArea {
      if predicted.isEmpty { return .notInTree }
      if logged.isEmpty { return .notInLog }
      return Self.withoutAddresses(predicted) == Self.withoutAddresses(logged)
        ? .moved : .otherDefaultSize
    }
    guard let node else { return .notInTree }
    if logged.isEmpty { return .notInLog }
    let isSameButMoved = Self.withoutAddresses(predicted) == Self.withoutAddresses(logged)
    return isSameButMoved && !node.has("reg") ? .moved : .otherProperties
  }

  private static func withoutAddresses(_ lines: [String]) -> [String] {
    lines.map { line in
      line.split(separator: " ").filter { !$0.contains("0x") }.joined(separator: " ")
    }
  }
}
