public import Layout

extension DryRun {
  /// The verdicts on devices of a variant without a layout: `unknown`, or `not-needed` where a device
  /// takes pages wherever they are.
  ///
  /// In the order of the devices and the constraints.
  public static func unjudged(_ variant: CompiledVariant) -> [Verdict] {
    let reason = variant.variant.hasMemory ? Reason.noLayout : .noMemory
    return variant.devices.map(\.device).flatMap { device in
      Constraint.allCases.map { constraint in
        let isNeeded = device.needsContiguousMemory
        return Verdict(
          variant: variant.variant.name,
          workload: nil,
          device: device.name,
          constraint: constraint,
          verdict: isNeeded ? .unknown : .notNeeded,
          basis: .proof,
          sure: !isNeeded,
          seeds: 0,
          failures: 0,
          success: nil,
          firstFailure: nil,
          timeToFailure: nil,
          reason: isNeeded ? reason : .contiguityNotNeeded,
          measured: nil
        )
      }
    }
  }
}
