import PhysicalMemory

/// What `crashkernel=` asks for (`kernel/crash_core.c`).
struct CrashKernelRequest {
  var size: UInt64
  var base: UInt64 = 0
  /// `,high`: above what 32-bit masks reach.
  var isHigh = false
  /// `,low`, or nil without it.
  var low: UInt64?
}

extension Replay {
  /// Reads the last `crashkernel=`: SIZE[@OFFSET], RANGE:SIZE,...[@OFFSET], else SIZE,high with
  /// SIZE,low.
  private mutating func readCrashKernel(systemMemory: ByteCount) -> CrashKernelRequest? {
    guard target.config.kexec else { return nil }
    let values = commandLine.words("crashkernel").compactMap(\.value)
    if let plain = values.last(where: { !$0.hasSuffix(",high") && !$0.hasSuffix(",low") }) {
      let text = Substring(plain)
      let head = text.prefix { $0 != "@" }
      let request =
        head.contains(":")
        ? readRanges(text, systemMemory: systemMemory) : readSimple(text)
      return request.flatMap { $0.size > 0 ? $0 : nil }
    }
    guard target.architecture != .arm, let high = values.last(where: { $0.hasSuffix(",high") })
    else { return nil }
    let low = values.last { $0.hasSuffix(",low") }.map { MemParse.value($0) }
    let size = MemParse.value(high)
    return size > 0 ? CrashKernelRequest(size: size, isHigh: true, low: low) : nil
  }

  /// `parse_crashkernel_simple`.
  private mutating func readSimple(_ text: Substring) -> CrashKernelRequest? {
    let (size, rest) = MemParse.parse(text)
    if rest.count == text.count {
      log("crashkernel: memory value expected")
      return nil
    }
    guard let next = rest.first else { return CrashKernelRequest(size: size) }
    guard next == "@" else {
      log("crashkernel: unrecognized char: \(next)")
      return nil
    }
    return CrashKernelRequest(size: size, base: MemParse.value(rest.dropFirst()))
  }

  /// `parse_crashkernel_mem`: the first range that holds the amount of memory decides.
  private mutating func readRanges(
    _ text: Substring,
    systemMemory: ByteCount
  ) -> CrashKernelRequest? {
    let memory = Alignment(shift: 27).up(systemMemory)?.rawValue ?? .max
    let offset = text.firstIndex(of: "@").map { MemParse.value(text[text.index(after: $0)...]) }
    for part in text.prefix(while: { $0 != "@" }).split(separator: ",") {
      var (start, rest) = MemParse.parse(part)
      guard rest.first == "-" else { return nil }
      rest = rest.dropFirst()
      var end = UInt64.max
      if rest.first != ":" { (end, rest) = MemParse.parse(rest) }
      guard rest.first == ":", end > start else { return nil }
      if memory >= start, memory < end {
        let size = MemParse.value(rest.dropFirst())
        return CrashKernelRequest(size: size, base: offset ?? 0)
      }
    }
    log("crashkernel size resulted in zero bytes")
    return nil
  }

  /// Reserves for a crash kernel after the default area (arm64, riscv64).
  ///
  /// Up to 6.3 `arch/arm64/mm/init.c: reserve_crashkernel` and riscv's own; since then with a second
  /// try above or below `limit` (`kernel/crash_reserve.c: reserve_crashkernel_generic`).
  mutating func reserveCrashKernel(limit: PhysicalAddress) {
    guard let request = readCrashKernel(systemMemory: memblock.total) else { return }
    let size = target.pageSize.alignment.up(ByteCount(request.size)) ?? .zero
    let hasFallback = target.version.isAtLeast(6, 4)
    let isOldRiscv = target.architecture == .riscv64 && !target.version.isAtLeast(6, 7)
    let low = PhysicalRange(start: PhysicalAddress(0), end: limit)
    let top = target.architecture == .riscv64 ? memblock.end : PhysicalAddress(UInt64(1) << 48)
    let high = PhysicalRange(start: min(limit, top), end: top)
    var windows = [low]
    if request.base > 0 {
      windows = [PhysicalRange(start: PhysicalAddress(request.base), saturating: size)]
    } else if request.isHigh {
      windows = hasFallback ? [high, low] : [PhysicalRange(start: PhysicalAddress(0), end: top)]
    } else if hasFallback || isOldRiscv {
      windows = [low, high]
    }
    for window in windows {
      guard let base = allocateCrashKernel(size, window) else { continue }
      let isAbove = base >= limit
      let lowSize = request.low ?? (hasFallback && request.base == 0 ? 128 << 20 : 0)
      if isAbove, lowSize > 0, !reserveLowCrashKernel(ByteCount(lowSize), low) {
        return change { memblock throws(Memblock.Full) in try memblock.free(base, size) }
      }
      map.crashKernel = PhysicalRange(start: base, saturating: size)
      let name = isOldRiscv ? "crashkernel: reserved" : "crashkernel reserved:"
      return logCrashKernel(name, base, size)
    }
    if request.base > 0, hasFallback {
      log("crashkernel reservation failed - memory is in use.")
    } else if isOldRiscv {
      log("crashkernel: couldn't allocate \(size.rawValue >> 10)KB")
    } else {
      log("cannot allocate crashkernel (size:0x\(hex(size.rawValue)))")
    }
  }

  private mutating func allocateCrashKernel(
    _ size: ByteCount,
    _ window: PhysicalRange
  ) -> PhysicalAddress? {
    guard !window.isEmpty else { return nil }
    return memblock.allocate(
      size,
      alignment: 2 << 20,
      from: window.start,
      memblock.limit(window.end)
    )
  }

  private mutating func reserveLowCrashKernel(_ size: ByteCount, _ window: PhysicalRange) -> Bool {
    guard let base = allocateCrashKernel(size, window) else {
      log("cannot allocate crashkernel low memory (size:0x\(hex(size.rawValue))).")
      return false
    }
    logCrashKernel("crashkernel low memory reserved:", base, size)
    return true
  }

  private mutating func logCrashKernel(_ name: String, _ base: PhysicalAddress, _ size: ByteCount) {
    let end = base.addingSaturating(size)
    let width = name.contains("low") ? 8 : 16
    let range =
      "0x\(leftPadded(base.rawValue, width)) - 0x\(leftPadded(end.rawValue, width))"
    log("\(name) \(range) (\(megabytes(size)) MB)")
  }

  /// `arch/arm/kernel/setup.c: reserve_crashkernel`: 128 MiB alignment in lowmem, or the given place
  /// on a MiB, which may lie anywhere.
  mutating func reserveArmCrashKernel(_ border: PhysicalAddress) {
    let low = ByteCount(border.rawValue - min(memblock.start, border).rawValue)
    guard let request = readCrashKernel(systemMemory: low) else { return }
    let size = ByteCount(physical(request.size))
    let found: PhysicalAddress?
    if request.base == 0 {
      let align: UInt64 = 128 << 20
      found = memblock.allocate(
        size,
        alignment: align,
        from: PhysicalAddress(align),
        memblock.limit(border)
      )
      if found == nil { return log("crashkernel reservation failed - No suitable area found.") }
    } else {
      let base = address(request.base)
      let end = address(request.base &+ size.rawValue)
      found = memblock.allocate(
        size,
        alignment: 1 << 20,
        from: base,
        memblock.limit(end)
      )
      if found == nil { return log("crashkernel reservation failed - memory is in use.") }
    }
    guard let found else { return }
    map.crashKernel = PhysicalRange(start: found, saturating: size)
    log(
      "Reserving \(megabytes(size))MB of memory at \(found.rawValue >> 20)MB for crashkernel "
        + "(System RAM: \(megabytes(low))MB)"
    )
  }
}
