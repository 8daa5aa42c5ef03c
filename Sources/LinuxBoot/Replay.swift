import DeviceTree
import PhysicalMemory

/// The state of one replayed boot; the steps are in extensions, one file each.
struct Replay {
  let input: BootInput
  let target: KernelTarget
  let commandLine: CommandLine
  /// The root's cells, which govern everything that is read from the flat blob.
  let cells: CellCounts
  var memblock: Memblock
  var map = BootMap()
  /// The kernel's table of regions in its order (`reserved_mem[]`).
  var table: [BootRegion] = []
  /// Regions that are not in the table.
  var outside: [BootRegion] = []
  /// What the kernel took for itself: page tables, memmap and the like.
  var bootAllocations: [PhysicalRange] = []
  var objects: BootObjects
  var commandLineArea = CommandLineArea()
  /// The address space that 32-bit arm keeps for `vmalloc`.
  var vmallocSize: UInt64 = 240 << 20
  /// `PHYS_OFFSET` of 32-bit arm.
  var physOffset = PhysicalAddress(0)
  /// The end of the linear map (`__pa(high_memory - 1) + 1`).
  var highMemoryStart: PhysicalAddress?
  var memoryNodes: [MemoryNode] = []
  var onlineNodes: [Int] = [0]
  /// Where the structure of each NUMA node lies (`NODE_DATA`).
  var nodeData: [Int: PhysicalAddress] = [:]
  /// Who holds what, in the order in which it was taken.
  var claims: [Occupant] = []
  var initrd: PhysicalRange?
  /// How many CMA areas the kernel came to hand over.
  var areasActivated = 0
  private var isFinished = false
  /// Why the `reg` of a static node was refused, by the node's position.
  var staticFailures: [Int: RegionOutcome] = [:]

  /// A memory node's range and its NUMA node, if it says one.
  struct MemoryNode {
    let range: PhysicalRange
    let node: Int?
  }

  init(_ input: BootInput) {
    self.input = input
    target = input.target
    objects = input.objects
    commandLine = CommandLine(input.target.config.wholeCommandLine(given: input.commandLine))
    let stated = input.tree.root.statedCells
    cells = CellCounts(address: stated.address ?? 1, size: stated.size ?? 1)
    let config = input.target.config
    let is64 = input.target.architecture == .arm64
    memblock = Memblock(
      maximum: input.target.maximumAddress,
      page: input.target.pageSize.bytes,
      memoryCapacity: is64 && config.efi ? 1024 : 128,
      reservedCapacity: is64 && config.efi && config.gicV3ITS ? 128 + config.cpus + 1 : 128
    )
    memblock.skipsHotplug = commandLine.has("movable_node")
    noteVersion()
  }

  private mutating func noteVersion() {
    guard !target.version.isModelled else { return }
    map.assumes.append(
      Assumption(
        subject: "version",
        range: nil,
        text: "Linux \(target.version) is not modelled; the rules of "
          + "\(target.version.nearestModelled) are used"
      )
    )
  }

  // MARK: What the kernel says

  mutating func log(_ line: String) { map.messages.append(line) }

  /// `%pa`: an address with all the digits of its type.
  func padded(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    let width = target.maximumAddress.rawValue == .max ? 16 : 8
    return "0x" + String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }

  func padded(_ address: PhysicalAddress) -> String { padded(address.rawValue) }
  func padded(_ size: ByteCount) -> String { padded(size.rawValue) }

  /// A value in MiB as the kernel prints it, truncated.
  func megabytes(_ size: ByteCount) -> UInt64 { size.rawValue >> 20 }

  // MARK: phys_addr_t

  /// A number as it is left in a `phys_addr_t`: 32-bit arm cuts the upper half off.
  func physical(_ value: UInt64) -> UInt64 { value & target.maximumAddress.rawValue }

  /// A number read from cells into a `phys_addr_t`.
  func address(_ value: UInt64) -> PhysicalAddress { PhysicalAddress(physical(value)) }
  /// A number read from cells into a `phys_addr_t`.
  func size(_ value: UInt64) -> ByteCount { ByteCount(physical(value)) }

  /// Changes memblock in a way that can only fail when an array is full, which the kernel ignores too.
  mutating func change(_ body: (inout Memblock) throws(Memblock.Full) -> Void) {
    do { try body(&memblock) } catch {}
  }

  // MARK: The result

  /// Fills in the lists of the result, as they are when the default area has been set up.
  mutating func finish() {
    if isFinished { return }
    isFinished = true
    map.memory = memblock.memory.entries.map(\.range)
    map.noMap = memblock.memory.entries.filter { $0.flags.contains(.noMap) }.map(\.range)
    let reserved = PhysicalRegionSet(memblock.reserved.entries.map(\.range))
    map.bootAllocations = PhysicalRegionSet(bootAllocations).ranges
    map.reserved = reserved.subtracting(PhysicalRegionSet(bootAllocations)).ranges
    let kept = PhysicalRegionSet(map.noMap).union(reserved)
    for index in table.indices {
      table[index].isKept = table[index].size > .zero && kept.contains(table[index].range)
    }
    map.regions = table + outside
    map.isDefaultFromCommandLine = commandLineArea.size != nil
    if map.lowMemoryEnd.rawValue == 0 { map.lowMemoryEnd = memblock.end }
  }

  /// How sure a place is that the kernel searched for, or that was given.
  func confidence(searched: Bool, behindBootAllocations: Bool = false) -> Confidence {
    guard target.isCoveredByRecordedBoots else { return .unverified }
    if behindBootAllocations { return .modelled }
    let assumed = map.assumes.contains { $0.range != nil }
    return searched && assumed ? .modelled : .exact
  }
}
