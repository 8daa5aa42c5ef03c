/// A strategy's region with its allocator; pages are absolute numbers.
struct StrategyRegion: Sendable {
  let name: String
  let pages: Range<UInt64>
  /// The CMA area whose pages these are, for contexts that share theirs.
  let area: CMAAreaID?
  private var allocator: Allocator

  /// How it answers.
  private enum Allocator: Sendable {
    /// The lowest run that fits; `limit` is the largest alignment in pages, nil for any.
    case firstFit(SortedFreeList, alignmentLimit: UInt64?, minimum: UInt64)
    /// The smallest run that fits.
    case bestFit(SortedFreeList, alignmentLimit: UInt64?, minimum: UInt64)
    case pmem(PmemBitmap, used: [Int: Int])
    /// One holder at a time, from the region's start.
    case single(isTaken: Bool)
  }

  private init(
    _ name: String,
    _ pages: Range<UInt64>,
    _ allocator: Allocator,
    area: CMAAreaID? = nil
  ) {
    self.name = name
    self.pages = pages
    self.area = area
    self.allocator = allocator
  }

  /// A first-fit region in which chunks are aligned to `minimum` pages at least.
  static func firstFit(
    _ name: String,
    _ pages: Range<UInt64>,
    alignmentLimit: UInt64? = nil,
    minimum: UInt64 = 1,
    area: CMAAreaID? = nil
  ) -> StrategyRegion {
    let list = SortedFreeList(pages)
    return StrategyRegion(
      name,
      pages,
      .firstFit(list, alignmentLimit: alignmentLimit, minimum: minimum),
      area: area
    )
  }

  static func bestFit(
    _ name: String,
    _ pages: Range<UInt64>,
    alignmentLimit: UInt64? = nil,
    minimum: UInt64 = 1
  ) -> StrategyRegion {
    let list = SortedFreeList(pages)
    return StrategyRegion(
      name,
      pages,
      .bestFit(list, alignmentLimit: alignmentLimit, minimum: minimum)
    )
  }

  static func pmem(_ name: String, _ pages: Range<UInt64>) -> StrategyRegion {
    StrategyRegion(name, pages, .pmem(PmemBitmap(count: pages.count), used: [:]))
  }

  static func single(_ name: String, _ pages: Range<UInt64>) -> StrategyRegion {
    StrategyRegion(name, pages, .single(isTaken: false))
  }

  /// Takes pages; `alignment` is in pages.
  mutating func take(_ count: UInt64, alignment: UInt64) -> Result<
    Range<UInt64>, ContiguousFailure
  > {
    switch allocator {
    case .firstFit(var list, let limit, let minimum):
      if let limit, alignment > limit { return .failure(.alignmentUnsupported) }
      let taken = list.takeFirstFit(count, alignment: Swift.max(alignment, minimum))
      allocator = .firstFit(list, alignmentLimit: limit, minimum: minimum)
      return taken.map(Result.success) ?? .failure(.noRoom)
    case .bestFit(var list, let limit, let minimum):
      if let limit, alignment > limit { return .failure(.alignmentUnsupported) }
      let taken = list.takeBestFit(count, alignment: Swift.max(alignment, minimum))
      allocator = .bestFit(list, alignmentLimit: limit, minimum: minimum)
      return taken.map(Result.success) ?? .failure(.noRoom)
    case .pmem(var bitmap, var used):
      // Alignment is that of the block to the region's base, whatever is asked.
      guard count <= UInt64(pages.count) else { return .failure(.noRoom) }
      let order = PmemBitmap.order(holding: Int(count))
      guard let index = bitmap.allocate(order: order) else { return .failure(.noRoom) }
      used[index] = 1 << order
      allocator = .pmem(bitmap, used: used)
      let start = pages.lowerBound + UInt64(index)
      return .success(start..<start + (1 << UInt64(order)))
    case .single(let isTaken):
      guard !isTaken, count <= UInt64(pages.count) else { return .failure(.noRoom) }
      allocator = .single(isTaken: true)
      return .success(pages)
    }
  }

  /// Gives back what starts at a page; nil where nothing does.
  mutating func release(_ first: UInt64) -> Range<UInt64>? {
    switch allocator {
    case .firstFit(var list, let limit, let minimum):
      let part = list.release(first)
      allocator = .firstFit(list, alignmentLimit: limit, minimum: minimum)
      return part
    case .bestFit(var list, let limit, let minimum):
      let part = list.release(first)
      allocator = .bestFit(list, alignmentLimit: limit, minimum: minimum)
      return part
    case .pmem(var bitmap, var used):
      guard pages.contains(first), let freed = bitmap.free(Int(first - pages.lowerBound)) else {
        return nil
      }
      used[Int(first - pages.lowerBound)] = nil
      allocator = .pmem(bitmap, used: used)
      return first..<first + UInt64(freed)
    case .single(let isTaken):
      guard isTaken, first == pages.lowerBound else { return nil }
      allocator = .single(isTaken: false)
      return pages
    }
  }

  var usedPages: UInt64 {
    switch allocator {
    case .firstFit(let list, _, _), .bestFit(let list, _, _): list.usedPages
    case .pmem(_, let used): used.values.reduce(0) { $0 + UInt64($1) }
    case .single(let isTaken): isTaken ? UInt64(pages.count) : 0
    }
  }

  var largestFree: UInt64 {
    switch allocator {
    case .firstFit(let list, _, _), .bestFit(let list, _, _): list.largestFree
    case .pmem(let bitmap, _): bitmap.freeBlocks.map { 1 << UInt64($0.order) }.max() ?? 0
    case .single(let isTaken): isTaken ? 0 : UInt64(pages.count)
    }
  }
}
