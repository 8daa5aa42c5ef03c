import Layout
import PageAllocator
import PhysicalMemory
import Policy
import Testing

@testable import DryRun

func span(_ time: UInt64) -> TimeSpan { TimeSpan(microseconds: time * 1_000_000) }

func phase(_ name: String, _ start: UInt64, _ end: UInt64, _ load: Background) -> Phase {
  Phase(name: name, start: span(start), end: span(end), background: load)
}

func scheduled(_ workload: Workload, seed: UInt64 = 1) -> [Event] {
  let instances = workload.streams.indices.map {
    StreamInstance(stream: workload.streams[$0], device: $0)
  }
  return EventStream(workload, instances, pageSize: .kib4, seed: seed).events
}

func times(_ events: [Event], _ kind: (Event.Kind) -> Bool) -> [UInt64] {
  events.filter { kind($0.kind) }.map(\.time)
}

func isOpening(_ kind: Event.Kind) -> Bool { if case .open = kind { true } else { false } }

/// 256 MiB with an area of 64 MiB, a camera, and a codec.
func cameraBoard(_ workload: Workload, area: Bool = true) -> Layout {
  layout(
    "arm64",
    banks: [mib(1024, 256)],
    zones: [LayoutZone(name: "DMA", range: mib(1024, 256))],
    area ? [region("cma", .cma, mib(1024 + 128, 64), isDefault: true)] : [],
    [device("camera"), device("codec")],
    [workload]
  )
}

func carryOut(_ workload: Workload, seed: UInt64 = 1, area: Bool = true) throws -> SeedRun {
  let layout = cameraBoard(workload, area: area)
  let model = MachineModel(layout)
  let simulation = Simulation(model, try model.boot(workload), workload)
  var run = SeedRun(simulation, seed: seed)
  for event in simulation.events(seed: seed).events { run.handle(event) }
  return run
}

@Suite struct WorkloadKeyTests {
  @Test func streamsKeepToTheirPhases() {
    let workload = Workload(
      name: "w",
      lasts: span(300),
      streams: [
        Stream(
          name: "s",
          device: "camera",
          during: ["use"],
          starts: [],
          every: .fixed(span(7)),
          holds: .fixed(span(5)),
          buffers: [buffer("b", 4096)]
        ),
        Stream(
          name: "once",
          device: "codec",
          during: ["use"],
          starts: [span(3)],
          every: nil,
          holds: nil,
          buffers: [buffer("b", 4096)]
        ),
      ],
      background: Background(),
      phases: [
        phase("boot", 0, 100, Background()), phase("use", 100, 200, Background()),
        phase("suspend", 200, 300, Background()),
      ]
    )
    for seed in 1...20 as ClosedRange<UInt64> {
      let events = scheduled(workload, seed: seed)
      let opened = times(events, isOpening)
      #expect(opened.count > 12)
      #expect(opened.allSatisfy { (100_000_000..<200_000_000).contains($0) })
      let once = times(events) { $0 == .open(1) }
      #expect(once.count == 1 && (103_000_000..<103_200_000).contains(once[0]))
      #expect(times(events) { $0 == .close(1) } == [200_000_000])
    }
  }

  @Test func drawnTimesAreWithinTheirBounds() {
    let workload = Workload(
      name: "w",
      lasts: span(10_000),
      streams: [
        Stream(
          name: "s",
          device: "camera",
          starts: [],
          every: .uniform(span(30), span(60)),
          holds: .uniform(span(5), span(10)),
          buffers: [buffer("b", 4096)]
        )
      ],
      background: Background()
    )
    let events = scheduled(workload)
    let opened = times(events, isOpening)
    let closed = times(events) { $0 == .close(0) }
    #expect((166...334).contains(opened.count))
    for (one, next) in zip(opened, opened.dropFirst()) {
      #expect((30_000_000...60_000_000).contains(next - one))
    }
    for (one, next) in zip(opened, closed) {
      #expect((5_000_000...10_000_000).contains(next - one))
    }
  }

  @Test func exponentialTimesHaveTheirMean() {
    let workload = Workload(
      name: "w",
      lasts: span(100_000),
      streams: [
        Stream(
          name: "s",
          device: "camera",
          starts: [],
          every: .exponential(mean: span(20)),
          holds: .fixed(span(1)),
          buffers: [buffer("b", 4096)]
        )
      ],
      background: Background()
    )
    // 5,000 openings are to be expected; three standard deviations are 212.
    #expect((4788...5212).contains(times(scheduled(workload), isOpening).count))
  }

  @Test func ofAGroupOneIsOpen() throws {
    func one(_ name: String, _ start: UInt64, _ device: String) -> Stream {
      Stream(
        name: name,
        device: device,
        starts: [span(start)],
        every: nil,
        holds: .fixed(span(50)),
        group: "codec",
        buffers: [buffer("b", 1 << 20)]
      )
    }
    let workload = Workload(
      name: "w",
      lasts: span(200),
      streams: [one("a", 1, "camera"), one("b", 20, "codec")],
      background: Background()
    )
    let result = try carryOut(workload).finish()
    #expect(result.devices[0].requests == 1 && result.devices[0].skipped == 0)
    #expect(result.devices[1].requests == 0 && result.devices[1].skipped == 1)
  }

  @Test func aChangeOfModeMayHoldBoth() throws {
    func peak(_ keepsOld: Bool) throws -> UInt64 {
      let workload = Workload(
        name: "w",
        lasts: span(100),
        streams: [
          Stream(
            name: "s",
            device: "camera",
            starts: [],
            every: nil,
            holds: nil,
            modeChange: ModeChange(every: .fixed(span(10)), keepsOld: keepsOld),
            buffers: [buffer("b", 8 << 20, 2)]
          )
        ],
        background: Background()
      )
      let result = try carryOut(workload).finish()
      #expect(result.devices[0].requests == 20)
      return try #require(result.peaks[0])
    }
    // Atomic pools have 96 pages of the area.
    #expect(try peak(false) == 4096 + 96)
    #expect(try peak(true) == 8192 + 96)
  }

  @Test func whatLeaksIsGone() throws {
    let leaking = Buffer(
      name: "b",
      size: .mib(5),
      count: 3,
      alignment: .byte,
      pool: nil,
      isAtomic: false,
      isOptional: false,
      leaks: 1
    )
    let workload = Workload(
      name: "w",
      lasts: span(1000),
      streams: [stream("s", "camera", every: 50, holds: 10, [leaking])],
      background: Background()
    )
    let result = try carryOut(workload).finish()
    let failure = try #require(result.devices[0].firstFailure)
    // After ten openings 50 of 64 MiB have leaked, and three buffers do not fit the rest.
    #expect((499...560).contains(failure.time.microseconds / 1_000_000))
  }

  @Test func theTraceTellsWhatHappened() throws {
    let workload = Workload(
      name: "w",
      lasts: span(100),
      streams: [stream("s", "camera", every: 20, holds: 10, [buffer("b", 40 << 20, 2)])],
      background: Background(anonymous: .mib(20), churn: .mib(1))
    )
    let trace = try #require(DryRun.trace(cameraBoard(workload), workload: "w", seed: 1))
    let words = trace.map { event -> String in
      switch event.kind {
      case .stream(let word, _, _): word
      case .buffer: "buffer"
      case .refusal: "refusal"
      case .system(let word, _): word
      }
    }
    #expect(words.contains("buffer") && words.contains("refusal") && words.contains("churn"))
    #expect(zip(trace, trace.dropFirst()).allSatisfy { $0.time <= $1.time })
    #expect(trace.contains { $0.used.first?.size == .mib(40) })
    #expect(DryRun.trace(cameraBoard(workload), workload: "none", seed: 1) == nil)
  }

  /// Open for 10 of 20 seconds: half of the slices are empty; the second buffer never fits.
  @Test func theTimelineShowsWhatIsHeldWhen() throws {
    let workload = Workload(
      name: "w",
      lasts: span(100),
      streams: [
        stream("s", "camera", every: 20, holds: 10, [buffer("b", 40 << 20)]),
        stream("t", "codec", every: 20, holds: 1, [buffer("c", 40 << 20)]),
      ],
      background: Background()
    )
    let board = cameraBoard(workload)
    let line = try #require(DryRun.timeline(board, workload: "w", seed: 1, slices: 50))
    #expect(line.pools.map(\.region) == ["cma"])
    #expect(line.pools[0].size == .mib(64) && line.pools[0].used.count == 50)
    #expect(line.pools[0].used.allSatisfy { [.zero, .mib(40)].contains($0) })
    let busy = line.pools[0].used.filter { $0 > .zero }.count
    // Ten of twenty seconds, with a slice that is cut at each end.
    #expect((25...40).contains(busy), "\(busy)")
    let trace = try #require(DryRun.trace(board, workload: "w", seed: 1))
    let refused = trace.filter { if case .refusal = $0.kind { true } else { false } }
    #expect(line.refusals.map(\.time) == refused.map(\.time))
    #expect(DryRun.timeline(board, workload: "none", seed: 1) == nil)
  }
}
