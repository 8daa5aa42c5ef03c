import Layout
import PageAllocator

/// A stream on one of the nodes of its device.
struct StreamInstance: Sendable {
  let stream: Stream
  /// The device by its position in the layout.
  let device: Int

  /// The streams of a workload on every node of their devices, in the order of the workload.
  static func all(_ workload: Workload, _ model: MachineModel) -> [StreamInstance] {
    workload.streams.flatMap { stream in
      model.devices.indices
        .filter { DeviceModel.matches(model.devices[$0].device.name, stream.device) }
        .map { StreamInstance(stream: stream, device: $0) }
    }
  }

  /// The buffers of one opening.
  var requests: UInt64 {
    stream.buffers.reduce(0) { sum, buffer in
      let (total, overflow) = sum.addingReportingOverflow(buffer.count)
      return overflow ? .max : total
    }
  }

  /// What an opening takes of the most requests that a run may have; one without buffers is an event
  /// all the same.
  var cost: UInt64 { max(1, requests) }
}
