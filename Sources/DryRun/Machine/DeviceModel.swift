import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// What the engine has for a name of a pool.
enum PoolPlace: Hashable, Sendable {
  case area(CMAAreaID)
  case coherent(CoherentPoolID)
  case restricted(RestrictedPoolID)
  /// A region of a kind that the DMA API does not allocate from.
  case notAllocatable
  /// The region is outside RAM.
  case absent
}

/// A device as the engine sees it, with the pool of each buffer still open.
struct DeviceModel: Sendable {
  let device: LayoutDevice
  let owner: OwnerID
  /// A user of a dma-heap: it asks the area itself, without fallback.
  let isHeap: Bool
  private let plain: DMADevice

  init(_ device: LayoutDevice, owner: OwnerID) {
    self.device = device
    self.owner = owner
    isHeap = device.path == nil && !device.pools.isEmpty
    var plain = DMADevice(owner: owner)
    let bits = min(device.maskBits, 64)
    plain.coherentMask = BusAddress(bits == 64 ? .max : (1 << bits) - 1)
    plain.windows = device.windows.map { DMADevice.ReachWindow($0.cpu, bus: $0.bus) }
    plain.isBehindIOMMU = device.iommu == .translated || device.contiguous == .no
    self.plain = plain
  }

  /// The pool that a buffer comes from; nil for the default area.
  func poolName(_ buffer: Buffer?) -> String? { buffer?.pool ?? device.pools.first }

  /// The device as it asks for a buffer of the pool at `place`.
  func asking(_ place: PoolPlace?, isDefault: Bool) -> DMADevice {
    var asking = plain
    switch place {
    case .area(let area): asking.cmaArea = isDefault ? nil : area
    case .coherent(let pool): asking.coherentPool = pool
    case .restricted(let pool): asking.restrictedPool = pool
    case .notAllocatable, .absent, nil: break
    }
    return asking
  }

  /// Whether the device belongs to policy's device `name`: `vop`, or `vop[0]`.
  static func matches(_ device: String, _ name: String) -> Bool {
    guard device.hasPrefix(name) else { return false }
    let rest = device.dropFirst(name.count)
    return rest.isEmpty || (rest.first == "[" && rest.last == "]")
  }
}
