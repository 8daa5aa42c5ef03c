import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// A layout as the engine's values: the machine, and where each region and device is in it.
struct MachineModel: Sendable {
  let layout: Layout
  let machine: Machine
  let devices: [DeviceModel]
  private var places: [String: PoolPlace]

  /// Pools outside RAM with more pages than this are left out: their bitmaps would be of no use.
  private static let maximumPoolPages: UInt64 = 1 << 26

  init(_ layout: Layout) {
    self.layout = layout
    let banks = PhysicalRegionSet(layout.banks)
    var machine = Machine(zones: Self.zones(layout), memory: banks)
    var places: [String: PoolPlace] = [:]
    var reserved = layout.reserved.map(\.range)
    for region in layout.regions {
      let description = PoolDescription(name: region.name, range: region.range)
      let pages = layout.target.pageSize.pages(holding: region.range.size)
      let isSmall = pages <= Self.maximumPoolPages
      switch region.kind {
      case .cma where banks.contains(region.range):
        places[region.name] = .area(CMAAreaID(machine.cmaAreas.count))
        if region.isDefault { machine.defaultCMAArea = CMAAreaID(machine.cmaAreas.count) }
        machine.cmaAreas.append(description)
      // A coherent pool may also lie in memory that is none of the kernel's, such as SRAM.
      case .coherent where isSmall && !region.range.isEmpty:
        places[region.name] = .coherent(CoherentPoolID(machine.coherentPools.count))
        machine.coherentPools.append(description)
      case .restricted where banks.contains(region.range) && isSmall:
        places[region.name] = .restricted(RestrictedPoolID(machine.restrictedPools.count))
        machine.restrictedPools.append(description)
      case .cma, .coherent, .restricted: places[region.name] = .absent
      default:
        places[region.name] = .notAllocatable
        reserved.append(region.range)
      }
    }
    machine.reserved = PhysicalRegionSet(reserved).intersection(banks)
    Self.apply(layout.target, to: &machine)
    self.machine = machine
    self.places = places
    devices = layout.devices.enumerated().map {
      DeviceModel($0.element, owner: OwnerID(UInt32($0.offset + 1)))
    }
  }

  /// Where the region of this name is; nil when there is none.
  func place(_ name: String) -> PoolPlace? { places[name] }

  /// The same memory under a system that knows no pools of today's: the engine makes them ordinary
  /// memory, so nothing may ask for them.
  func withoutPools() -> MachineModel {
    var model = self
    for (name, place) in places where place != .notAllocatable { model.places[name] = .absent }
    return model
  }

  /// The region that a buffer of a device comes from; nil for the page allocator.
  func region(_ device: DeviceModel, _ buffer: Buffer?) -> LayoutRegion? {
    guard let name = device.poolName(buffer) else {
      guard let area = machine.defaultCMAArea else { return nil }
      return layout.region(named: machine.cmaAreas[area.index].name)
    }
    return layout.region(named: name)
  }

  /// The device as it asks for a buffer, or why it can not.
  func asking(_ device: DeviceModel, _ buffer: Buffer?) -> Result<DMADevice, Obstacle> {
    guard let name = device.poolName(buffer) else {
      return .success(device.asking(nil, isDefault: true))
    }
    switch places[name] {
    case nil, .absent: return .failure(Obstacle(reason: .missingPool(name)))
    case .notAllocatable: return .failure(Obstacle(reason: .notAllocatable(name)))
    case .area(let area):
      return .success(device.asking(.area(area), isDefault: area == machine.defaultCMAArea))
    case let place: return .success(device.asking(place, isDefault: false))
    }
  }

  /// Why a device can not ask.
  struct Obstacle: Error {
    let reason: Reason
  }

  private static func zones(_ layout: Layout) -> [ZoneDescription] {
    var zones: [ZoneDescription] = []
    for zone in layout.zones where !zone.range.isEmpty {
      guard let kind = ZoneKind.allCases.first(where: { $0.description == zone.name }) else {
        continue
      }
      zones.append(ZoneDescription(kind, zone.range))
    }
    return zones.sorted { $0.kind < $1.kind }
  }

  private static func apply(_ target: TargetSummary, to machine: inout Machine) {
    machine.pageSize = target.pageSize
    machine.pageblockOrder = target.pageblockOrder
    machine.maxOrder = target.maxOrder
    machine.cmaAlignmentOrder = target.cmaAlignment
    machine.rules = rules(target.linux)
    machine.hasZoneDMA = target.zoneDMALimit != nil
    machine.hasZoneDMA32 = target.architecture != "arm"
    machine.watermarks = .computed(transparentHugePages: target.architecture != "arm")
    switch target.architecture {
    case "arm": machine.architecture = .arm
    case "riscv64": machine.architecture = .riscv
    default: machine.architecture = .arm64
    }
    if let limit = target.zoneDMALimit {
      // The engine wants the last address; a limit at the start of a page is the first one above.
      let isEnd = limit.rawValue != 0 && target.pageSize.alignment.divides(limit)
      machine.zoneDMALimit = PhysicalAddress(isEnd ? limit.rawValue - 1 : limit.rawValue)
    }
  }

  /// The rules of a version: `6.10` is six-ten.
  private static func rules(_ version: String) -> KernelRules {
    let parts = version.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
    return KernelRules(major: parts.first ?? 6, minor: parts.count > 1 ? parts[1] : 0)
  }
}
