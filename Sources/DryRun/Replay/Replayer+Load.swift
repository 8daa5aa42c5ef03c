import PageAllocator
import PhysicalMemory

/// Anonymous memory, tmpfs and page cache.
extension Replayer {
  /// Mappings that the program holds at most.
  private static let maximumMappings = 64
  /// A step of the operations that go on until memory is short, and the size of their files.
  private static let step = ByteCount.mib(1)
  /// The program maps so much at most in one go.
  private static let largestGrowingMapping = ByteCount.gib(2)
  /// Bytes of the small files at most: what the program writes at once.
  private static let largestSmallFile = ByteCount.kib(64)
  /// Pages that one page table of the lowest level maps, and a node of a file's tree holds.
  private var pagesPerTable: Int { 1 << (Int(pageSize.shift) - 3) }
  private static let pagesPerNode = 64
  /// Tree nodes in a slab of 2^2 pages (`radix_tree_node`, 576 bytes each).
  private static let nodesPerSlab = 28
  private static let slabOrder = 2

  // MARK: Anonymous

  mutating func touch(_ size: ByteCount, _ kind: Scenario.AnonymousKind) -> UInt64 {
    guard size > .zero, mappings.count < Self.maximumMappings else { return 0 }
    let object = process.makeObject(kind == .locked ? .mlocked : .anonymous)
    mappings.append(Mapping(object: object, size: size))
    let pages = pageSize.pages(holding: size)
    // Pages beyond all memory can not be had; the program would be killed on the way.
    extendMapping(object, by: pages, huge: kind == .huge && hasHugePages)
    return size.rawValue
  }

  mutating func touchUntil(free limit: ByteCount) -> UInt64 {
    guard mappings.count < Self.maximumMappings else { return 0 }
    let object = process.makeObject(.anonymous)
    var size = ByteCount.zero
    while freeBytes > limit, size + Self.step <= Self.largestGrowingMapping, !isKilled {
      extendMapping(object, by: pageSize.pages(holding: Self.step), huge: false)
      size += Self.step
    }
    mappings.append(Mapping(object: object, size: size))
    return size.rawValue
  }

  private var freeBytes: ByteCount { pageSize.bytes(of: memory.freePageCount) }

  private mutating func extendMapping(_ object: Int, by pages: UInt64, huge: Bool) {
    let hugeOrder = Int(pageSize.shift) - 3
    var left = pages
    while left > 0, process.touched <= Self.maximumPages {
      let offset = process.objects[object].pages.count
      if offset % pagesPerTable == 0,
        !process.addBookkeeping(object, order: 0, &memory)
      {
        isKilled = true
        return
      }
      // A huge page has a table in reserve, so the bookkeeping is the same.
      if huge, offset % pagesPerTable == 0, left >= 1 << UInt64(hugeOrder),
        process.extend(object, order: hugeOrder, &memory)
      {
        left -= 1 << UInt64(hugeOrder)
        continue
      }
      guard process.extend(object, &memory) else {
        isKilled = true
        return
      }
      left -= 1
    }
  }

  mutating func dropAnonymous() -> UInt64 {
    for mapping in mappings { process.drop(mapping.object, &memory) }
    mappings = []
    return 0
  }

  mutating func dropFirst() -> UInt64 {
    guard let first = mappings.first else { return 0 }
    process.drop(first.object, &memory)
    mappings.removeFirst()
    return first.size.rawValue
  }

  // MARK: Files

  mutating func writeFile(_ size: ByteCount) -> UInt64 {
    let object = process.makeObject(.tmpfs)
    files.append(object)
    extendFile(object, by: pageSize.pages(holding: size))
    return size.rawValue
  }

  mutating func writeUntil(free limit: ByteCount) -> UInt64 {
    var size = ByteCount.zero
    while freeBytes > limit, !isKilled, process.touched <= Self.maximumPages {
      size += ByteCount(writeFile(Self.step))
    }
    return size.rawValue
  }

  private mutating func extendFile(_ object: Int, by pages: UInt64) {
    for _ in 0..<pages {
      guard process.touched <= Self.maximumPages else { return }
      let offset = process.objects[object].pages.count
      if offset % (Self.pagesPerNode * Self.nodesPerSlab) == 0, pages > UInt64(Self.pagesPerNode),
        !process.addBookkeeping(object, order: Self.slabOrder, &memory)
      {
        isKilled = true
        return
      }
      guard process.extend(object, &memory) else {
        isKilled = true
        return
      }
    }
  }

  mutating func removeFile(_ number: String) -> UInt64 {
    // The program puts the number into a file's name as it is.
    guard let index = Int(number), String(index) == number, files.indices.contains(index),
      let object = files[index]
    else { return 0 }
    process.drop(object, &memory)
    files[index] = nil
    return 1
  }

  mutating func removeFiles() -> UInt64 {
    var removed: UInt64 = 0
    for index in files.indices {
      guard let object = files[index] else { continue }
      process.drop(object, &memory)
      files[index] = nil
      removed += 1
    }
    return removed
  }

  mutating func writeSmallFiles(_ count: UInt64, _ size: ByteCount) -> UInt64 {
    let size = min(size, Self.largestSmallFile)
    let pages = pageSize.pages(holding: size)
    var written: UInt64 = 0
    for _ in 0..<count {
      guard process.touched <= Self.maximumPages else { break }
      let object = process.makeObject(.tmpfs)
      // An inode and a directory entry: about a page for four files.
      if smallFiles.count % 4 == 0, !process.addBookkeeping(object, order: 0, &memory) {
        isKilled = true
        break
      }
      smallFiles.append(object)
      extendFile(object, by: pages)
      if isKilled { break }
      if size > .zero { written += 1 }
    }
    return written
  }

  mutating func removeOdd() -> UInt64 {
    var removed: UInt64 = 0
    for index in stride(from: 1, to: smallFiles.count, by: 2) {
      guard let object = smallFiles[index] else { continue }
      process.drop(object, &memory)
      smallFiles[index] = nil
      removed += 1
    }
    return removed
  }

  /// Reads the first bytes of a file on disk; how long the file is is not known here.
  mutating func read(_ path: String, _ size: ByteCount) -> UInt64 {
    guard hasDisk, path.hasPrefix("/disk/") else { return 0 }
    let object = cachedFiles[path] ?? process.makeObject(.fileClean)
    cachedFiles[path] = object
    for offset in 0..<Int(clamping: pageSize.pages(holding: size)) {
      guard process.touched <= Self.maximumPages else { break }
      let known = process.objects[object].pages.count
      if offset < known, process.objects[object].pages[offset] != ProcessMemory.gone { continue }
      if offset >= known {
        extendFile(object, by: 1)
      } else if !process.refill(object, at: offset, &memory) {
        isKilled = true
      }
      if isKilled { break }
    }
    return size.rawValue
  }
}
