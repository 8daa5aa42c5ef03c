import PhysicalMemory
public import Planner

extension PlacementJSON {
  /// The answer to a problem: `placed`, `infeasible` or `unknown`. O(regions)
  public static func value(_ outcome: PlacementOutcome) -> JSONValue {
    switch outcome {
    case .placed(let placement):
      .object([
        "status": .string("placed"),
        "regions": .array(
          placement.regions.map { region in
            .object(["name": .string(region.name), "base": .hexadecimal(region.base)])
          }
        ),
      ])
    case .infeasible(let proof):
      infeasible(proof)
    case .unknown(let steps):
      .object(["status": .string("unknown"), "steps": .number(UInt64(clamping: steps))])
    }
  }

  /// `repairs_together` is there only where no single repair helps.
  private static func infeasible(_ proof: Infeasibility) -> JSONValue {
    let repairs = JSONValue.array(proof.repairs.map { repair($0.action) })
    let together = JSONValue.array(proof.repairsTogether.map { repair($0.action) })
    let (conflict, reason) = (JSONValue.strings(proof.conflict), JSONValue.string(reason(proof)))
    if proof.repairsTogether.isEmpty {
      return .object([
        "status": .string("infeasible"), "conflict": conflict, "reason": reason,
        "repairs": repairs,
      ])
    }
    return .object([
      "status": .string("infeasible"), "conflict": conflict, "reason": reason,
      "repairs": repairs, "repairs_together": together,
    ])
  }

  private static func repair(_ action: RepairAction) -> JSONValue {
    func object(_ word: String, _ name: String, _ to: JSONValue) -> JSONValue {
      .object(["action": .string(word), "name": .string(name), "to": to])
    }
    return switch action {
    case .shrink(let name, let size): object("shrink", name, .hexadecimal(size))
    case .widen(let name, let window): object("widen", name, .range(window))
    case .move(let obstacle, let base): object("move", obstacle.name, .hexadecimal(base))
    }
  }

  /// The proof in sentences: what does not fit, where the room is, what splits it.
  static func reason(_ proof: Infeasibility) -> String {
    var sentences = [cause(proof)]
    sentences.append(
      proof.largestFreeRun.map { run in
        "The largest free run where `\(proof.request)` may lie is \(run), \(run.size.approximate)."
      } ?? "Nothing is free where `\(proof.request)` may lie."
    )
    if let obstacle = proof.obstacle {
      sentences.append("The obstacle at \(obstacle.range) splits the space.")
    }
    return sentences.joined(separator: " ")
  }

  private static func cause(_ proof: Infeasibility) -> String {
    switch proof.reason {
    case .noPlace(let name):
      return "Region `\(name)` has no place even with no other region beside it."
    case .overfull(let range, let granule):
      let blocks = granule > .byte ? " in whole blocks of \(granule)" : ""
      return "\(proof.demand.hexadecimal) bytes\(blocks) are confined to \(range), which has "
        + "\(proof.capacity.hexadecimal) free."
    case .exhausted:
      return "Every order of these \(proof.conflict.count) regions was tried and none fits."
    }
  }
}
