import PhysicalMemory

/// What `crashkernel=` asks for (`kernel/crash_core.c`).
struct CrashKernelRequest {
  var size: UInt64
  var base: UInt64 = 0
  /// `,high`: above what 32-bit masks reach.
  var isHigh = false
  var low: UInt64 = 0
}

extension Replay {
  /// Reads the last `crashkernel=`: SIZE[@OFFSET], RANGE:SIZE,...[@OFFSET], SIZE,high and SIZE,low.
  private func readCrashKernel(systemMemory: ByteCount) -> CrashKernelRequest? {
    guard target.config.kexec else { return nil }
    let values = commandLine.words("crashkernel").compactMap(\.value)
    let low = values.last { $0.hasSuffix(",low") }.map { MemParse.value($0) } ?? 0
    if let plain = values.last(where: { !$0.hasSuffix(",high") && !$0.hasSuffix(",low") }) {
      guard var request = readPlain(Substring(plain), systemMemory: systemMemory) else {
        return nil
      }
      request.low = low
      return request.size > 0 ? request : nil
    }
    guard let high = values.last(where: { $0.hasSuffix(",high") }) else { return nil }
    let size = MemParse.value(high)
    return size > 0 ? CrashKernelRequest(size: size, isHigh: true, low: low) : nil
  }

  private func readPlain(
    _ text: Substring,
    systemMemory: ByteCount
  ) -> CrashKernelRequest? {
    let head = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let base = head.count > 1 ? MemParse.value(head[1]) : 0
    guard head[0].contains(":") else {
      return CrashKernelRequest(size: MemParse.value(head[0]), base: base)
    }
    let memory = Alignment(shift: 27).up(systemMemory)?.rawValue ?? .max
    for part in head[0].split(separator: ",") {
      var (start, rest) = MemParse.parse(part)
      guard rest.first == "-" else { return nil }
      rest = rest.dropFirst()
      var end = UInt64.max
      if rest.first != ":" { (end, rest) = MemParse.parse(rest) }
      guard rest.first == ":", end > start else { return nil }
      if memory >= start, memory < end {
        return CrashKernelRequest(size: MemParse.value(rest.dropFirst()), base: base)
      }
    }
    return nil
  }

  /// `arch/arm64/mm/init.c: reserve_crashkernel` and riscv's, after the default area.
  mutating func reserveCrashKernel(limit: PhysicalAddress) {
    guard var request = readCrashKernel(systemMemory: memblock.total) else { return }
    request.size = (target.pageSize.alignment.up(ByteCount(request.size)) ?? .zero).rawValue
    let size = ByteCount(request.size)
    let align: UInt64 = 2 << 20
    let isRiscv = target.architecture == .riscv64
    let top = PhysicalAddress(UInt64(1) << 48)
    var tries: [(PhysicalAddress, Memblock.Limit)] = []
    if request.base > 0 {
      let base = PhysicalAddress(request.base)
      tries = [(base, .below(base.addingSaturating(size)))]
    } else if request.isHigh {
      let floor = target.version.isAtLeast(6, 4) ? limit : PhysicalAddress(0)
      tries = [(floor, .below(top))]
      if target.version.isAtLeast(6, 4) { tries.append((PhysicalAddress(0), .below(limit))) }
    } else {
      tries = [(PhysicalAddress(0), .below(limit))]
      if isRiscv || target.version.isAtLeast(6, 4) { tries.append((limit, .below(top))) }
    }
    for (start, bound) in tries {
      guard let base = memblock.allocate(size, alignment: align, from: start, bound) else {
        continue
      }
      map.crashKernel = PhysicalRange(start: base, saturating: size)
      reportCrashKernel(base, size)
      return
    }
    let text =
      isRiscv && !target.version.isAtLeast(6, 7)
      ? "crashkernel: couldn't allocate \(size.rawValue >> 10)KB"
      : "cannot allocate crashkernel (size:0x\(hex(size.rawValue)))"
    log(text)
  }

  private mutating func reportCrashKernel(_ base: PhysicalAddress, _ size: ByteCount) {
    let end = base.addingSaturating(size)
    let range = "0x\(leftPadded(base.rawValue, 16)) - 0x\(leftPadded(end.rawValue, 16))"
    let isOldRiscv = target.architecture == .riscv64 && !target.version.isAtLeast(6, 7)
    let name = isOldRiscv ? "crashkernel: reserved" : "crashkernel reserved:"
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
