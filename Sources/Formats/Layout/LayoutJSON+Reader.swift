public import Diagnostics
public import Layout
import PhysicalMemory
import Policy
import YAML

extension LayoutJSON {
  /// The layout in `bytes`, or nil, and what is wrong with it.
  ///
  /// There is a layout only where nothing was an error: half a layout would give a dry-run of
  /// another board. Linear in the size of the file.
  public static func read(
    bytes: [UInt8],
    file: String
  ) -> (layout: Layout?, diagnostics: [Diagnostic]) {
    var reader = LayoutReader(json: JSONReader())
    guard let top = reader.json.document(bytes: bytes, file: file, schema: schema) else {
      return (nil, reader.json.diagnostics)
    }
    let layout = reader.layout(top)
    let isBroken = reader.json.diagnostics.contains { $0.severity == .error }
    return (isBroken ? nil : layout, reader.json.diagnostics)
  }
}

/// Builds a layout from a document.
///
/// Every part is read whether or not an earlier one was good, so that all faults are found.
struct LayoutReader {
  var json: JSONReader

  mutating func layout(_ top: YAMLNode) -> Layout? {
    json.expectKeys(
      [
        "schema", "board", "policy_digest", "target", "variant", "banks", "zones", "reserved",
        "regions", "devices", "workloads",
      ],
      in: top
    )
    let board = json.value("board", of: top)
    let compatible = board.map { json.texts("compatible", of: $0) }
    let tree = board.flatMap { json.text("dtb_digest", of: $0) }
    let policy = json.text("policy_digest", of: top)
    let target = json.value("target", of: top).flatMap { self.target($0) }
    let variant = json.text("variant", of: top)
    typealias Limits = LayoutJSON.Limits
    let banks = json.items("banks", of: top, atMost: Limits.ranges).compactMap { json.range($0) }
    let zones = json.items("zones", of: top, atMost: Limits.ranges).compactMap { zone($0) }
    let reserved = json.items("reserved", of: top, atMost: Limits.ranges).compactMap { taken($0) }
    let regions = json.items("regions", of: top, atMost: Limits.regions).compactMap { region($0) }
    let devices = json.items("devices", of: top, atMost: Limits.devices).compactMap { device($0) }
    let workloads = json.items("workloads", of: top, atMost: Limits.workloads)
      .compactMap { workload($0) }
    guard let compatible, let tree, let policy, let target, let variant else { return nil }
    let isRead = !json.diagnostics.contains { $0.severity == .error }
    if isRead { checkSense(top, banks: banks, target: target) }
    return Layout(
      compatible: compatible,
      treeDigest: tree,
      policyDigest: policy,
      target: target,
      variant: variant,
      banks: banks,
      zones: zones,
      reserved: reserved,
      regions: regions,
      devices: devices,
      workloads: workloads
    )
  }

  private mutating func target(_ node: YAMLNode) -> TargetSummary? {
    let linux = json.text("linux", of: node)
    let architecture = json.text("arch", of: node)
    let page = pageSize(node)
    let orders = ["pageblock_order", "max_order", "cma_alignment"].map { order($0, of: node) }
    let granule = json.alignment("cma_granule", of: node)
    let areas = json.number("cma_areas", of: node)
    let iommu = json.text("iommu", of: node)
    let commandLine = json.text("cmdline", of: node)
    let limit = json.optional("zone_dma_limit", of: node).flatMap { json.hexadecimal($0) }
    guard let linux, let architecture, let page, let pageblock = orders[0], let most = orders[1],
      let alignment = orders[2], let granule, let areas, let iommu, let commandLine
    else { return nil }
    return TargetSummary(
      linux: linux,
      architecture: architecture,
      pageSize: page,
      pageblockOrder: pageblock,
      maxOrder: most,
      cmaAlignment: alignment,
      cmaGranule: granule,
      cmaAreas: areas,
      iommu: iommu,
      commandLine: commandLine,
      zoneDMALimit: limit.map { PhysicalAddress($0) }
    )
  }

  private mutating func pageSize(_ node: YAMLNode) -> PageSize? {
    guard let bytes = json.bytes("page_size", of: node) else { return nil }
    if let size = PageSize(bytes: bytes) { return size }
    json.report(
      "json-bad-number",
      "no kernel has pages of \(bytes)",
      at: node["page_size"],
      label: "4, 16 or 64 KiB",
      help: "write `\"0x1000\"`, `\"0x4000\"` or `\"0x10000\"`"
    )
    return nil
  }

  /// No kernel's allocator has blocks of more than 2^15 pages.
  private mutating func order(_ key: String, of node: YAMLNode) -> Order? {
    json.number(key, of: node, atMost: 15).map { Order(UInt8($0)) }
  }

  private mutating func zone(_ node: YAMLNode) -> LayoutZone? {
    let name = json.text("name", of: node)
    guard let range = json.range(node), let name else { return nil }
    return LayoutZone(name: name, range: range)
  }

  private mutating func taken(_ node: YAMLNode) -> TakenRange? {
    let owner = json.text("owner", of: node)
    guard let range = json.range(node), let owner else { return nil }
    return TakenRange(owner: owner, range: range)
  }
}
