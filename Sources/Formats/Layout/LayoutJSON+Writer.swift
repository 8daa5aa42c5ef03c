public import Layout
import LinuxBoot
import PhysicalMemory
import Policy

extension LayoutJSON {
  /// `layout` as a value.
  public static func value(_ layout: Layout) -> JSONValue {
    let attachments = Dictionary(
      layout.devices.map { ($0.name, $0.attach) },
      uniquingKeysWith: { first, _ in first }
    )
    return .object([
      "schema": .string(schema),
      "board": .object([
        "compatible": .strings(layout.compatible), "dtb_digest": .string(layout.treeDigest),
      ]),
      "policy_digest": .string(layout.policyDigest),
      "target": target(layout.target),
      "variant": .string(layout.variant),
      "banks": .ranges(layout.banks),
      "zones": .array(layout.zones.map { taken("name", $0.name, $0.range) }),
      "reserved": .array(layout.reserved.map { taken("owner", $0.owner, $0.range) }),
      "regions": .array(layout.regions.map { region($0, attachments) }),
      "devices": .array(layout.devices.map(device)),
      "workloads": .array(layout.workloads.map(workload)),
    ])
  }

  private static func taken(_ key: String, _ name: String, _ range: PhysicalRange) -> JSONValue {
    .object([
      "base": .hexadecimal(range.start), "size": .hexadecimal(range.size), key: .string(name),
    ])
  }

  private static func target(_ target: TargetSummary) -> JSONValue {
    var object: JSONObject = [
      "linux": .string(target.linux),
      "arch": .string(target.architecture),
      "page_size": .hexadecimal(target.pageSize.bytes),
      "pageblock_order": .number(UInt64(target.pageblockOrder.rawValue)),
      "max_order": .number(UInt64(target.maxOrder.rawValue)),
      "cma_alignment": .number(UInt64(target.cmaAlignment.rawValue)),
      "cma_granule": .hexadecimal(target.cmaGranule.bytes),
      "cma_areas": .number(target.cmaAreas),
      "iommu": .string(target.iommu),
      "cmdline": .string(target.commandLine),
    ]
    object["zone_dma_limit"] = target.zoneDMALimit.map { .hexadecimal($0) }
    return .object(object)
  }

  private static func region(
    _ region: LayoutRegion,
    _ attachments: [String: Attachment]
  ) -> JSONValue {
    var object: JSONObject = ["name": .string(region.name)]
    object["node"] = region.node.map { .string($0) }
    object["kind"] = .string(region.kind.rawValue)
    object["base"] = .hexadecimal(region.range.start)
    object["size"] = .hexadecimal(region.range.size)
    object["align"] = .hexadecimal(region.alignment.bytes)
    object["flags"] = .strings(RegionFlag.flags(of: region).map(\.rawValue))
    object["users"] = .strings(region.users)
    object["default"] = .bool(region.isDefault)
    let users = region.users.compactMap { attachments[$0] }
    object["attach"] = leastCertain(users).map { .string($0.rawValue) }
    object["confidence"] = .string(region.confidence.rawValue)
    if !region.compatible.isEmpty { object["compatible"] = .strings(region.compatible) }
    var origin = JSONObject()
    for named in region.origins { origin[named.key] = .string(named.place) }
    object["origin"] = .object(origin)
    return .object(object)
  }

  /// What holds for all users of a region: nothing is proven if it is not for one of them.
  private static func leastCertain(_ users: [Attachment]) -> Attachment? {
    users.contains(.unknown) ? .unknown : users.contains(.driver) ? .driver : users.first
  }

  private static func device(_ device: LayoutDevice) -> JSONValue {
    var object: JSONObject = ["name": .string(device.name)]
    object["path"] = device.path.map { .string($0) }
    object["reach"] = .ranges(device.reach.ranges)
    object["mask"] = .number(device.maskBits)
    object["align"] = .hexadecimal(device.alignment.bytes)
    object["boundary"] = device.boundary.map { .hexadecimal($0) }
    object["iommu"] = .string(device.iommu.rawValue)
    object["pools"] = .strings(device.pools)
    object["contiguous"] = .string(device.contiguous.rawValue)
    object["attach"] = .string(device.attach.rawValue)
    object["windows"] = .array(
      device.windows.map { window in
        .object([
          "bus": .hexadecimal(window.bus), "base": .hexadecimal(window.cpu.start),
          "size": .hexadecimal(window.cpu.size),
        ])
      }
    )
    return .object(object)
  }
}

/// The words of a region's `flags`.
enum RegionFlag: String, CaseIterable {
  /// Follows from the kind: idle pages serve movable data.
  case reusable
  /// Follows from the kind: the kernel does not map it.
  case noMap = "no-map"
  /// The node states `size`, and Linux chooses the place.
  case dynamic
  /// Policy changed or added it.
  case planned

  static func flags(of region: LayoutRegion) -> [RegionFlag] {
    allCases.filter { flag in
      switch flag {
      case .reusable: region.kind == .cma
      case .noMap: region.kind.isNoMap
      case .dynamic: region.isDynamic
      case .planned: region.isPlanned
      }
    }
  }
}
