import PhysicalMemory
import Planner

/// Half-open, in bytes: small problems count in bytes what real ones count in pages.
func range(_ start: UInt64, _ end: UInt64) -> PhysicalRange {
  PhysicalRange(start: PhysicalAddress(start), end: PhysicalAddress(end))
}

/// A request with a one-letter name and an alignment of 2^`shift`.
func request(
  _ name: String,
  _ size: UInt64,
  shift: UInt8 = 0,
  in windows: PhysicalRange...,
  boundary: UInt64? = nil,
  apart: Separation...,
  preferred: UInt64? = nil,
  lowMemory: PlacementRequest.LowMemoryUse = .indifferent
) -> PlacementRequest {
  PlacementRequest(
    name: name,
    size: ByteCount(size),
    alignment: Alignment(shift: shift),
    windows: windows,
    boundary: boundary.map { ByteCount($0) },
    apart: apart,
    preferred: preferred.map { PhysicalAddress($0) },
    lowMemory: lowMemory
  )
}

func problem(
  _ banks: [PhysicalRange],
  _ requests: PlacementRequest...,
  obstacles: [PhysicalRange] = [],
  lowMemoryEnd: UInt64? = nil
) -> PlacementProblem {
  PlacementProblem(
    banks: banks,
    obstacles: obstacles.enumerated().map { Obstacle(name: "o\($0)", range: $1) },
    requests: requests,
    lowMemoryEnd: lowMemoryEnd.map { PhysicalAddress($0) }
  )
}

extension PlacementOutcome {
  var placement: Placement? { if case .placed(let placement) = self { placement } else { nil } }
  var infeasibility: Infeasibility? {
    if case .infeasible(let facts) = self { facts } else { nil }
  }
}

extension PlacementProblem {
  /// The problem with only the requests of these names; nobody keeps apart from the others.
  func keeping(_ names: some Sequence<String>) -> PlacementProblem {
    let names = Set(names)
    var copy = self
    copy.requests = requests.filter { names.contains($0.name) }.map { request in
      var request = request
      request.apart = request.apart.map { separation in
        Separation(from: separation.from.filter(names.contains), block: separation.block)
      }
      return request
    }
    return copy
  }
}

/// All layouts of a problem whose memory lies below `limit`, by trying every base of every request.
struct BruteForce {
  let problem: PlacementProblem
  let requests: [PlacementRequest]
  let limit: UInt64

  init(_ problem: PlacementProblem, limit: UInt64) {
    self.problem = problem
    self.limit = limit
    requests = problem.requests.sorted { $0.name < $1.name }
  }

  var isFeasible: Bool {
    var found = false
    visit { _ in
      found = true
      return false
    }
    return found
  }

  /// Calls `body` with the bases of each layout until it says stop.
  func visit(_ body: ([UInt64]) -> Bool) {
    let domains = requests.map { request in
      (0..<limit).filter { allowed(request, at: $0) }
    }
    var bases: [UInt64] = []
    _ = extend(&bases, domains, body)
  }

  private func extend(
    _ bases: inout [UInt64],
    _ domains: [[UInt64]],
    _ body: ([UInt64]) -> Bool
  ) -> Bool {
    let index = bases.count
    guard index < requests.count else { return body(bases) }
    for base in domains[index] where (0..<index).allSatisfy({ agree($0, bases[$0], index, base) }) {
      bases.append(base)
      let goOn = extend(&bases, domains, body)
      bases.removeLast()
      if !goOn { return false }
    }
    return true
  }

  private func allowed(_ request: PlacementRequest, at base: UInt64) -> Bool {
    let end = base + request.size.rawValue
    if base % request.alignment.bytes.rawValue != 0 { return false }
    if let boundary = request.boundary?.rawValue {
      for inside in (base + 1)..<max(end, base + 2) where inside < end && inside % boundary == 0 {
        return false
      }
    }
    func holds(_ range: PhysicalRange) -> Bool {
      range.start.rawValue <= base && end <= range.end.rawValue
    }
    return problem.banks.contains(where: holds) && request.windows.contains(where: holds)
      && !problem.obstacles.contains {
        max($0.range.start.rawValue, base) < min($0.range.end.rawValue, end)
      }
  }

  private func agree(_ one: Int, _ base: UInt64, _ other: Int, _ otherBase: UInt64) -> Bool {
    let end = base + requests[one].size.rawValue
    let otherEnd = otherBase + requests[other].size.rawValue
    if max(base, otherBase) < min(end, otherEnd) { return false }
    for (asking, asked) in [(one, other), (other, one)] {
      for separation in requests[asking].apart where separation.from.contains(requests[asked].name)
      {
        switch separation.block {
        case .bank:
          let bank = problem.banks.first { $0.contains(PhysicalAddress(base)) }
          if bank?.contains(PhysicalAddress(otherBase)) == true { return false }
        case .bytes(let size):
          for block in 0..<limit {
            let (low, high) = (block * size.rawValue, (block + 1) * size.rawValue)
            if max(low, base) < min(high, end), max(low, otherBase) < min(high, otherEnd) {
              return false
            }
          }
        }
      }
    }
    return true
  }
}
