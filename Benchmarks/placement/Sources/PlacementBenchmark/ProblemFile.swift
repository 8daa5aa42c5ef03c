import Foundation
import PhysicalMemory
import Planner

/// A `dmaplan-place/1` document as the benchmark needs it; the command's own reader is stricter.
struct ProblemFile: Decodable {
  struct Span: Decodable {
    let base: String
    let size: String

    var range: PhysicalRange {
      PhysicalRange(start: PhysicalAddress(number(base)), saturating: ByteCount(number(size)))
    }
  }

  struct Region: Decodable {
    let name: String
    let size: String
    let align: String
    let windows: [Span]
    let boundary: String?
    let apart: [String]?
  }

  let name: String?
  let banks: [Span]
  let obstacles: [Span]?
  let regions: [Region]

  var problem: PlacementProblem {
    PlacementProblem(
      banks: banks.map(\.range),
      obstacles: (obstacles ?? []).map { Obstacle(name: $0.base, range: $0.range) },
      requests: regions.map { region in
        PlacementRequest(
          name: region.name,
          size: ByteCount(number(region.size)),
          alignment: Alignment(ByteCount(number(region.align))) ?? .byte,
          windows: region.windows.map(\.range),
          boundary: region.boundary.map { ByteCount(number($0)) },
          apart: (region.apart ?? []).isEmpty
            ? [] : [Separation(from: region.apart ?? [], block: .bank)]
        )
      }
    )
  }
}

private func number(_ text: String) -> UInt64 {
  UInt64(text.dropFirst(text.hasPrefix("0x") ? 2 : 0), radix: text.hasPrefix("0x") ? 16 : 10) ?? 0
}
