import DeviceTree
import LinuxBoot
import PhysicalMemory
import TestSupport
import Testing

/// Boots of anything come out as they did when they were recorded.
///
/// Which answer is right is for the booted kernels to say (`OracleTests`, `VectorTests`); these notice
/// that an answer became another one, also where no kernel was booted. A change that is meant is
/// recorded anew.
@Suite struct BootHistoryTests {
  static let count: UInt64 = 150

  /// What a run is known by.
  struct Figures: Equatable, CustomStringConvertible, Sendable {
    var booted = 0
    var regions = 0
    var areas = 0
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325

    var description: String { "(\(booted), \(regions), \(areas), \(sum))" }

    init() {}

    init(_ booted: Int, _ regions: Int, _ areas: Int, _ sum: UInt64) {
      self.booted = booted
      self.regions = regions
      self.areas = areas
      self.sum = sum
    }

    mutating func add(_ text: String) {
      for byte in text.utf8 { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    mutating func add(_ outcome: BootOutcome) {
      if outcome.panic == nil { booted += 1 }
      regions += outcome.map.regions.count { $0.size > .zero }
      areas += outcome.map.cma.count(where: \.isActive)
      add("\(outcome)")
    }
  }

  @Test(arguments: OracleCase.KernelSet.allCases)
  func bootsAreThoseRecorded(_ set: OracleCase.KernelSet) throws {
    var figures = Figures()
    for seed in 0..<Self.count {
      var boot = RandomBoot(set, seed: seed)
      figures.add(LinuxBoot.replay(try boot.input()))
    }
    #expect(figures == recordedBoots["\(set)"], "\"\(set)\": \(figures),")
  }

  /// The log of one boot held against the input of another that differs in one thing.
  @Test(arguments: OracleCase.KernelSet.allCases)
  func comparisonsAreThoseRecorded(_ set: OracleCase.KernelSet) throws {
    var random = SeededGenerator(seed: 5)
    var figures = Figures()
    for seed in 0..<Self.count {
      var boot = RandomBoot(set, seed: seed)
      let input = try boot.input()
      let outcome = LinuxBoot.replay(input)
      figures.add(outcome)
      let text = Self.log(of: outcome, input, &random)
      var stated = input
      var other = RandomBoot(set, seed: seed + 1)
      let neighbour = try other.input()
      switch Int.random(in: 0..<6, using: &random) {
      case 0: stated.tree = neighbour.tree
      case 1: stated.commandLine = neighbour.commandLine
      case 2: stated.target = neighbour.target
      case 3: stated.ram = outcome.map.memory.dropLast()
      case 4: stated.objects = neighbour.objects
      default: break
      }
      let comparison = BootComparison(
        BootLog(bytes: Array(text.utf8)),
        stated,
        isVersionStated: Bool.random(using: &random),
        isConfigStated: Bool.random(using: &random)
      )
      figures.add("\(comparison.differences) \(comparison.agrees) \(comparison.log)")
    }
    #expect(figures == recordedComparisons["\(set)"], "\"compare \(set)\": \(figures),")
  }

  /// What a kernel would log, with `memblock=debug` or without, stamped or not, and with lines lost.
  private static func log(
    of outcome: BootOutcome,
    _ input: BootInput,
    _ random: inout SeededGenerator
  ) -> String {
    let map = outcome.map
    func span(_ range: PhysicalRange) -> String {
      "[mem \(range.start.hexadecimal)-0x\(String(max(range.end.rawValue, 1) - 1, radix: 16))]"
    }
    var lines = ["Linux version \(input.target.version)-test", "Machine model: board"]
    lines += map.messages
    if Bool.random(using: &random) {
      for region in map.regions where region.isDynamic && region.size > .zero {
        lines.append(
          "memblock_phys_alloc_range: 8 bytes align=0x8 early_init_dt_alloc_reserved_memory_arch+0x1"
        )
        lines.append("memblock_reserve: \(span(region.range)) memblock_alloc_range_nid+0x9c/0x130")
      }
      for range in map.reserved where Int.random(in: 0..<3, using: &random) > 0 {
        lines.append("memblock_reserve: \(span(range)) early_init_fdt_scan_reserved_mem+0x9c/0x130")
      }
      lines.append("MEMBLOCK configuration:")
      for (index, range) in map.memory.enumerated() {
        let flags = map.noMap.contains(range) ? 4 : 0
        lines.append(" memory[0x\(index)]\t\(span(range)), 0x1 bytes flags: 0x\(flags)")
      }
      for (index, range) in (map.reserved + map.bootAllocations).enumerated() {
        lines.append(" reserved[0x\(index)]\t\(span(range)), 0x1 bytes flags: 0x0")
      }
    }
    lines.append("Zone ranges:")
    lines += map.zones.map { "  \($0.kind.rawValue)   \(span($0.spanned))" }
    lines += ["Movable zone start for each node", "Early memory node ranges"]
    lines += map.memory.map { "  node   0: \(span($0))" }
    // The kernel cuts what it logs.
    lines.append("Kernel command line: \(input.commandLine.prefix(1000))")
    let isCut = Int.random(in: 0..<4, using: &random) == 0
    if isCut { lines = lines.filter { _ in Int.random(in: 0..<12, using: &random) > 0 } }
    lines += ["Run /init as init process", "cma: too late"]
    lines += map.messages.prefix(2)
    if Bool.random(using: &random) { lines.append("Linux version 9.9-again") }
    guard Bool.random(using: &random) else { return lines.joined(separator: "\n") }
    var time = 0
    let stamped = lines.map { line in
      time += Int.random(in: 0...3, using: &random)
      let fraction = String(1_000_000 + time).dropFirst()
      return "[    0.\(fraction)] \(line)"
    }
    // What `dmesg` printed later: early lines once more, some of which the console had lost.
    let again = stamped.prefix(30).filter { _ in Bool.random(using: &random) }
    return (stamped + again + ["[    0.000001] cma: CMA area late could not be activated"])
      .joined(separator: "\r\n")
  }
}
