import Layout
import PhysicalMemory
import Policy

/// A workload's list of operations as it is in one run: the same requests under a load that differs.
///
/// Sizes of load, and levels to which memory is filled, differ by up to the workload's variation. A
/// program that came and went before leaves the free lists in another order in every run. What the
/// driver asks for, and in which order, is the workload's own.
struct VariedScenario {
  let scenario: Scenario
  /// Operations before those of the workload.
  let prelude: Int

  /// Pages of the program that came before, at most.
  private static let maximumNoise: UInt64 = 4096

  init(_ workload: Workload, pageSize: PageSize, seed: UInt64) {
    var numbers = SeededNumbers(seed: seed, purpose: 5)
    var operations: [Scenario.Operation] = []
    let blocks = 1 + numbers.below(4)
    for _ in 0..<blocks {
      let pages = 1 + numbers.below(Self.maximumNoise)
      operations.append(.anonymous(pageSize.bytes(of: pages), .pages))
    }
    for _ in 0..<blocks { operations.append(.dropFirst) }
    prelude = operations.count
    let vary = { (size: ByteCount, numbers: inout SeededNumbers) -> ByteCount in
      Self.varied(size, workload.variation, pageSize, &numbers)
    }
    for operation in workload.operations {
      operations.append(Scenario.Operation(operation) { vary($0, &numbers) })
    }
    scenario = Scenario(name: workload.name, hasDisk: true, operations: operations)
  }

  /// A size up to so many percent above or below, in whole pages; small ones stay as they are.
  private static func varied(
    _ size: ByteCount,
    _ percent: UInt64,
    _ pageSize: PageSize,
    _ numbers: inout SeededNumbers
  ) -> ByteCount {
    let pages = pageSize.pages(holding: size)
    let span = pages.multipliedReportingOverflow(by: percent)
    guard !span.overflow, span.partialValue >= 100 else { return size }
    let most = span.partialValue / 100
    let changed = pages - min(pages, most) + numbers.below(2 * most + 1)
    return pageSize.bytes(of: max(1, changed))
  }
}

extension Scenario.Operation {
  /// The operation that policy states, with every size of load as `vary` makes it.
  init(_ operation: WorkloadOperation, _ vary: (ByteCount) -> ByteCount) {
    switch operation {
    case .allocate(let id, let size): self = .allocate(id: id, size)
    case .free(let id): self = .free(id: id)
    case .anonymous(let size): self = .anonymous(vary(size), .pages)
    case .locked(let size): self = .anonymous(vary(size), .locked)
    case .huge(let size): self = .anonymous(vary(size), .huge)
    case .tmpfs(let size): self = .tmpfs(vary(size))
    case .anonymousUntil(let size): self = .anonymousUntil(free: vary(size))
    case .tmpfsUntil(let size): self = .tmpfsUntil(free: vary(size))
    case .read(let path, let size): self = .read(path: path, vary(size))
    case .smallFiles(let count, let size): self = .smallFiles(count: count, size)
    case .removeOdd: self = .removeOdd
    case .removeFile(let number): self = .removeFile("\(number)")
    case .removeFiles: self = .removeFiles
    case .dropAnonymous: self = .dropAnonymous
    case .dropFirst: self = .dropFirst
    case .dropCaches: self = .dropCaches
    case .compact: self = .compact
    case .pin(let most, let stride): self = .pin(most: most, stride: stride)
    case .unpin: self = .unpin
    case .pinLong: self = .pinLongTerm
    case .sleep(let time): self = .sleep(milliseconds: time)
    case .state: self = .state
    }
  }
}
