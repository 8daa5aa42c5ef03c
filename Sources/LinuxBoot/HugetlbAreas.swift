import PhysicalMemory

extension Replay {
  /// `mm/hugetlb.c: hugetlb_cma_reserve`: `hugetlb_cma=SIZE` or `hugetlb_cma=NODE:SIZE,...`.
  mutating func reserveHugetlbAreas() {
    guard target.config.cma, target.config.hugetlbPage,
      let value = commandLine.last("hugetlb_cma")?.value
    else { return }
    let (common, perNode) = parseNodeSizes(value)
    let total = perNode.isEmpty ? common : perNode.reduce(UInt64(0)) { $0 &+ $1.size }
    guard total > 0 else { return }
    let step = gigantic.bytes.rawValue
    if total < step {
      return log("hugetlb_cma: cma area should be at least \(step >> 20) MiB")
    }
    let nodes = UInt64(onlineNodes.count)
    let share = total / nodes + (total % nodes == 0 ? 0 : 1)
    if perNode.isEmpty {
      log("hugetlb_cma: reserve \(total >> 20) MiB, up to \(share >> 20) MiB per node")
    }
    var reserved = ByteCount.zero
    for node in onlineNodes where reserved.rawValue < total {
      var size = min(share, total - reserved.rawValue)
      if !perNode.isEmpty {
        guard let own = perNode.last(where: { $0.node == node })?.size, own > 0 else { continue }
        size = own
      }
      reserved += reserveHugetlbArea(size, node: node)
    }
  }

  /// What `hugetlb_cma` sizes are multiples of: the biggest huge page
  /// (`arm64_hugetlb_cma_reserve`).
  private var gigantic: Alignment {
    let page = target.pageSize.shift
    switch (target.architecture, target.pageSize) {
    case (.arm64, .kib16): return Alignment(shift: page + 11 + 5)
    case (.arm64, .kib64): return Alignment(shift: page + 13 + 5)
    default: return Alignment(shift: page + 18)
    }
  }

  private mutating func reserveHugetlbArea(_ size: UInt64, node: Int) -> ByteCount {
    let size = gigantic.up(ByteCount(size)) ?? .zero
    var request = AreaRequest(name: "hugetlb\(node)", size: size.rawValue)
    let order = target.pmdSize.shift - target.pageSize.shift
    // The smallest huge page that can be taken; since 6.12 the biggest decides the place.
    request.alignment =
      target.version.isAtLeast(6, 12) ? gigantic.bytes.rawValue : target.pmdSize.bytes.rawValue
    request.orderPerBit = Order(order)
    request.node = node
    if let error = declareArea(request) {
      log("hugetlb_cma: reservation failed: err \(error.rawValue), node \(node)")
      return .zero
    }
    log("hugetlb_cma: reserved \(megabytes(size)) MiB on node \(node)")
    return size
  }

  /// `kernel/dma/contiguous.c: dma_pernuma_cma_reserve`: `cma_pernuma=SIZE`, and since 6.6
  /// `numa_cma=NODE:SIZE,...` (`dma_numa_cma_reserve`).
  mutating func reservePerNodeAreas() {
    guard target.config.dmaCMA, target.config.perNodeCMA else { return }
    let common = commandLine.last("cma_pernuma")?.value.map { MemParse.value($0) } ?? 0
    var own: [(node: Int, size: UInt64)] = []
    if target.version.isAtLeast(6, 6), let value = commandLine.last("numa_cma")?.value {
      own = parseNodeSizes(value).perNode
    }
    for node in onlineNodes {
      if common > 0 { reservePerNodeArea("pernuma", common, node: node) }
      guard let size = own.last(where: { $0.node == node })?.size, size > 0 else { continue }
      reservePerNodeArea("numa", size, node: node)
    }
  }

  private mutating func reservePerNodeArea(_ name: String, _ size: UInt64, node: Int) {
    var request = AreaRequest(name: "\(name)\(node)", size: size)
    request.node = node
    guard let error = declareArea(request) else { return }
    let function =
      target.version.isAtLeast(6, 6) ? "dma_numa_cma_reserve" : "dma_pernuma_cma_reserve"
    log("cma: \(function): reservation failed: err \(error.rawValue), node \(node)")
  }

  private func parseNodeSizes(
    _ value: String
  ) -> (common: UInt64, perNode: [(node: Int, size: UInt64)]) {
    guard value.contains(":") else { return (MemParse.value(value), []) }
    var result: [(node: Int, size: UInt64)] = []
    for part in value.split(separator: ",") {
      let (node, rest) = MemParse.parse(part)
      guard rest.first == ":" else { break }
      result.append((Int(clamping: node), MemParse.value(rest.dropFirst())))
    }
    return (0, result)
  }
}
