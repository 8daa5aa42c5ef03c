import PhysicalMemory

/// What `cma=` says; the statics of `kernel/dma/contiguous.c`, which are never reset.
struct CommandLineArea {
  /// The size, or nil without `cma=`.
  var size: UInt64?
  var base: UInt64 = 0
  var limit: UInt64 = 0
}

extension Replay {
  /// `parse_early_param`: the words that act on memory, in the order of the line.
  mutating func parseEarlyParameters() {
    var seenMem = false
    for word in commandLine.words {
      switch word.name {
      case "cma" where target.config.dmaCMA: parseCMA(word.value)
      case "mem": parseMem(word.value, first: &seenMem)
      case "vmalloc" where target.architecture == .arm: parseVmalloc(word.value)
      default: continue
      }
    }
  }

  /// `arch/arm/mm/mmu.c: early_vmalloc`.
  private mutating func parseVmalloc(_ value: String?) {
    guard let value else { return }
    let wanted = MemParse.value(value)
    let most = Self.vmallocLimits(pageOffset: target.config.pageOffset)
    vmallocSize = min(max(wanted, most.lowerBound), most.upperBound)
    if wanted < most.lowerBound {
      log("vmalloc area is too small, limiting to \(vmallocSize >> 20)MiB")
    } else if wanted > most.upperBound {
      log("vmalloc area is too big, limiting to \(vmallocSize >> 20)MiB")
    }
  }

  /// What `vmalloc=` can be: 16 MiB, up to where 32 MiB of lowmem are left.
  private static func vmallocLimits(pageOffset: UInt64) -> ClosedRange<UInt64> {
    let gap: UInt64 = 8 << 20
    return (16 << 20)...(vmallocEnd - pageOffset - (32 << 20) - gap)
  }

  /// `VMALLOC_END` of arm.
  static var vmallocEnd: UInt64 { 0xff80_0000 }

  /// `early_cma`: SIZE, SIZE@BASE or SIZE@BASE-LIMIT.
  private mutating func parseCMA(_ value: String?) {
    guard let value else { return log("cma: Config string not provided") }
    var (number, rest) = MemParse.parse(Substring(value))
    let size = physical(number)
    // All ones is how the kernel knows that there was no `cma=`.
    commandLineArea.size = size == target.maximumAddress.rawValue ? nil : size
    guard rest.first == "@" else { return }
    (number, rest) = MemParse.parse(rest.dropFirst())
    commandLineArea.base = physical(number)
    guard rest.first == "-" else {
      commandLineArea.limit = physical(commandLineArea.base &+ size)
      return
    }
    commandLineArea.limit = physical(MemParse.value(rest.dropFirst()))
  }

  private mutating func parseMem(_ value: String?, first seen: inout Bool) {
    guard let value else { return }
    switch target.architecture {
    case .arm: parseArmMem(value, seen: &seen)
    case .arm64:
      let limit = MemParse.value(value) & ~(target.pageSize.bytes.rawValue - 1)
      log("Memory limited to \(limit >> 20)MB")
    case .riscv64: break
    }
  }

  /// The amount of the last `mem=`, rounded down to pages (arm64, riscv64).
  var memoryLimit: ByteCount? {
    guard let value = commandLine.last("mem")?.value else { return nil }
    return target.pageSize.alignment.down(ByteCount(MemParse.value(value)))
  }

  /// `arch/arm/kernel/setup.c: early_mem`: the first one erases the tree's memory, each adds a bank.
  private mutating func parseArmMem(_ value: String, seen: inout Bool) {
    if !seen {
      seen = true
      let whole = PhysicalRange(start: memblock.start, end: max(memblock.start, memblock.end))
      change { memblock throws(Memblock.Full) in try memblock.remove(whole.start, whole.size) }
    }
    let (size, rest) = MemParse.parse(Substring(value))
    let start = rest.first == "@" ? MemParse.value(rest.dropFirst()) : physOffset.rawValue
    addArmMemory(start, size)
  }

  /// `arch/arm/kernel/setup.c: arm_add_memory`.
  private mutating func addArmMemory(_ start: UInt64, _ size: UInt64) {
    let page = target.pageSize.bytes.rawValue
    let maximum = target.maximumAddress.rawValue
    var base = (start &+ page &- 1) & ~(page - 1)
    var size = base > start &+ size ? 0 : size &- (base &- start)
    if maximum != .max {
      let place = "0x" + leftPadded(start, 6)
      if base > maximum {
        return log("Ignoring memory at \(place) outside 32-bit physical address space")
      }
      if base &+ size > maximum {
        log("Truncating memory at \(place) to fit in 32-bit physical address space")
        // One page less than there is, so that the end does not wrap.
        size = maximum - base
      }
    }
    let offset = physOffset.rawValue
    if base < offset {
      if base &+ size <= offset {
        let range = "0x\(leftPadded(base, 8))-0x\(leftPadded(base &+ size, 8))"
        return log("Ignoring memory below PHYS_OFFSET: \(range)")
      }
      log("Ignoring memory below PHYS_OFFSET: 0x\(leftPadded(base, 8))-0x\(leftPadded(offset, 8))")
      size &-= offset - base
      base = offset
    }
    size &= ~(page - 1)
    guard size > 0 else { return }
    change { memblock throws(Memblock.Full) in
      try memblock.add(PhysicalAddress(base), ByteCount(size))
    }
  }

  func leftPadded(_ value: UInt64, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }
}
