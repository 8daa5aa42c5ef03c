import DeviceTree
import LinuxBoot
import PhysicalMemory
import TestSupport

/// A boot of anything: any memory, any nodes, any words on the command line, any configuration.
struct RandomBoot {
  private var random: SeededGenerator
  private let set: OracleCase.KernelSet
  private let start: UInt64
  private var end: UInt64 = 0

  init(_ set: OracleCase.KernelSet, seed: UInt64) {
    self.set = set
    random = SeededGenerator(seed: seed)
    start = set == .riscv64 ? 0x8000_0000 : 0x4000_0000
  }

  private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

  private mutating func pick<T>(_ options: [T]) -> T {
    options[Int.random(in: 0..<options.count, using: &random)]
  }

  /// A size of some MiB, now and then odd.
  private mutating func size(_ most: UInt64) -> UInt64 {
    let whole = UInt64.random(in: 1...most, using: &random) << 20
    return chance(5) ? whole - UInt64.random(in: 1...200, using: &random) * 0x1000 : whole
  }

  private mutating func address() -> UInt64 {
    let place = UInt64.random(in: start...max(end, start + 1), using: &random)
    return place & ~(pick([0xf_ffff, 0x3f_ffff, 0xfff]) as UInt64)
  }

  mutating func input() throws -> BootInput {
    let tree = try board()
    var input = BootInput(tree: tree, target: target(), commandLine: commandLine())
    let kernel = start + 0x20_0000 * .random(in: 0...3, using: &random)
    let image = kernel + (set == .arm ? 0x10_0000 : 0x1_0000)
    if !chance(4) {
      input.objects.kernel = range(image, UInt64.random(in: 12...40, using: &random) << 20)
      input.objects.kernelLoad = chance(3) ? nil : PhysicalAddress(kernel)
    }
    if chance(2) { input.objects.dtb = range(start + 0x700_0000, 40_000) }
    if chance(2) { input.objects.initrd = range(start + 0x800_0000, 5 << 20 | 0x123) }
    if chance(8) { input.ram = [range(start, size(2000))] }
    if chance(6) {
      let kinds = FirmwareRange.Kind.allCases
      let place = range(address(), size(8))
      input.firmware = [FirmwareRange(range: place, kind: pick(kinds))]
    }
    return input
  }

  private func range(_ base: UInt64, _ size: UInt64) -> PhysicalRange {
    PhysicalRange(start: PhysicalAddress(base), saturating: ByteCount(size))
  }

  private mutating func board() throws -> DeviceTree {
    var banks = [(start, size(set == .arm ? 1500 : pick([6000, 6000, 20_000])))]
    end = start + banks[0].1
    if chance(3), set != .arm {
      let far = pick([1 << 33, 1 << 35, 1 << 37, 1 << 39, 1 << 46, 1 << 47] as [UInt64])
      banks.append((far, size(4000)))
    }
    var board = try TestBoard(banks: banks)
    if chance(4), set != .arm {
      let base: UInt64 = 1 << 36
      try board.addMemory([(base, size(3000))], node: 1)
      end = base + 0x1000_0000
    }
    if chance(3) {
      let limit = UInt64(1) << UInt64.random(in: 28...33, using: &random)
      try board.bus("soc", dmaRanges: [0, pick([0, start]), limit])
    }
    for _ in 0..<Int.random(in: 0...2, using: &random) { try board.reserve(address(), size(4)) }
    if chance(3) {
      let values: [TestBoard.Value] = [
        .flag, .number(start + 0x900_0000), .number(start + 0x980_0000),
      ]
      try board.choose([("linux,initrd-start", pick(values)), ("linux,initrd-end", pick(values))])
    }
    try addRegions(&board)
    return try board.tree()
  }

  private mutating func addRegions(_ board: inout TestBoard) throws {
    let count = Int.random(in: 0...7, using: &random)
    if count == 0 { return }
    try board.addReservedMemory()
    var place: UInt64 = 0
    for index in 0..<count {
      let size = size(60)
      let isStatic = chance(2)
      // Now and then two begin at one address.
      if !chance(5) { place = address() }
      let name = isStatic ? "r\(index)@\(String(place, radix: 16))" : "r\(index)"
      let extent: (String, TestBoard.Value) =
        isStatic ? ("reg", .numbers([place, chance(8) ? 0 : size])) : ("size", .number(size))
      // A node may state both, or neither.
      let second: (String, TestBoard.Value) =
        isStatic && chance(6) ? ("size", .number(self.size(700))) : ("label", .strings(["v"]))
      let kind = pick(["reusable", "no-map", "plain", "reusable"])
      let flag: (String, TestBoard.Value) =
        kind == "plain" ? ("label", .strings(["x"])) : (kind, .flag)
      let compatible: (String, TestBoard.Value) =
        chance(4) ? ("status", .strings(["okay"])) : ("compatible", pool)
      let isDefault = index == 0 && kind == "reusable" && chance(2)
      let mark: (String, TestBoard.Value) =
        isDefault ? ("linux,cma-default", .flag) : ("label", .strings(["y"]))
      let align: (String, TestBoard.Value) =
        chance(2)
        ? ("alignment", .number(UInt64(1) << UInt64.random(in: 12...25, using: &random)))
        : ("label", .strings(["z"]))
      let window: (String, TestBoard.Value) =
        chance(3)
        ? ("alloc-ranges", .numbers([address(), self.size(900)])) : ("label", .strings(["w"]))
      try board.region(
        name,
        [
          chance(12) ? "label" : extent.0: extent.1, second.0: second.1, flag.0: flag.1,
          compatible.0: compatible.1, mark.0: mark.1,
          align.0: align.1, window.0: window.1,
        ]
      )
    }
  }

  private mutating func commandLine() -> String {
    let hexadecimal = "0x" + String(address(), radix: 16)
    let further = "0x" + String(end, radix: 16)
    let words = [
      "quiet", "console=ttyS0", "cma=64M", "cma=0", "cma=33M", "cma=200M@\(hexadecimal)",
      "cma=16M@\(hexadecimal)-\(further)", "cma=5G", "cma", "mem=512M", "mem=300M@\(hexadecimal)",
      "mem=3G", "crashkernel=256M", "crashkernel=64M@\(hexadecimal)", "crashkernel=512M,high",
      "crashkernel=64M,low", "crashkernel=0,low", "crashkernel=1G-4G:128M,4G-:300M",
      "crashkernel=256M crashkernel=32M,low", "hugetlb_cma=1G", "hugetlb_cma=3G",
      "hugetlb_cma=0:1G,1:2G", "hugetlb_cma=1M", "cma_pernuma=16M", "numa_cma=0:16M,1:8M",
      "numa_cma=1:32M", "swiotlb=4096", "swiotlb=force", "swiotlb=noforce", "swiotlb=9999,2",
      "swiotlb=2049,force", String(repeating: "x=y ", count: 260),
      "vmalloc=300M", "vmalloc=1M", "vmalloc=3G", "movablecore=100M", "kernelcore=50%",
      "movable_node",
    ]
    return (0..<Int.random(in: 0...4, using: &random)).map { _ in pick(words) }
      .joined(separator: " ")
  }

  private mutating func target() -> KernelTarget {
    var target = set.target
    if chance(2) {
      target.version = pick([
        KernelVersion(5, 10), KernelVersion(6, 1), KernelVersion(6, 3), KernelVersion(6, 4),
        KernelVersion(6, 6), KernelVersion(6, 9), KernelVersion(6, 10), KernelVersion(6, 11),
        KernelVersion(6, 12), KernelVersion(6, 12, 95), KernelVersion(6, 15),
      ])
    }
    if target.architecture == .arm64, chance(3) { target.config.pageSize = pick([.kib16, .kib64]) }
    if chance(2) { changeConfig(&target.config) }
    return target
  }

  private mutating func changeConfig(_ config: inout KernelConfig) {
    config.defaultAreaSize = pick([
      .bytes(.mib(32)), .percentage(10), .smaller(.mib(48), 5), .larger(.mib(24), 3), .bytes(.zero),
    ])
    config.cma = true
    config.dmaCMA = !chance(4)
    config.numa = !chance(3)
    config.perNodeCMA = chance(2)
    config.hugetlbPage = !chance(3)
    config.transparentHugepage = chance(2)
    config.kfence = chance(2)
    config.kfenceSampleInterval = pick([0, 1, 100])
    config.kexec = !chance(3)
    config.crashDump = config.kexec
    config.efi = chance(2)
    config.rodataFull = chance(2)
    config.strictKernelRWX = chance(2)
    config.virtualAddressBits = pick([39, 48, 52])
    config.physicalAddressBits = pick([48, 52])
    config.zoneDMA = chance(2)
    config.zoneDMA32 = !chance(3)
    config.highmem = chance(2)
    config.largePhysicalAddresses = chance(3)
    config.sparsemem = chance(2)
    config.gicV3ITS = chance(2)
    config.cpus = pick([1, 4, 64, 512])
    config.cmaAreas = pick([1, 7, 20])
    config.forceMaxOrder = pick([nil, nil, 9, 11, 13])
    if chance(4) {
      config.commandLine = "cma=24M"
      config.commandLineUse = pick([.ifNoneGiven, .extend, .force])
    }
  }
}
