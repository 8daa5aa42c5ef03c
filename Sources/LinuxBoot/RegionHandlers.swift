import DeviceTree
import PhysicalMemory

extension Replay {
  /// `fdt_init_reserved_mem_node`: offers the region of table entry `index` to the handlers and gives
  /// its memory back where the last one refuses.
  mutating func initialise(_ node: Node, at index: Int) {
    let region = table[index]
    switch handle(node, region) {
    case .success(let handler):
      table[index].handler = handler
      table[index].isCMA = handler == .cma
      reportPlain(node, region)
    case .noMatch:
      reportPlain(node, region)
    case .refused(let reason):
      log("OF: reserved mem: node \(node.name) compatible matching fail")
      let (base, size) = (region.base, region.size)
      if node.has("no-map") {
        change { memblock throws(Memblock.Full) in try memblock.setNoMap(false, base, size) }
        let stays = memblock.isReserved(base, size) && region.isDynamic
        table[index].outcome = stays ? .lost(reason) : .freed(reason)
      } else {
        change { memblock throws(Memblock.Full) in try memblock.free(base, size) }
        table[index].outcome = .freed(reason)
      }
    }
  }

  /// The line that 6.3 and later print for every region that stays.
  private mutating func reportPlain(_ node: Node, _ region: BootRegion) {
    guard target.version.isAtLeast(6, 3) else { return }
    let last = physical(region.base.rawValue &+ region.size.rawValue &- 1)
    log(
      "OF: reserved mem: \(padded(region.base))..\(padded(last)) "
        + "(\(region.size.rawValue >> 10) KiB) \(node.has("no-map") ? "nomap" : "map") "
        + "\(node.has("reusable") ? "reusable" : "non-reusable") \(node.name)"
    )
  }

  private enum Handling {
    case success(RegionHandler)
    case noMatch
    case refused(HandlerRefusal)
  }

  /// `__reserved_mem_init_node`: the matching handlers in link order, the first that takes it wins.
  private mutating func handle(_ node: Node, _ region: BootRegion) -> Handling {
    var refusal: HandlerRefusal?
    if isCompatible(node, "shared-dma-pool") {
      // Of two refusals the first one that knows says why.
      refusal = target.config.dmaCMA ? refuseCMA(node, region) : nil
      if target.config.dmaCMA, refusal == nil { return took(node, .cma, "shared-dma-pool") }
      guard let other = refuseCoherent(node, region, after: refusal) else {
        return took(node, .coherent, "shared-dma-pool")
      }
      refusal = other
    }
    if target.config.restrictedPool, isCompatible(node, "restricted-dma-pool") {
      let flags = ["reusable", "linux,cma-default", "linux,dma-default", "no-map"]
      if flags.contains(where: node.has) { return .refused(.restrictedWithFlags) }
      log(
        "software IO TLB: Reserved memory: created restricted DMA pool at \(padded(region.base)), "
          + "size \(megabytes(region.size)) MiB"
      )
      return took(node, .restricted, "restricted-dma-pool")
    }
    return refusal.map(Handling.refused) ?? .noMatch
  }

  private mutating func took(
    _ node: Node,
    _ handler: RegionHandler,
    _ compatible: String
  ) -> Handling {
    log("OF: reserved mem: initialized node \(node.name), compatible id \(compatible)")
    return .success(handler)
  }

  /// `kernel/dma/contiguous.c: rmem_cma_setup`: nil where the region became a CMA area.
  private mutating func refuseCMA(_ node: Node, _ region: BootRegion) -> HandlerRefusal? {
    let isDefault = node.has("linux,cma-default")
    if commandLineArea.size != nil, isDefault {
      log("Reserved memory: bypass \(node.name) node, using cmdline CMA params instead")
      return .bypassedByCommandLine
    }
    guard node.has("reusable"), !node.has("no-map") else { return .reusableNoMap }
    let granule = target.cmaMinAlignment
    guard granule.divides(region.base), granule.divides(region.size) else {
      log("Reserved memory: incorrect alignment of CMA region")
      return .misaligned(granule: granule)
    }
    if let refusal = refuseArea(region) {
      log("Reserved memory: unable to setup CMA region")
      return refusal
    }
    if isDefault { for index in map.cma.indices { map.cma[index].isDefault = false } }
    map.cma.append(
      CMAArea(
        name: node.name,
        base: region.base,
        size: region.size,
        isActive: true,
        isDefault: isDefault,
        confidence: region.confidence,
        node: region.node,
        reservedSize: region.size,
        orderPerBit: Order(0)
      )
    )
    log(
      "Reserved memory: created CMA memory pool at \(padded(region.base)), "
        + "size \(megabytes(region.size)) MiB"
    )
    return nil
  }

  /// `mm/cma.c: cma_init_reserved_mem`.
  private mutating func refuseArea(_ region: BootRegion) -> HandlerRefusal? {
    if map.cma.count >= target.cmaAreaSlots {
      log("cma: Not enough slots for CMA reserved regions!")
      return .noSlot(slots: target.cmaAreaSlots)
    }
    if region.size == .zero || !memblock.isReserved(region.base, region.size) {
      return .invalidRange
    }
    return nil
  }

  /// `kernel/dma/coherent.c: rmem_dma_setup`: nil where the region became a coherent pool.
  private mutating func refuseCoherent(
    _ node: Node,
    _ region: BootRegion,
    after refusal: HandlerRefusal?
  ) -> HandlerRefusal? {
    if node.has("reusable") { return refusal ?? .noCMA }
    if target.architecture == .arm, !node.has("no-map") {
      log("Reserved memory: regions without no-map are not yet supported")
      return refusal == .bypassedByCommandLine ? refusal : .needsNoMap
    }
    log(
      "Reserved memory: created DMA memory pool at \(padded(region.base)), "
        + "size \(megabytes(region.size)) MiB"
    )
    return nil
  }
}
