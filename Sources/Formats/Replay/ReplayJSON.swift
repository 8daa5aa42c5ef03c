public import DryRun
import PageAllocator
import PhysicalMemory

/// The answers of a replay as JSON, in the shape in which a recorded run is kept.
public enum ReplayJSON {
  /// The value of the key `schema`.
  public static let schema = "dmaplan-replay/1"
  /// `ENOMEM`.
  private static let noMemory: UInt64 = 12

  /// The document of `outcome`: a first entry with the area, then one for each operation.
  public static func value(_ outcome: ReplayOutcome, name: String) -> JSONValue {
    var first: JSONObject = [
      "cma_base": .hexadecimal(outcome.area?.start ?? PhysicalAddress(0)),
      "cma_size": .number(outcome.area?.size.rawValue ?? 0),
    ]
    add(outcome.start, to: &first)
    var ops: [JSONValue] = [.object(first)]
    ops += outcome.entries.map { .object(object($0, outcome.pageSize)) }
    if outcome.isKilled { ops.append(.object(["killed": .bool(true)])) }
    return .object([
      "schema": .string(schema), "name": .string(name), "ops": .array(ops),
    ])
  }

  private static func object(_ entry: ReplayEntry, _ pageSize: PageSize) -> JSONObject {
    var object: JSONObject = ["op": .string(entry.operation.word)]
    switch entry.result {
    case .allocated(let answer): add(answer, entry, to: &object)
    case .refusedSmallBuffers:
      if case .allocate(let id, _) = entry.operation { object["id"] = .string(id) }
      object["error"] = .string("dummies")
      object["errno"] = .number(noMemory)
    case .freed(let size):
      if case .free(let id) = entry.operation { object["id"] = .string(id) }
      guard let size else {
        object["error"] = .string("not allocated")
        return object
      }
      object["size"] = .number(size.rawValue)
      add(entry.memory, to: &object)
      object["used"] = used(entry.memory)
      object["used_pages"] = usedPages(entry.memory)
    case .done(let count):
      object["done"] = .number(count)
      add(entry.memory, to: &object)
      object["occ"] = entry.memory.occupancy.map(occupancy)
      object["used"] = used(entry.memory)
      object["used_pages"] = usedPages(entry.memory)
    case .pinned(let pages, let inArea):
      if case .pin(_, let stride) = entry.operation { object["stride"] = .number(stride) }
      object["pinned"] = .array(pages.map(JSONValue.number))
      object["count"] = .number(UInt64(pages.count))
      object["anon_pages_in_cma"] = .number(inArea)
      add(entry.memory, to: &object)
    case .unpinned: break
    case .pinnedLongTerm(let answer):
      object["bytes"] = .number(answer.bytes.rawValue)
      object["errno"] = .number(UInt64(answer.errorNumber))
      object["pages_in_cma_before"] = .number(answer.pagesBefore)
      object["pages_in_cma_after"] = .number(answer.pagesAfter)
      add(entry.memory, to: &object)
    }
    return object
  }

  private static func add(
    _ answer: BufferAnswer,
    _ entry: ReplayEntry,
    to object: inout JSONObject
  ) {
    if case .allocate(let id, _) = entry.operation { object["id"] = .string(id) }
    object["size"] = .number(answer.size.rawValue)
    object["ok"] = .bool(answer.buffer != nil)
    object["errno"] = .number(answer.buffer == nil ? noMemory : 0)
    if let buffer = answer.buffer, let address = answer.address {
      object["from"] = .string(ReplayText.source(buffer.source))
      object["phys"] = .hexadecimal(address)
      object["pages"] = .number(buffer.pages)
    }
    if answer.wasOutOfReach { object["cma_page_rejected"] = .number(1) }
    object["align_order"] = .number(UInt64(answer.alignmentOrder.rawValue))
    object["cma_calls"] = .number(answer.askedArea ? 1 : 0)
    object["busy_retries"] = .number(answer.busyRetries)
    if !answer.busyPositions.isEmpty {
      object["first_busy"] = .array(answer.busyPositions.map { .hexadecimal($0) })
    }
    add(entry.memory, to: &object)
    object["used"] = used(entry.memory)
    object["used_pages"] = usedPages(entry.memory)
  }

  private static func add(_ state: MemoryState, to object: inout JSONObject) {
    object["cma_free_kb"] = .number(state.freeCMA.rawValue >> 10)
    object["free_kb"] = .number(state.free.rawValue >> 10)
    object["cached_kb"] = .number(state.cached.rawValue >> 10)
    object["shmem_kb"] = .number(state.shared.rawValue >> 10)
    object["anon_kb"] = .number(state.anonymous.rawValue >> 10)
  }

  private static func used(_ state: MemoryState) -> JSONValue {
    guard let used = state.used else { return .null }
    return .array(
      used.map { .array([.number($0.lowerBound), .number(UInt64($0.count))]) }
    )
  }

  private static func usedPages(_ state: MemoryState) -> JSONValue? {
    state.used.map { .number($0.reduce(0) { $0 + UInt64($1.count) }) }
  }

  private static func occupancy(_ occupancy: MemoryState.Occupancy) -> JSONValue {
    .object([
      "buddy_head": .number(occupancy.free), "anon": .number(occupancy.anonymous),
      "tmpfs": .number(occupancy.tmpfs), "file": .number(occupancy.file),
      "other": .number(occupancy.other), "mlocked": .number(occupancy.locked),
    ])
  }
}
