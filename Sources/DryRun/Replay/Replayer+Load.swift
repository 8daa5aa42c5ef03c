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
  /// Pages that one page table of the lowest level maps.
  private var pagesPerTable: Int { 1 << (Int(pageSize.shift) - 3) }

  // MARK: Anonymous

  mutating func touch(_ size: ByteCount, _ kind: Scenario.AnonymousKind) -> UInt64 {
    let pages = pageSize.pages(holding: size)
    // More than all memory is refused from the start (`__vm_enough_memory`).
    guard size > .zero, mappings.count < Self.maximumMappings, pages <= managedPages else {
      return 0
    }
    let object = process.makeObject(kind == .locked ? .mlocked : .anonymous)
    mappings.append(Mapping(object: object, size: size))
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

  /// Files that tmpfs takes: half as many as there are pages, with the root folder
  /// (`shmem_default_max_inodes`).
  private var fileLimit: UInt64 { max(managedPages / 2, 1) - 1 }

  private var managedPages: UInt64 { memory.zoneReports().reduce(0) { $0 + $1.managed } }

  mutating func writeFile(_ size: ByteCount) -> UInt64 {
    guard fileCount < fileLimit else {
      files.append(nil)
      return 0
    }
    files.append(makeFile(size))
    return size.rawValue
  }

  /// A new tmpfs file of this size.
  private mutating func makeFile(_ size: ByteCount) -> Int {
    let object = process.makeObject(.tmpfs)
    if !process.takeInode(object, &memory) { isKilled = true }
    fileCount += 1
    extendFile(object, by: pageSize.pages(holding: size))
    return object
  }

  mutating func writeUntil(free limit: ByteCount) -> UInt64 {
    var size = ByteCount.zero
    while freeBytes > limit, !isKilled, process.touched <= Self.maximumPages {
      let written = writeFile(Self.step)
      if written == 0 { break }
      size += ByteCount(written)
    }
    return size.rawValue
  }

  private mutating func extendFile(_ object: Int, by pages: UInt64) {
    for _ in 0..<pages {
      guard !isKilled, process.touched <= Self.maximumPages else { return }
      if !process.takeNode(object, &memory) || !process.extend(object, &memory) {
        isKilled = true
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
    fileCount -= 1
    return 1
  }

  mutating func removeFiles() -> UInt64 {
    var removed: UInt64 = 0
    for index in files.indices {
      guard let object = files[index] else { continue }
      process.drop(object, &memory)
      files[index] = nil
      fileCount -= 1
      removed += 1
    }
    return removed
  }

  mutating func writeSmallFiles(_ count: UInt64, _ size: ByteCount) -> UInt64 {
    let size = min(size, Self.largestSmallFile)
    var written: UInt64 = 0
    for _ in 0..<count {
      guard process.touched <= Self.maximumPages, fileCount < fileLimit else { break }
      smallFiles.append(makeFile(size))
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
      fileCount -= 1
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
