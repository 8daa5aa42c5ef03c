import Layout
import Policy

extension LayoutDevice {
  /// Whether it has a region of its own and nobody has looked whether its driver asks for it.
  var isAttachmentUnproven: Bool { attach == .unknown && !pools.isEmpty && path != nil }
}

extension Layout {
  /// The layout as it works out when the drivers of these devices ask for no region: they allocate
  /// from the default area.
  func unattached(_ names: [String]) -> Layout {
    let changed = devices.map { device in
      names.contains(device.name) ? device.withoutPools : device
    }
    let workloads = workloads.map { workload in
      let streams = workload.streams.map { stream in
        names.contains { DeviceModel.matches($0, stream.device) } ? stream.withoutPools : stream
      }
      return Workload(
        name: workload.name,
        lasts: workload.lasts,
        streams: streams,
        background: workload.background
      )
    }
    return Layout(
      compatible: compatible,
      treeDigest: treeDigest,
      policyDigest: policyDigest,
      target: target,
      variant: variant,
      banks: banks,
      zones: zones,
      reserved: reserved,
      regions: regions,
      devices: changed,
      workloads: workloads
    )
  }
}

extension LayoutDevice {
  fileprivate var withoutPools: LayoutDevice {
    LayoutDevice(
      name: name,
      path: path,
      reach: reach,
      windows: windows,
      maskBits: maskBits,
      alignment: alignment,
      boundary: boundary,
      iommu: iommu,
      contiguous: contiguous,
      pools: [],
      attach: attach
    )
  }
}

extension Stream {
  fileprivate var withoutPools: Stream {
    let buffers = buffers.map { buffer in
      Buffer(
        name: buffer.name,
        size: buffer.size,
        count: buffer.count,
        alignment: buffer.alignment,
        pool: nil,
        isAtomic: buffer.isAtomic,
        isOptional: buffer.isOptional
      )
    }
    return Stream(
      name: name,
      device: device,
      start: start,
      every: every,
      holds: holds,
      buffers: buffers
    )
  }
}
