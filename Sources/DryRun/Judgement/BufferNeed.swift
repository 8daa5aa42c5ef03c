import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// A buffer of a device with the region that it comes from.
struct BufferNeed: Sendable {
  let buffer: Buffer
  /// The region; nil for the page allocator.
  let region: LayoutRegion?
  let place: PoolPlace?
  /// The pages that its pool takes for it: exact in a CMA area, a power of two elsewhere.
  let pages: UInt64
  /// Whether it can come from nowhere else when the pool has no room.
  let isBound: Bool
  /// The alignment that the allocator sees to, for every such buffer.
  let guaranteed: Alignment

  init(_ buffer: Buffer, _ device: DeviceModel, _ model: MachineModel) {
    self.buffer = buffer
    let machine = model.machine
    let size = machine.pageSize
    let order = size.order(holding: buffer.size)
    var region = model.region(device, buffer)
    // `dma_alloc_contiguous`: no default area for single pages or callers that can not sleep.
    let isOwn = device.poolName(buffer) != nil && region?.isDefault != true
    let isArm = machine.architecture == .arm
    if region?.kind == .cma, !device.isHeap {
      let skipsArea = buffer.isAtomic || (order.rawValue == 0 && !isOwn && !isArm)
      if skipsArea { region = nil }
    }
    self.region = region
    place = region.flatMap { model.place($0.name) }
    let shift = size.shift
    switch place {
    case .area:
      pages = size.pages(holding: buffer.size)
      isBound = isArm || device.isHeap || order > machine.maxOrder
      guaranteed = Alignment(shift: shift + min(order, machine.cmaAlignmentOrder).rawValue)
    case .coherent:
      pages = order.pages
      isBound = true
      let base = region?.range.start.rawValue ?? 0
      let ofBase = UInt8(base == 0 ? 63 : base.trailingZeroBitCount)
      guaranteed = Alignment(shift: min(shift + order.rawValue, ofBase, 63))
    case .restricted:
      pages = size.pages(holding: buffer.size)
      isBound = true
      guaranteed = size.alignment
    default:
      pages = order.pages
      isBound = false
      // An atomic pool aligns to the power of two of the request within the pool, not more.
      guaranteed =
        buffer.isAtomic ? size.alignment : Alignment(shift: min(shift + order.rawValue, 63))
    }
  }

  /// The buffers of a stream.
  static func all(_ instance: StreamInstance, _ model: MachineModel) -> [BufferNeed] {
    instance.stream.buffers.map { BufferNeed($0, model.devices[instance.device], model) }
  }
}
