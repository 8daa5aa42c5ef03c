import Board
import Diagnostics
import Layout
import PhysicalMemory
import Policy

/// A device reaches no RAM: policy's `reach`, its mask and the tree's `dma-ranges` have nothing in
/// common, or nothing of it is RAM.
///
/// No buffer could be found for it anywhere. A bus that leads to on-chip memory alone is no fault.
///
/// Bad: `reach: 0x1_0000_0000..0x2_0000_0000` for a device with a 32-bit mask. Good: a range below
/// `0x1_0000_0000`.
///
/// Source: `kernel/dma/direct.c: dma_coherent_ok`.
enum ReachEmpty: Rule {
  static let id: RuleID = "reach-empty"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      guard variant.variant.hasMemory else { return [] }
      return variant.devices.compactMap { device in
        // A bus with windows into on-chip memory alone is as its hardware is.
        guard device.device.needsContiguousMemory,
          device.device.reach.isEmpty || !device.policy.reach.isEmpty,
          device.device.reach.intersection(variant.variant.memory).isEmpty
        else { return nil }
        return .empty(device, subject, variant)
      }
    }
  }
}

extension Diagnostic {
  /// Where its bus addresses begin and its mask ends.
  private static func addresses(_ device: ResolvedDevice) -> String {
    let bits = device.device.maskBits
    let mask =
      "its mask of \(bits) bits ends at bus address "
      + "\(BusAddress(bits >= 64 ? .max : (1 << bits) - 1))"
    guard let first = device.reach.mapping.windows.map(\.bus.start).min() else { return mask }
    return mask + ", and its bus begins at bus address \(first)"
  }

  fileprivate static func empty(
    _ device: ResolvedDevice,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let limit = device.policy.reach.first ?? nil
    let windows = device.reach.mapping.bus
    let origin = limit?.origin ?? device.policy.mask?.origin ?? device.policy.origin
    return Diagnostic(
      ReachEmpty.id,
      .error,
      "device `\(device.device.name)` reaches no RAM",
      at: subject.label(
        origin,
        device.device.reach.isEmpty
          ? "leaves nothing of what bus and mask allow"
          : "allows \(device.device.reach.inWords), none of it RAM"
      ),
      related: (windows.map { bus in
        [subject.label(bus, "dma-ranges", "the bus reaches \(device.reach.physical.inWords)")]
      } ?? []) + subject.ramLabel(variant),
      notes: [addresses(device)],
      help: limit != nil
        ? "correct `reach`: bus and mask allow "
          + "\(device.reach.physical.intersection(variant.variant.memory).inWords)"
        : "correct the device's `mask`, or `dma-ranges` of its bus",
      variant: variant.variant.name
    )
  }
}
