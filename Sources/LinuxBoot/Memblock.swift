import PhysicalMemory

/// The kernel's early memory map, byte by byte (`mm/memblock.c`).
struct Memblock: Equatable {
  /// What is said about a piece of memory.
  struct Flags: OptionSet, Hashable {
    let rawValue: UInt8
    static let hotplug = Flags(rawValue: 1)
    static let noMap = Flags(rawValue: 4)
  }

  /// One entry of a list.
  struct Entry: Equatable {
    var range: PhysicalRange
    var flags: Flags
    var node: Int?
  }

  /// Why a list was not changed.
  struct Full: Error {}

  /// A sorted list of entries that do not overlap; equal neighbours are merged.
  struct List: Equatable {
    var entries: [Entry] = []
    /// How many entries fit while the array can not grow.
    var capacity: Int
    var mayGrow = false
  }

  /// `memblock.memory`.
  var memory: List
  /// `memblock.reserved`.
  var reserved: List
  /// `PHYS_ADDR_MAX`.
  let maximum: PhysicalAddress
  /// `memblock.current_limit`.
  var currentLimit: PhysicalAddress
  /// Whether `movable_node` is on the command line: hot-pluggable memory is left alone.
  var skipsHotplug = false
  let page: ByteCount

  init(maximum: PhysicalAddress, page: ByteCount, memoryCapacity: Int, reservedCapacity: Int) {
    self.maximum = maximum
    self.page = page
    currentLimit = maximum
    memory = List(capacity: memoryCapacity)
    reserved = List(capacity: reservedCapacity)
  }

  /// `memblock_cap_size`: the part that does not pass the last address.
  private func capped(_ base: PhysicalAddress, _ size: ByteCount) -> PhysicalRange {
    let base = min(base, maximum)
    let room = ByteCount(maximum.rawValue - base.rawValue)
    return PhysicalRange(start: base, saturating: min(size, room))
  }

  /// `memblock_add`.
  mutating func add(_ base: PhysicalAddress, _ size: ByteCount) throws(Full) {
    try memory.add(capped(base, size), node: nil)
  }

  /// `memblock_reserve`: never fails for an overlap.
  mutating func reserve(_ base: PhysicalAddress, _ size: ByteCount) throws(Full) {
    try reserved.add(capped(base, size), node: nil)
  }

  /// `memblock_remove`.
  mutating func remove(_ base: PhysicalAddress, _ size: ByteCount) throws(Full) {
    try memory.remove(capped(base, size))
  }

  /// `memblock_phys_free`: has no idea who reserved what.
  mutating func free(_ base: PhysicalAddress, _ size: ByteCount) throws(Full) {
    try reserved.remove(capped(base, size))
  }

  /// `memblock_mark_nomap` and `memblock_clear_nomap`.
  mutating func setNoMap(_ on: Bool, _ base: PhysicalAddress, _ size: ByteCount) throws(Full) {
    try memory.change(capped(base, size)) { entry in
      if on { entry.flags.insert(.noMap) } else { entry.flags.remove(.noMap) }
    }
  }

  /// `memblock_mark_hotplug`.
  mutating func markHotplug(_ base: PhysicalAddress, _ size: ByteCount) throws(Full) {
    try memory.change(capped(base, size)) { $0.flags.insert(.hotplug) }
  }

  /// `memblock_set_node` on the memory list.
  mutating func setNode(_ node: Int, _ range: PhysicalRange) throws(Full) {
    try memory.change(range) { $0.node = node }
  }

  /// `memblock_start_of_DRAM`.
  var start: PhysicalAddress { memory.entries.first?.range.start ?? PhysicalAddress(0) }
  /// `memblock_end_of_DRAM`.
  var end: PhysicalAddress { memory.entries.last?.range.end ?? PhysicalAddress(0) }
  /// `memblock_phys_mem_size`, no-map memory included.
  var total: ByteCount { memory.entries.reduce(.zero) { $0 + $1.range.size } }

  /// `memblock_is_region_reserved`.
  func isReserved(_ base: PhysicalAddress, _ size: ByteCount) -> Bool {
    reserved.overlaps(capped(base, size))
  }

  /// `memblock_overlaps_region` of the memory list.
  func overlapsMemory(_ base: PhysicalAddress, _ size: ByteCount) -> Bool {
    memory.overlaps(capped(base, size))
  }

  /// `memblock_is_region_memory`: whether one entry holds the whole range.
  func isMemory(_ base: PhysicalAddress, _ size: ByteCount) -> Bool {
    let range = capped(base, size)
    guard let entry = memory.entry(holding: base) else { return false }
    return range.end <= entry.range.end
  }
}

extension Memblock.List {
  /// The index of the first entry that ends above `address`.
  ///
  /// - Complexity: O(log n).
  func firstEnding(above address: PhysicalAddress) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = low + (high - low) / 2
      if entries[middle].range.end <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func entry(holding address: PhysicalAddress) -> Memblock.Entry? {
    let index = firstEnding(above: address)
    guard index < entries.count, entries[index].range.contains(address) else { return nil }
    return entries[index]
  }

  /// Whether `range` meets an entry; an empty range that lies inside one does too, as in
  /// `memblock_addrs_overlap`, which compares borders only.
  func overlaps(_ range: PhysicalRange) -> Bool {
    let index = firstEnding(above: range.start)
    return index < entries.count && entries[index].range.start < range.end
  }

  /// `memblock_add_range`: inserts the parts of `range` that no entry covers.
  mutating func add(_ range: PhysicalRange, node: Int?) throws(Memblock.Full) {
    if range.isEmpty { return }
    let first = firstEnding(above: range.start)
    var pieces: [Memblock.Entry] = []
    var start = range.start
    var index = first
    while index < entries.count, entries[index].range.start < range.end {
      let other = entries[index].range
      if other.start > start {
        pieces.append(
          Memblock.Entry(range: .init(start: start, end: other.start), flags: [], node: node)
        )
      }
      start = min(other.end, range.end)
      index += 1
    }
    if start < range.end {
      pieces.append(
        Memblock.Entry(range: .init(start: start, end: range.end), flags: [], node: node)
      )
    }
    if entries.count + pieces.count > capacity, !mayGrow { throw Memblock.Full() }
    let merged = (entries[first..<index] + pieces).sorted { $0.range.start < $1.range.start }
    entries.replaceSubrange(first..<index, with: merged)
    merge(from: first, to: first + merged.count)
  }

  /// `memblock_isolate_range`: cuts entries at the borders of `range` and gives those inside.
  private mutating func isolate(_ range: PhysicalRange) throws(Memblock.Full) -> Range<Int> {
    if range.isEmpty { return 0..<0 }
    if entries.count + 2 > capacity, !mayGrow { throw Memblock.Full() }
    var index = firstEnding(above: range.start)
    if index < entries.count, entries[index].range.start < range.start {
      split(index, at: range.start)
      index += 1
    }
    let first = index
    while index < entries.count, entries[index].range.start < range.end {
      if entries[index].range.end > range.end { split(index, at: range.end) }
      index += 1
    }
    return first..<index
  }

  private mutating func split(_ index: Int, at address: PhysicalAddress) {
    var upper = entries[index]
    upper.range = PhysicalRange(start: address, end: upper.range.end)
    entries[index].range = PhysicalRange(start: entries[index].range.start, end: address)
    entries.insert(upper, at: index + 1)
  }

  /// `memblock_remove_range`.
  mutating func remove(_ range: PhysicalRange) throws(Memblock.Full) {
    entries.removeSubrange(try isolate(range))
  }

  /// Changes the entries inside `range` and merges what became equal.
  mutating func change(
    _ range: PhysicalRange,
    _ body: (inout Memblock.Entry) -> Void
  ) throws(Memblock.Full) {
    let inside = try isolate(range)
    for index in inside { body(&entries[index]) }
    merge(from: inside.lowerBound, to: inside.upperBound)
  }

  /// `memblock_merge_regions` around the entries `from..<to`.
  private mutating func merge(from: Int, to: Int) {
    var index = max(from - 1, 0)
    var last = min(to, entries.count - 1)
    while index < last {
      let this = entries[index]
      let next = entries[index + 1]
      if this.range.end == next.range.start, this.flags == next.flags, this.node == next.node {
        entries[index].range = PhysicalRange(start: this.range.start, end: next.range.end)
        entries.remove(at: index + 1)
        last -= 1
      } else {
        index += 1
      }
    }
  }
}
