import LinuxBoot
import PhysicalMemory

extension RegionOutcome {
  /// One word for a machine.
  var word: String {
    switch self {
    case .placed: "placed"
    case .notPlaced: "not-placed"
    case .refusedNoMap: "refused-no-map"
    case .freed: "freed"
    case .lost: "lost"
    case .lostBeyondTable: "lost-beyond-table"
    case .skippedBeyondTable: "skipped-beyond-table"
    case .malformed: "malformed"
    case .emptyReg: "empty-reg"
    case .zeroSize: "zero-size"
    case .arrayFull: "array-full"
    }
  }

  /// What is wrong, as a clause for a person; nil where nothing is.
  var trouble: String? {
    switch self {
    case .placed: nil
    case .notPlaced(let failure):
      "no place for \(failure.size.approximate)"
        + (failure.largestFree.map { "; the largest free run is \($0.size.approximate)" } ?? "")
    case .refusedNoMap(let holders):
      "no-map refused, stays mapped: "
        + (holders.isEmpty ? "part of it is reserved" : "shared with \(Self.names(holders))")
    case .freed(let refusal): "\(refusal.phrase): its memory was given back"
    case .lost(let refusal): "\(refusal.phrase): reserved, but of no use"
    case .lostBeyondTable: "reserved, but the table of 64 regions was full"
    case .skippedBeyondTable: "dropped: the table of 64 regions was full"
    case .malformed(let property): "`\(property)` has the wrong length: ignored"
    case .emptyReg: "`reg` has size 0: nothing is reserved"
    case .zeroSize: "`size` is 0: nothing is reserved"
    case .arrayFull: "memblock's array was full"
    }
  }

  private static func names(_ holders: [Occupant]) -> String {
    let names = holders.map(\.owner.phrase)
    return names.count <= 2
      ? names.joined(separator: " and ") : "\(names[0]) and \(names.count - 1) more"
  }
}

extension HandlerRefusal {
  fileprivate var phrase: String {
    switch self {
    case .bypassedByCommandLine: "`cma=` on the command line wins"
    case .misaligned(let granule): "not a multiple of the CMA granule \(granule)"
    case .noSlot(let slots): "all \(slots) CMA slots are taken"
    case .reusableNoMap: "`reusable` and `no-map` exclude each other"
    case .noCMA: "the kernel has no CMA for devices"
    case .needsNoMap: "a pool needs `no-map` or `reusable` on 32-bit Arm"
    case .restrictedWithFlags: "a restricted pool has no `reusable`, `no-map` or default"
    case .invalidRange: "CMA does not take the range"
    }
  }
}

extension Occupant.Owner {
  fileprivate var phrase: String {
    switch self {
    case .kernel: "the kernel's image"
    case .initrd: "the initial RAM disk"
    case .deviceTree: "the devicetree blob"
    case .pageDirectory: "the first page directory"
    case .memoryReservation: "a /memreserve/ entry"
    case .coreHeader: "the crash headers"
    case .firmware: "firmware"
    case .node(let path): path
    }
  }
}
