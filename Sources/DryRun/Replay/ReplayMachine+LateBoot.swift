import LinuxBoot
import PageAllocator
import PhysicalMemory

/// What the kernel takes between the default CMA area and the start of user space.
extension ReplayMachine {
  /// Bytes of memory map and of page tables for each page (`struct page`, one table entry).
  private static let bytesPerPage: UInt64 = 64 + 8
  /// Bytes of log text that a record has on average, as a shift (`PRB_AVGBITS`), and the bytes of a
  /// record's descriptor and of its details.
  private static let logRecordShift: UInt64 = 5
  private static let logRecordSize: UInt64 = 24 + 88

  /// Takes what memblock hands out last: hash tables of the file system (`vfs_caches_init_early`), and
  /// the log buffer where one was asked for (`setup_log_buf`).
  mutating func reserveLate(_ commandLine: CommandLine) {
    let page = machine.pageSize.bytes
    let pages = machine.pageSize.pages(holding: machine.memory.size)
    if let log = commandLine.bytes("log_buf_len"), log >= page, log <= .gib(1) {
      let records = ByteCount(log.rawValue >> Self.logRecordShift)
      reserveAtTop(log)
      reserveAtTop(records * Self.logRecordSize)
    }
    // One bucket for 8 KiB of memory, and one for 16 KiB.
    for scale: UInt64 in [13, 14] {
      let entries = (pages << UInt64(machine.pageSize.shift)) >> scale
      reserveAtTop(ByteCount(Self.powerOfTwo(holding: max(entries, 1)) * 8))
    }
  }

  /// Takes the memory map and the page tables, for machines whose boot was not replayed.
  mutating func reserveMemoryMap() {
    let pages = machine.pageSize.pages(holding: machine.memory.size)
    reserveAtTop(ByteCount(pages * Self.bytesPerPage))
  }

  /// Takes the highest free place below 4 GiB of a size, or above if there is none (memblock's own
  /// order is top-down; the difference is in which pages are free, not in how many).
  private mutating func reserveAtTop(_ size: ByteCount) {
    let pools = machine.cmaAreas + machine.coherentPools + machine.restrictedPools
    let free = machine.memory.subtracting(machine.reserved)
      .subtracting(PhysicalRegionSet(pools.map(\.range)))
    guard let size = machine.pageSize.alignment.up(size),
      let run = free.ranges.last(where: { $0.size >= size }),
      let start = run.end.subtracting(size)
    else { return }
    machine.reserved.insert(PhysicalRange(start: start, end: run.end))
  }

  private static func powerOfTwo(holding value: UInt64) -> UInt64 {
    value <= 1 ? 1 : 1 << UInt64(64 - (value - 1).leadingZeroBitCount)
  }

  /// What boot gives back: the initial RAM disk (`free_initrd_mem`) and the kernel's start-up code
  /// (`free_initmem`), which in a distribution's kernel is a fifth of the image behind 70 % of it.
  static func freedLate(_ map: BootMap, _ objects: BootObjects) -> [PhysicalRange] {
    func place(_ name: String, _ given: PhysicalRange?) -> PhysicalRange? {
      given ?? map.assumes.first { $0.subject == name }?.range
    }
    var ranges: [PhysicalRange] = []
    if let initrd = place("initrd", objects.initrd) { ranges.append(initrd) }
    if let kernel = place("kernel", objects.kernel) {
      let start = kernel.start.addingSaturating(ByteCount(kernel.size.rawValue / 10 * 7))
      ranges.append(PhysicalRange(start: start, saturating: ByteCount(kernel.size.rawValue / 5)))
    }
    return ranges
  }
}

/// The pages that a kernel has taken from the page allocator when the first program runs.
///
/// Slab, stacks, modules, page tables, the files of the initial RAM disk: 24 MiB and 4 KiB for each
/// MiB of memory, which is what a booted Debian kernel had taken on machines of 448 MiB to 4 GiB, to
/// 2 MiB. The mix of sizes is that of slab: half single pages, half blocks of 2 to 8 pages.
struct KernelUse {
  private let pages: UInt64
  private static let fixed = ByteCount.mib(24)
  private static let share: UInt64 = 256
  private static let orders: [UInt8] = [0, 3, 0, 1, 0, 2, 0, 3]

  init(_ memory: borrowing PageAllocator) {
    let managed = memory.zoneReports().reduce(0) { $0 + $1.managed }
    let fixed = memory.machine.pageSize.pages(holding: Self.fixed)
    // On a machine that is too small for such a kernel it takes a fifth.
    pages = min(fixed + managed / Self.share, managed / 5)
  }

  func take(_ memory: inout PageAllocator) {
    var left = pages
    var index = 0
    while left > 0 {
      let order = Order(Self.orders[index % Self.orders.count])
      index += 1
      guard order.pages <= left else { continue }
      let request = PageRequest(order: order, use: .unmovable, owner: .kernel)
      guard (try? memory.allocatePages(request)) != nil else { return }
      left -= order.pages
    }
  }
}
