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
    var layout = self
    for index in devices.indices where names.contains(devices[index].name) {
      layout.devices[index].pools = []
    }
    for (index, workload) in workloads.enumerated() {
      for (number, stream) in workload.streams.enumerated()
      where names.contains(where: { DeviceModel.matches($0, stream.device) }) {
        layout.workloads[index].streams[number] = stream.withoutPools
      }
    }
    return layout
  }
}

extension Stream {
  fileprivate var withoutPools: Stream {
    var stream = self
    for index in buffers.indices { stream.buffers[index].pool = nil }
    return stream
  }
}
