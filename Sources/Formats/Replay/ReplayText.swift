import Diagnostics
public import DryRun
public import PageAllocator
import PhysicalMemory

/// The answers of a replay as a table.
public struct ReplayText {
  private let outcome: ReplayOutcome
  private let name: String
  /// Characters of the bar that shows the area.
  private static let barWidth = 32

  /// A table of `outcome`; `name` is the scenario's.
  public init(_ outcome: ReplayOutcome, name: String) {
    self.outcome = outcome
    self.name = name
  }

  /// The table.
  public var text: String { VisibleText.lines(of: written) }

  private var written: String {
    var lines = [head]
    let rows = outcome.entries.map(row)
    var widths = Self.titles.map(\.count)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
    }
    lines.append(line(Self.titles, widths))
    for row in rows { lines.append(line(row, widths)) }
    if outcome.isKilled { lines.append("The OOM killer ended the program in the next operation.") }
    if outcome.area != nil {
      lines.append("Area: # driver, a anonymous, t tmpfs and files, : free, in equal parts.")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The word for where a buffer came from.
  public static func source(_ source: DMASource) -> String {
    switch source {
    case .coherentPool: "coherent-pool"
    case .restrictedPool: "restricted-pool"
    case .cma: "cma"
    case .buddy: "buddy"
    case .iommu: "iommu"
    case .atomicPool: "atomic-pool"
    }
  }

  private static let titles = ["operation", "outcome", "from", "largest free run", "free", "area"]

  private var head: String {
    let title = name.isEmpty ? "Replay" : "Replay of \(Plain.safe(name))"
    guard let area = outcome.area else { return title + ": no default CMA area" }
    return title + ": default CMA area \(area.start.hexadecimal), \(area.size)"
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (column, cell) in cells.enumerated() {
      text += cell
      if column + 1 < cells.count {
        text += String(repeating: " ", count: widths[column] - cell.count + 2)
      }
    }
    while text.last == " " { text.removeLast() }
    return text
  }

  private func row(_ entry: ReplayEntry) -> [String] {
    [
      Plain.safe(operation(entry.operation)), result(entry), from(entry), largestRun(entry.memory),
      entry.memory.free.approximate, bar(entry.memory),
    ]
  }

  private func operation(_ operation: Scenario.Operation) -> String {
    switch operation {
    case .allocate(let id, let size): "alloc \(id) \(size)"
    case .free(let id): "free \(id)"
    case .anonymous(let size, _), .tmpfs(let size): "\(operation.word) \(size)"
    case .anonymousUntil(let limit), .tmpfsUntil(let limit): "\(operation.word) \(limit)"
    case .read(let path, let size): "read \(path) \(size)"
    case .smallFiles(let count, let size): "small_files \(count) \(size)"
    case .removeFile(let number): "rm_file \(number)"
    case .pin(let most, let stride): "pin \(most) \(stride)"
    case .sleep(let milliseconds): "sleep_ms \(milliseconds)"
    default: operation.word
    }
  }

  private func result(_ entry: ReplayEntry) -> String {
    switch entry.result {
    case .allocated(let answer):
      let retries = answer.busyRetries == 0 ? "" : ", \(answer.busyRetries) busy"
      return (answer.address?.hexadecimal ?? "-12") + retries
    case .refusedSmallBuffers: return "-12 before it was asked for"
    case .freed(let size): return size == nil ? "not allocated" : "ok"
    case .done(let count):
      switch entry.operation {
      case .anonymous, .anonymousUntil, .tmpfs, .tmpfsUntil, .read, .dropFirst:
        return ByteCount(count).description
      case .smallFiles, .removeOdd, .removeFile, .removeFiles: return "\(count) files"
      default: return "ok"
      }
    case .pinned(let pages, _): return "\(pages.count) pages"
    case .unpinned: return "ok"
    case .pinnedLongTerm(let answer):
      return answer.errorNumber == 0 ? answer.bytes.description : "-\(answer.errorNumber)"
    }
  }

  private func from(_ entry: ReplayEntry) -> String {
    guard case .allocated(let answer) = entry.result, let buffer = answer.buffer else { return "" }
    return Self.source(buffer.source)
  }

  private func largestRun(_ state: MemoryState) -> String {
    guard let used = state.used, let area = outcome.area else {
      let order = state.freeBlocks.lastIndex { $0 > 0 }
      return order.map { outcome.pageSize.bytes(of: 1 << UInt64($0)).description } ?? "none"
    }
    var largest: UInt64 = 0
    var next: UInt64 = 0
    for run in used {
      largest = max(largest, run.lowerBound - next)
      next = run.upperBound
    }
    largest = max(largest, outcome.pageSize.pages(holding: area.size) - next)
    return outcome.pageSize.bytes(of: largest).description
  }

  /// Each character is a part of the area of the same size; drivers' pages are where they are, the
  /// others only in proportion.
  private func bar(_ state: MemoryState) -> String {
    guard let used = state.used, let area = outcome.area, let held = state.occupancy else {
      return ""
    }
    let pages = outcome.pageSize.pages(holding: area.size)
    let width = UInt64(Self.barWidth)
    var cells = [Character](repeating: ":", count: Self.barWidth)
    for run in used {
      let first = run.lowerBound * width / pages
      let last = (run.upperBound - 1) * width / pages
      for cell in first...last { cells[Int(cell)] = "#" }
    }
    var anonymous = held.anonymous * width / pages
    var files = (held.tmpfs + held.file) * width / pages
    for index in cells.indices.reversed() where cells[index] == ":" {
      if anonymous > 0 {
        cells[index] = "a"
        anonymous -= 1
      } else if files > 0 {
        cells[index] = "t"
        files -= 1
      }
    }
    return "[" + String(cells) + "]"
  }
}
