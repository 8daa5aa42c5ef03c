public import Layout
public import LinuxBoot
public import PageAllocator
public import PhysicalMemory

/// A machine on which a scenario is replayed, as it is when the scenario's program starts.
public struct ReplayMachine: Sendable {
  /// What the engine is given.
  public internal(set) var machine: Machine
  /// What boot held and gave back before the program started: the kernel's own start-up code and the
  /// initial RAM disk.
  public internal(set) var freedLate: [PhysicalRange] = []
  /// Whether the kernel has transparent huge pages, which are on where memory is not too small.
  public internal(set) var hasTransparentHugePages = true

  /// The machine that a boot ends with.
  public init(_ map: BootMap, target: KernelTarget, commandLine: CommandLine, objects: BootObjects)
  {
    let memory = PhysicalRegionSet(map.memory).subtracting(PhysicalRegionSet(map.noMap))
    var machine = Machine(zones: Self.zones(map), memory: memory)
    machine.pageSize = target.pageSize
    machine.pageblockOrder = target.pageblockOrder
    machine.maxOrder = target.maxOrder
    machine.cmaAlignmentOrder = target.config.cmaAlignment
    machine.rules = KernelRules(major: target.version.major, minor: target.version.minor)
    machine.hasZoneDMA = target.config.zoneDMA
    machine.hasZoneDMA32 = target.config.zoneDMA32 && target.architecture != .arm
    machine.zoneDMALimit = Self.zoneDMALimit(map)
    switch target.architecture {
    case .arm: machine.architecture = .arm
    case .arm64: machine.architecture = .arm64
    case .riscv64: machine.architecture = .riscv
    }
    hasTransparentHugePages = target.config.transparentHugepage
    machine.watermarks = .computed(transparentHugePages: hasTransparentHugePages)
    for area in map.cma where area.reservedSize > .zero {
      guard let range = PhysicalRange(start: area.base, size: area.reservedSize) else { continue }
      if area.isDefault { machine.defaultCMAArea = CMAAreaID(machine.cmaAreas.count) }
      machine.cmaAreas.append(CMAAreaDescription(name: area.name, range: range))
    }
    if let size = commandLine.bytes("coherent_pool") { machine.atomicPools = .size(size) }
    var reserved = map.reserved + map.bootAllocations
    reserved += [map.bounceBuffers, map.crashKernel].compactMap(\.self)
    machine.reserved = PhysicalRegionSet(reserved)
    self.machine = machine
    reserveLate(commandLine)
    freedLate = Self.freedLate(map, objects)
  }

  /// The machine of a layout; what the kernel takes for itself at boot is estimated.
  public init(_ layout: Layout) {
    machine = MachineModel(layout).machine
    hasTransparentHugePages = machine.watermarks == .computed(transparentHugePages: true)
    reserveMemoryMap()
    reserveLate(CommandLine(""))
  }

  /// The machine with the kernel up and its start-up memory given back.
  ///
  /// - Complexity: O(pages).
  func boot() throws(MachineError) -> PageAllocator {
    var memory = try PageAllocator(machine)
    for range in freedLate { memory.freeReserved(range) }
    KernelUse(memory).take(&memory)
    return memory
  }

  /// One zone of each kind; those of several nodes become one.
  private static func zones(_ map: BootMap) -> [ZoneDescription] {
    var zones: [ZoneDescription] = []
    for kind in ZoneKind.allCases {
      let ranges = map.zones.filter { $0.kind.rawValue == kind.description && !$0.spanned.isEmpty }
        .map(\.spanned)
      guard let start = ranges.map(\.start).min(), let end = ranges.map(\.end).max() else {
        continue
      }
      zones.append(ZoneDescription(kind, PhysicalRange(start: start, end: end)))
    }
    return zones
  }

  /// 2^`zone_dma_bits` - 1, from where the zone ends.
  private static func zoneDMALimit(_ map: BootMap) -> PhysicalAddress {
    let ends = map.zones.filter { $0.kind == .dma }.map(\.spanned.end.rawValue)
    guard let end = ends.max(), end > 1 else { return PhysicalAddress(0xffff_ffff) }
    let bits = UInt64(64 - (end - 1).leadingZeroBitCount)
    return PhysicalAddress(bits >= 64 ? .max : (1 << bits) - 1)
  }
}

extension CommandLine {
  /// The size that the last word of this name states (`memparse`).
  func bytes(_ name: String) -> ByteCount? {
    guard let value = words.last(where: { $0.name == name })?.value else { return nil }
    return Self.bytes(value)
  }

  private static func bytes(_ text: String) -> ByteCount? {
    let isHexadecimal = text.hasPrefix("0x")
    let body = isHexadecimal ? text.dropFirst(2) : text[...]
    let digits = body.prefix { $0.isHexDigit && (isHexadecimal || $0.isNumber) }
    guard let number = UInt64(digits, radix: isHexadecimal ? 16 : 10) else { return nil }
    let shift: UInt64
    switch body.dropFirst(digits.count).first?.lowercased() {
    case "k": shift = 10
    case "m": shift = 20
    case "g": shift = 30
    default: shift = 0
    }
    guard number <= UInt64.max >> shift else { return nil }
    return ByteCount(number << shift)
  }
}
