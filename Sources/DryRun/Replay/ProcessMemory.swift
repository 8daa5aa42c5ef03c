import PageAllocator
import PhysicalMemory

/// The memory that the replayed program holds: mappings and files, page by page, wherever the kernel
/// moves them.
struct ProcessMemory {
  /// A mapping, a file, or the kernel's own bookkeeping for one of them.
  struct Object {
    let use: PageUse
    /// The page of each offset; `gone` where it was dropped.
    var pages: [UInt64] = []
    /// The kernel's page tables or tree nodes for it: first pages of blocks.
    var bookkeeping: [PageFrameNumber] = []
    /// Pages that are in memory.
    var resident: UInt64 = 0
    /// The slabs of its inode and of its tree's nodes.
    var inode: Int?
    var nodes: [Int] = []
  }

  static let gone = UInt64.max
  /// Offsets in one object, 2^32, times objects.
  private static let shift: UInt64 = 32

  private(set) var objects: [Object] = []
  private var unusedObjects: [Int] = []
  /// Which object and offset a page belongs to.
  private var places: [UInt64: UInt64] = [:]
  /// Pages whose object was dropped while a pin held them.
  private(set) var orphans: Set<UInt64> = []
  /// Resident pages of each class.
  private(set) var anonymousPages: UInt64 = 0
  private(set) var tmpfsPages: UInt64 = 0
  private(set) var filePages: UInt64 = 0
  /// Inodes with their directory entries.
  private var inodes = SlabCache(objectSize: 1024, order: Order(2))
  /// Nodes of the trees of files' pages (`radix_tree_node`), each for 64 pages.
  private var nodes = SlabCache(objectSize: 576, order: Order(2))
  private static let pagesPerNode = 64
  /// Pages that were ever touched.
  private(set) var touched: UInt64 = 0

  let owner: OwnerID
  /// Freed pages that the processor keeps.
  private var processor: ProcessorList

  init(owner: OwnerID, _ memory: borrowing PageAllocator) {
    self.owner = owner
    processor = ProcessorList(memory)
  }

  /// Gives the pages that the processor keeps to the buddy.
  mutating func drainProcessor(_ memory: inout PageAllocator) { processor.drain(&memory) }

  private mutating func release(_ block: UsedBlock, _ memory: inout PageAllocator) {
    if block.order == Order(0) {
      processor.free(block.first, &memory)
    } else {
      memory.freePages(at: block.first)
    }
  }

  mutating func makeObject(_ use: PageUse) -> Int {
    if let index = unusedObjects.popLast() {
      objects[index] = Object(use: use)
      return index
    }
    objects.append(Object(use: use))
    return objects.count - 1
  }

  private mutating func count(_ use: PageUse, _ pages: Int64) {
    func add(_ value: inout UInt64) { value = UInt64(Int64(value) + pages) }
    switch use {
    case .tmpfs: add(&tmpfsPages)
    case .fileClean, .fileDirty: add(&filePages)
    default: add(&anonymousPages)
    }
  }

  // MARK: Taking and giving back

  /// Takes the next pages of an object, as one block; false where there is no memory.
  mutating func extend(_ index: Int, order: Int = 0, _ memory: inout PageAllocator) -> Bool {
    let isHuge = order > 0
    let request = PageRequest(
      order: Order(UInt8(order)),
      use: isHuge ? .transparentHuge : objects[index].use,
      owner: owner,
      // The fault of a huge page reclaims nothing by default (`GFP_TRANSHUGE_LIGHT`).
      effort: isHuge ? .light : .normal
    )
    let kept = isHuge ? nil : processor.take(for: objects[index].use, &memory)
    guard let first = kept ?? (try? memory.allocatePages(request)) else {
      follow(&memory)
      return false
    }
    follow(&memory)
    for page in first.rawValue..<first.rawValue + (1 << UInt64(order)) {
      places[page] = UInt64(index) << Self.shift | UInt64(objects[index].pages.count)
      objects[index].pages.append(page)
    }
    objects[index].resident += 1 << UInt64(order)
    count(objects[index].use, 1 << Int64(order))
    touched += 1 << UInt64(order)
    return true
  }

  /// Takes the page of an offset anew, after it was dropped.
  mutating func refill(_ index: Int, at offset: Int, _ memory: inout PageAllocator) -> Bool {
    let request = PageRequest(use: objects[index].use, owner: owner)
    guard let first = try? memory.allocatePages(request) else {
      follow(&memory)
      return false
    }
    follow(&memory)
    places[first.rawValue] = UInt64(index) << Self.shift | UInt64(offset)
    objects[index].pages[offset] = first.rawValue
    objects[index].resident += 1
    count(objects[index].use, 1)
    touched += 1
    return true
  }

  /// Takes a block that the kernel needs to keep track of an object.
  mutating func addBookkeeping(_ index: Int, order: Int, _ memory: inout PageAllocator) -> Bool {
    let request = PageRequest(order: Order(UInt8(order)), use: .unmovable, owner: .kernel)
    let first = try? memory.allocatePages(request)
    follow(&memory)
    guard let first else { return false }
    objects[index].bookkeeping.append(first)
    return true
  }

  /// Takes the inode of a file; false where there is no memory.
  mutating func takeInode(_ index: Int, _ memory: inout PageAllocator) -> Bool {
    objects[index].inode = inodes.take(&memory)
    follow(&memory)
    return objects[index].inode != nil
  }

  /// Takes the tree node of a file's next page, where that needs one; a file of one page has none.
  mutating func takeNode(_ index: Int, _ memory: inout PageAllocator) -> Bool {
    let offset = objects[index].pages.count
    guard offset == 1 || (offset > 1 && offset % Self.pagesPerNode == 0) else { return true }
    let node = nodes.take(&memory)
    follow(&memory)
    guard let node else { return false }
    objects[index].nodes.append(node)
    return true
  }

  /// Gives an object's memory back, but for pages that are pinned.
  mutating func drop(_ index: Int, _ memory: inout PageAllocator) {
    for page in objects[index].pages where page != Self.gone {
      places[page] = nil
      guard let block = memory.block(holding: PageFrameNumber(page)), block.first.rawValue == page
      else { continue }
      if block.pins > 0 {
        orphans.insert(page)
      } else {
        release(block, &memory)
      }
    }
    for first in objects[index].bookkeeping { memory.freePages(at: first) }
    count(objects[index].use, -Int64(objects[index].resident))
    if let inode = objects[index].inode { inodes.give(inode, &memory) }
    for node in objects[index].nodes { nodes.give(node, &memory) }
    objects[index] = Object(use: objects[index].use)
    unusedObjects.append(index)
  }

  /// Frees a page whose object is gone, now that no pin holds it.
  mutating func freeOrphan(_ page: UInt64, _ memory: inout PageAllocator) {
    guard orphans.remove(page) != nil else { return }
    memory.freePages(at: PageFrameNumber(page))
  }

  // MARK: Finding pages

  /// The use of the object that a page belongs to.
  func use(of page: UInt64) -> PageUse? {
    places[page].map { objects[Int($0 >> Self.shift)].use }
  }

  /// Takes note of what moved or was dropped.
  mutating func follow(_ memory: inout PageAllocator) {
    for relocation in memory.takeRelocations() where relocation.owner == owner {
      let from = relocation.from.rawValue
      for offset in 0..<relocation.order.pages {
        guard let place = places[from + offset] else { continue }
        let object = Int(place >> Self.shift)
        let index = Int(place & (1 << Self.shift - 1))
        switch relocation.fate {
        case .split: continue
        case .moved(let target):
          places[from + offset] = nil
          places[target.rawValue + offset] = place
          objects[object].pages[index] = target.rawValue + offset
        case .dropped:
          places[from + offset] = nil
          objects[object].pages[index] = Self.gone
          objects[object].resident -= 1
          count(objects[object].use, -1)
        }
      }
    }
  }
}
