import Diagnostics
import Layout
import Policy
import YAML

/// A stream names a device that no layer defines.
///
/// The stream would be left out of the dry-run. A device that is defined and absent on this board is
/// no fault: its streams do not run here.
///
/// Bad: `device: vee`. Good: `device: ve`, with `ve` under `devices:` of some layer.
///
/// Source: policy's own rule.
enum WorkloadDeviceUnknown: Rule {
  static let id: RuleID = "workload-device-unknown"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      let stated = subject.stated(in: variant)
      let here = Set(stated.devices.map(\.name))
      let open = stated.workloads.flatMap { workload in
        workload.streams.filter { !here.contains($0.device.value) }
          .map { (stream: $0, workload: workload) }
      }
      guard !open.isEmpty else { return [] }
      // A layer for other boards may define it.
      let known = Set(
        subject.layers.flatMap { $0.body["devices"]?.entries?.compactMap(\.key.text) ?? [] }
      )
      return open.filter { !known.contains($0.stream.device.value) }
        .map { .unknown($0.stream, $0.workload, known, subject, variant) }
    }
  }
}

extension Diagnostic {
  fileprivate static func unknown(
    _ stream: StreamPolicy,
    _ workload: WorkloadPolicy,
    _ known: Set<String>,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let name = stream.device.value
    let meant = didYouMean(name, among: known.sorted())
    return Diagnostic(
      WorkloadDeviceUnknown.id,
      .error,
      "stream `\(stream.name)` of workload `\(workload.name)` names device `\(name)`, "
        + "which no layer defines",
      at: subject.label(
        stream.device.origin,
        meant.map { "did you mean `\($0)`?" } ?? "no such device"
      ),
      help: meant.map { "write `\($0)`" } ?? "add `\(name)` under `devices:`",
      variant: variant.variant.name
    )
  }
}
