import PhysicalMemory

extension BootLog {
  /// Biggest number of lines of one kind that is kept; a log with more is cut there.
  static let maximumEntries = 10_000
  /// Biggest log that is read; Debian's kernels have a buffer of 128 KiB.
  public static let maximumBytes = 16 << 20

  /// Reads a log: `dmesg` with or without time stamps, `journalctl -k`, a serial capture with noise.
  ///
  /// Total: any bytes are a log. Of several boots in one capture the last complete one counts.
  /// - Complexity: O(bytes).
  public init(bytes: [UInt8]) {
    var boots = [BootLogReader()]
    var isStamped = false
    for bytes in bytes.split(whereSeparator: { $0 == 10 || $0 == 13 || $0 == 0 }) {
      let line = LogLine(bytes)
      // `/proc/version` in a capture has no time stamp, and begins no boot.
      if line.text.hasPrefix("Linux version "), line.isStamped || !isStamped, boots.count < 1000 {
        isStamped = line.isStamped
        boots.append(BootLogReader())
      }
      boots[boots.count - 1].read(line)
    }
    let logs = boots.map(\.log)
    self =
      logs.last { $0.isFromStart && $0.ram != nil } ?? logs.last { $0.isFromStart }
      ?? logs.last { $0.ram != nil } ?? logs.last { !$0.saysNothing } ?? BootLog()
  }
}

/// Gathers the facts of one boot, line by line.
struct BootLogReader {
  var log = BootLog()
  private var list = List.none
  private var isListed = false
  private var isRepeated = false
  /// All messages, once user space runs.
  private var late: Set<String> = []
  /// Who asked for the memory that the next line reserves.
  private var requester: String?
  /// When user space was started, in microseconds.
  private var userSpaceTime: UInt64 = 0

  private enum List {
    case none, zones, nodes
  }

  mutating func read(_ line: LogLine) {
    let text = line.text
    if readIdentity(text, isStamped: line.isStamped) || readMemblock(text) { return }
    if readList(text) { return }
    if log.reachedUserSpace { return readLate(line) }
    if Self.startsUserSpace(text) {
      log.reachedUserSpace = true
      userSpaceTime = line.time ?? 0
    } else if isTrouble(text) {
      if log.trouble == nil { log.trouble = String(text) }
      if text.hasPrefix("Kernel panic") { log.panicked = true }
    } else if log.trouble == nil, Self.isMatter(text), hasRoom(log.messages) {
      log.messages.append(String(text))
    }
  }

  /// A capture may go on with what `dmesg` prints, and that have lines that the console lost.
  private mutating func readLate(_ line: LogLine) {
    guard let time = line.time, time < userSpaceTime, log.trouble == nil, Self.isMatter(line.text),
      hasRoom(log.messages)
    else { return }
    let text = String(line.text)
    if late.isEmpty { late = Set(log.messages) }
    if late.insert(text).inserted { log.messages.append(text) }
  }

  private func hasRoom<T>(_ list: [T]) -> Bool { list.count < BootLog.maximumEntries }

  private mutating func readIdentity(_ text: Substring, isStamped: Bool) -> Bool {
    if let rest = text.after("Linux version ") {
      // `/proc/version` in a capture comes later.
      if log.versionText != nil { return true }
      log.versionText = String(rest.prefix { $0 != " " })
      log.isFromStart = true
    } else if let rest = text.after("Machine model: ") ?? text.after("OF: fdt: Machine model: ") {
      log.model = String(rest)
    } else if let rest = text.after("Kernel command line: ") {
      if log.commandLine == nil { log.commandLine = String(rest) }
    } else {
      return false
    }
    return true
  }

  /// The lines of `memblock=debug`.
  private mutating func readMemblock(_ text: Substring) -> Bool {
    if text.hasPrefix("MEMBLOCK configuration") {
      // A capture may hold the console's lines and those of `dmesg`.
      isRepeated = isListed
      isListed = true
      return true
    }
    if let rest = text.after("memblock_reserve: ") {
      readReservation(rest)
      return true
    }
    if text.hasPrefix("memblock_"), text.contains("alloc"), text.contains(" bytes align=") {
      requester = text.split(separator: " ").last.map { String($0.prefix { $0 != "+" }) }
      return true
    }
    guard isListed else { return text.hasPrefix("memblock_") }
    let isMemory = text.hasPrefix("memory[")
    guard isMemory || text.hasPrefix("reserved["), let close = text.firstIndex(of: "]"),
      let found = text[text.index(after: close)...].bracketedRange
    else { return text.hasPrefix("memblock_") }
    if isRepeated { return true }
    if isMemory, hasRoom(log.memory) {
      log.memory.append(Self.range(found))
      let flags = found.rest.firstRange(of: "flags: ").map { found.rest[$0.upperBound...] }
      // MEMBLOCK_NOMAP.
      if let flags = flags?.prefix(while: { $0 != " " }).hexadecimalValue, flags & 4 != 0 {
        log.noMap.append(Self.range(found))
      }
    } else if !isMemory, hasRoom(log.reserved) {
      log.reserved.append(Self.range(found))
    }
    return true
  }

  private mutating func readReservation(_ text: Substring) {
    guard !isListed, let found = text.bracketedRange, hasRoom(log.reservations) else { return }
    let caller = found.rest.drop { $0 == " " }.prefix { $0 != "+" && $0 != " " }
    log.reservations.append(
      BootLog.Reservation(
        range: Self.range(found),
        caller: String(caller),
        requester: caller.contains("alloc") ? requester : nil
      )
    )
    requester = nil
  }

  /// The lines below `Zone ranges:` and `Early memory node ranges`.
  private mutating func readList(_ text: Substring) -> Bool {
    switch text {
    case "Zone ranges:":
      list = log.zones.isEmpty ? .zones : .none
      return true
    case "Early memory node ranges":
      list = log.nodeRanges.isEmpty ? .nodes : .none
      return true
    default: break
    }
    switch list {
    case .none: return false
    case .zones:
      let name = text.prefix { $0 != " " }
      // `Movable zone start for each node` follows.
      let rest = text[name.endIndex...].drop { $0 == " " }
      guard let kind = Zone.Kind(rawValue: String(name)), hasRoom(log.zones),
        rest == "empty" || rest.hasPrefix("[mem ")
      else {
        list = .none
        return false
      }
      log.zones.append(BootLog.ZoneLine(kind: kind, range: text.bracketedRange.map(Self.range)))
    case .nodes:
      guard text.hasPrefix("node "), let found = text.bracketedRange, hasRoom(log.nodeRanges) else {
        list = .none
        return false
      }
      log.nodeRanges.append(Self.range(found))
    }
    return true
  }

  private static func range(_ text: PhysicalRangeText) -> PhysicalRange {
    PhysicalRange(start: PhysicalAddress(text.start), end: PhysicalAddress(text.last + 1))
  }

  private static func startsUserSpace(_ text: Substring) -> Bool {
    text.hasPrefix("Run /") && text.contains(" as init process")
      || text.hasPrefix("Freeing unused kernel")
  }

  private func isTrouble(_ text: Substring) -> Bool {
    ["Kernel panic", "BUG: ", "WARNING: ", "Unable to handle kernel", "Internal error: "]
      .contains { text.hasPrefix($0) }
  }

  private static let beginnings = [
    "OF: reserved mem: ", "Reserved memory: ", "cma: ", "crashkernel", "Memory limited",
    "Ignoring memory", "hugetlb_cma:", "OF: fdt: Reserved memory:", "OF: fdt: Ignoring memory",
    "OF: fdt: Reserving ", "OF: fdt: elfcorehdr", "Truncating memory",
  ]

  /// Whether a line is about reserved memory, as a prediction has it.
  static func isMatter(_ text: Substring) -> Bool {
    // What the areas say in service.
    if text.hasPrefix("cma: cma_alloc") || text.hasPrefix("cma: number of") { return false }
    return beginnings.contains { text.hasPrefix($0) }
      || text.contains(") overlaps with ")
      || text.hasPrefix("Reserving ") && text.contains("for crashkernel")
  }
}
