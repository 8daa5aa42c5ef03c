public import Diagnostics
public import Layout
import LinuxBoot
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
private struct LayoutReader {
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
    let banks = json.ranges("banks", of: top)
    let zones = json.items("zones", of: top).compactMap { zone($0) }
    let reserved = json.items("reserved", of: top).compactMap { taken($0) }
    let regions = json.items("regions", of: top).compactMap { region($0) }
    let devices = json.items("devices", of: top).compactMap { device($0) }
    let workloads = json.items("workloads", of: top).compactMap { workload($0) }
    guard let compatible, let tree, let policy, let target, let variant else { return nil }
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
      label: "4, 16 or 64 KiB"
    )
    return nil
  }

  /// Blocks of 2^52 pages of 4 KiB are all of 64 bits.
  private mutating func order(_ key: String, of node: YAMLNode) -> Order? {
    json.number(key, of: node, atMost: 52).map { Order(UInt8($0)) }
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

  private mutating func region(_ node: YAMLNode) -> LayoutRegion? {
    json.expectKeys(
      [
        "name", "node", "kind", "base", "size", "align", "flags", "users", "default", "attach",
        "confidence", "compatible", "origin",
      ],
      in: node
    )
    let name = json.text("name", of: node)
    let path = json.optional("node", of: node).flatMap { json.text($0) }
    let kind: RegionKind? = json.word("kind", of: node)
    let range = json.range(node)
    let alignment = json.alignment("align", of: node)
    let flags = json.texts("flags", of: node)
    let users = json.texts("users", of: node)
    let isDefault = json.flag("default", of: node)
    let confidence: Confidence? = json.word("confidence", of: node)
    let compatible = json.optional("compatible", of: node).map { json.items($0) } ?? []
    let strings = compatible.compactMap { json.text($0) }
    let origins = (json.value("origin", of: node)?.entries ?? []).compactMap { entry in
      json.text(entry.value).map { LayoutRegion.NamedOrigin(key: entry.name, place: $0) }
    }
    for (item, flag) in zip(node["flags"]?.items ?? [], flags)
    where RegionFlag(rawValue: flag) == nil {
      json.report(
        "json-unknown-word",
        "`\(flag.prefix(40))` is no flag of a region",
        at: item,
        label: "not known"
      )
    }
    guard let name, let kind, let range, let alignment, let isDefault, let confidence else {
      return nil
    }
    return LayoutRegion(
      name: name,
      node: path,
      kind: kind,
      range: range,
      alignment: alignment,
      users: users,
      isDefault: isDefault,
      isDynamic: flags.contains(RegionFlag.dynamic.rawValue),
      isPlanned: flags.contains(RegionFlag.planned.rawValue),
      compatible: strings,
      confidence: confidence,
      origins: origins
    )
  }
}

/// Devices and workloads.
extension LayoutReader {
  private mutating func device(_ node: YAMLNode) -> LayoutDevice? {
    json.expectKeys(
      [
        "name", "path", "reach", "mask", "align", "boundary", "iommu", "pools", "contiguous",
        "attach", "windows",
      ],
      in: node
    )
    let name = json.text("name", of: node)
    let path = json.optional("path", of: node).flatMap { json.text($0) }
    let reach = json.ranges("reach", of: node)
    let mask = json.number("mask", of: node, atMost: 64)
    let alignment = json.alignment("align", of: node)
    let boundary = json.optional("boundary", of: node).flatMap { json.hexadecimal($0) }
    let iommu: IOMMUState? = json.word("iommu", of: node)
    let pools = json.texts("pools", of: node)
    let contiguous: Contiguity? = json.word("contiguous", of: node)
    let attach: Attachment? = json.word("attach", of: node)
    let windows = json.items("windows", of: node).compactMap { window($0) }
    guard let name, let mask, let alignment, let iommu, let contiguous, let attach else {
      return nil
    }
    return LayoutDevice(
      name: name,
      path: path,
      reach: PhysicalRegionSet(reach),
      windows: windows,
      maskBits: mask,
      alignment: alignment,
      boundary: boundary.map { ByteCount($0) },
      iommu: iommu,
      contiguous: contiguous,
      pools: pools,
      attach: attach
    )
  }

  private mutating func window(_ node: YAMLNode) -> LayoutDevice.Window? {
    let bus = json.value("bus", of: node).flatMap { json.hexadecimal($0) }
    guard let range = json.range(node), let bus else { return nil }
    return LayoutDevice.Window(bus: BusAddress(bus), cpu: range)
  }

  private mutating func workload(_ node: YAMLNode) -> Workload? {
    let name = json.text("name", of: node)
    let lasts = time("lasts_us", of: node)
    let streams = json.items("streams", of: node).compactMap { stream($0) }
    let background = json.value("background", of: node).flatMap { self.background($0) }
    guard let name, let lasts, let background else { return nil }
    return Workload(name: name, lasts: lasts, streams: streams, background: background)
  }

  private mutating func time(_ key: String, of node: YAMLNode) -> TimeSpan? {
    json.number(key, of: node).map { TimeSpan(microseconds: $0) }
  }

  private mutating func optionalTime(_ key: String, of node: YAMLNode) -> TimeSpan? {
    json.optional(key, of: node).flatMap { json.number($0) }.map { TimeSpan(microseconds: $0) }
  }

  private mutating func stream(_ node: YAMLNode) -> Stream? {
    let name = json.text("name", of: node)
    let device = json.text("device", of: node)
    let start = time("at_us", of: node)
    let every = optionalTime("every_us", of: node)
    let holds = optionalTime("for_us", of: node)
    let buffers = json.items("buffers", of: node).compactMap { buffer($0) }
    guard let name, let device, let start else { return nil }
    return Stream(
      name: name,
      device: device,
      start: start,
      every: every,
      holds: holds,
      buffers: buffers
    )
  }

  private mutating func buffer(_ node: YAMLNode) -> Buffer? {
    let name = json.text("name", of: node)
    let size = json.bytes("size", of: node)
    let count = json.number("count", of: node)
    let alignment = json.alignment("align", of: node)
    let pool = json.optional("pool", of: node).flatMap { json.text($0) }
    let isAtomic = json.optional("atomic", of: node).flatMap { json.flag($0) } ?? false
    let isOptional = json.optional("optional", of: node).flatMap { json.flag($0) } ?? false
    guard let name, let size, let count, let alignment else { return nil }
    return Buffer(
      name: name,
      size: size,
      count: count,
      alignment: alignment,
      pool: pool,
      isAtomic: isAtomic,
      isOptional: isOptional
    )
  }

  private mutating func background(_ node: YAMLNode) -> Background? {
    let sizes = ["page_cache", "dirty", "anonymous", "unmovable", "churn"].map { key in
      json.bytes(key, of: node)
    }
    let churnPeriod = time("churn_period_us", of: node)
    let pins = json.number("pins", of: node)
    let pinPeriod = time("pin_period_us", of: node)
    let pinHolds = time("pin_holds_us", of: node)
    guard let cache = sizes[0], let dirty = sizes[1], let anonymous = sizes[2],
      let unmovable = sizes[3], let churn = sizes[4], let churnPeriod, let pins, let pinPeriod,
      let pinHolds
    else { return nil }
    return Background(
      pageCache: cache,
      dirty: dirty,
      anonymous: anonymous,
      unmovable: unmovable,
      churn: churn,
      churnPeriod: churnPeriod,
      pins: pins,
      pinPeriod: pinPeriod,
      pinHolds: pinHolds
    )
  }
}
