import Layout
import PhysicalMemory
import Policy
import Testing

@testable import DryRun

private func events(_ workload: Workload, seed: UInt64 = 1) -> [Event] {
  let instances = workload.streams.indices.map {
    StreamInstance(stream: workload.streams[$0], device: $0)
  }
  return EventStream(workload, instances, pageSize: .kib4, seed: seed).events
}

private func openings(_ events: [Event], _ index: Int) -> [UInt64] {
  events.filter { $0.kind == .open(index) }.map(\.time)
}

@Test func aStreamOpensOncePerPeriod() {
  let clip = stream("clip", "ve", every: 120, holds: 90, [buffer("b", 4096)])
  let screen = stream("screen", "display", [buffer("b", 4096)])
  let load = Background(churn: .mib(2), pins: 4, pinHolds: TimeSpan(microseconds: 200_000))
  let workload = Workload(
    name: "w",
    lasts: seconds(7200),
    streams: [clip, screen],
    background: load
  )
  for seed in 1...20 as ClosedRange<UInt64> {
    let events = events(workload, seed: seed)
    #expect(zip(events, events.dropFirst()).allSatisfy { $0.time <= $1.time })
    let times = openings(events, 0)
    #expect((59...61).contains(times.count))
    #expect(times[0] < 121_000_000)
    for (one, next) in zip(times, times.dropFirst()) {
      #expect(next - one > 119_000_000 && next - one < 121_000_000)
    }
    #expect(openings(events, 1).count == 1)
    #expect(openings(events, 1)[0] < EventStream.startJitter)
    let closings = events.filter { $0.kind == .close(0) }.map(\.time)
    for (opened, closed) in zip(times, closings) { #expect(closed - opened == 90_000_000) }
  }
  #expect(openings(events(workload, seed: 1), 0) != openings(events(workload, seed: 2), 0))
  #expect(events(workload, seed: 3) == events(workload, seed: 3))
}

@Test func aStreamThatIsStillOpenIsClosedFirst() {
  let workload = Workload(
    name: "modes",
    lasts: seconds(100),
    streams: [stream("mode", "display", every: 10, [buffer("b", 4096)])],
    background: Background()
  )
  var isOpen = false
  for event in events(workload) {
    switch event.kind {
    case .open:
      #expect(!isOpen)
      isOpen = true
    case .close:
      #expect(isOpen)
      isOpen = false
    default: break
    }
  }
}

@Test func pinsHaveTheirRate() {
  // 10 pins a second that hold for 2 s: 20 are held whenever a stream opens.
  let workload = Workload(
    name: "pins",
    lasts: seconds(4000),
    streams: [stream("clip", "ve", every: 10, holds: 5, [buffer("b", 4096)])],
    background: Background(pins: 10, pinPeriod: seconds(1), pinHolds: seconds(2))
  )
  var held = 0
  var sum = 0
  var opened = 0
  for event in events(workload) {
    switch event.kind {
    case .pin: held += 1
    case .unpin: held -= 1
    case .open:
      sum += held
      opened += 1
    default: break
    }
  }
  #expect(opened == 400)
  #expect((19 * opened...21 * opened).contains(sum))
}

@Test(arguments: [1, 5, 100] as [UInt64])
func anyWorkloadHasFewEvents(period: UInt64) {
  let hostile = Stream(
    name: "hostile",
    device: "d",
    start: .zero,
    every: TimeSpan(microseconds: period),
    holds: TimeSpan(microseconds: .max),
    buffers: [buffer("b", 1, .max), buffer("c", .max, 3)]
  )
  let late = Stream(
    name: "late",
    device: "e",
    start: TimeSpan(microseconds: .max),
    every: nil,
    holds: nil,
    buffers: []
  )
  let load = Background(
    pageCache: ByteCount(.max),
    churn: ByteCount(.max),
    churnPeriod: TimeSpan(microseconds: 1),
    pins: .max,
    pinPeriod: TimeSpan(microseconds: .max),
    pinHolds: TimeSpan(microseconds: .max)
  )
  let workload = Workload(
    name: "w",
    lasts: TimeSpan(microseconds: .max),
    streams: [hostile, late],
    background: load
  )
  let events = events(workload)
  #expect(events.count <= 2 * EventStream.maximumPins + 3 * Int(EventStream.maximumRequests))
  let churn = events.reduce(0 as UInt64) { sum, event in
    if case .churn(let pages) = event.kind { sum + pages } else { sum }
  }
  #expect(churn <= EventStream.maximumChurn)
}

@Test func aHostileLayoutIsJudged() async {
  let board = layout(
    "arm64",
    banks: [mib(1024, 64)],
    zones: [LayoutZone(name: "DMA", range: mib(1024, 64))],
    [
      region("pool", .coherent, mib(1024 + 32, 8)),
      region(
        "vast",
        .coherent,
        PhysicalRange(start: PhysicalAddress(1 << 40), end: PhysicalAddress(1 << 63))
      ),
    ],
    [
      device("d", align: 63, boundary: ByteCount(1), pools: ["pool"]),
      device("e", pools: ["vast"]), device("f", align: 40, boundary: ByteCount(.max)),
    ],
    [
      Workload(
        name: "w",
        lasts: TimeSpan(microseconds: .max),
        streams: ["d", "e", "f"].map {
          stream($0, $0, every: 1, [buffer("none", 0), buffer("all", .max, .max)])
        } + [stream("small", "d", [buffer("b", 1, .max)])],
        background: Background(
          pageCache: ByteCount(.max),
          dirty: ByteCount(.max),
          anonymous: ByteCount(.max),
          unmovable: ByteCount(.max)
        )
      )
    ]
  )
  var options = DryRun.Options()
  options.looks = [1]
  let verdicts = await DryRun.run(board, options: options)
  #expect(verdicts.count == 3 * Constraint.allCases.count)
  for name in ["d", "e", "f"] { #expect(DryRun.worst(verdicts, of: name) == .notMet) }
}
