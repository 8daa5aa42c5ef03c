import Layout
import PageAllocator
import PhysicalMemory
import Policy
import Testing

@testable import DryRun

@Suite struct BackgroundTests {
  @Test func phasesComeToTheirLevels() throws {
    let workload = Workload(
      name: "w",
      lasts: span(100),
      streams: [stream("s", "camera", [buffer("b", 4096)])],
      background: Background(),
      phases: [
        phase("day", 0, 50, Background(anonymous: .mib(150))),
        phase("night", 50, 100, Background(anonymous: .mib(30))),
      ]
    )
    let run = try carryOut(workload)
    let held = run.memory.holders(of: mib(1024, 256)).filter { $0.use == .anonymous }
      .reduce(0) { $0 + $1.pages }
    #expect(held == 30 << 8)
    let isConsistent = run.background.isConsistent(with: run.memory)
    #expect(isConsistent)
  }

  @Test func classesGrow() throws {
    var load = Background(unmovable: .mib(10))
    load.growth = [.unmovable: Throughput(.mib(60), per: span(3600))]
    let workload = Workload(
      name: "w",
      lasts: span(3600),
      streams: [stream("s", "camera", every: 60, holds: 10, [buffer("b", 4096)])],
      background: load
    )
    let run = try carryOut(workload)
    let held = run.memory.holders(of: mib(1024, 256)).filter { $0.use == .unmovable }
      .reduce(0) { $0 + $1.pages }
    // 10 MiB and a MiB a minute up to the last event, and the small blocks' excess.
    #expect(((68 << 8)...(71 << 8)).contains(held))
  }

  @Test func swapMakesRoomAndZramTakesAThird() throws {
    func result(swap: UInt64, zram: UInt64) throws -> SeedResult {
      var load = Background(anonymous: .mib(220), unmovable: .mib(5))
      load.swap = .mib(swap)
      load.zram = .mib(zram)
      let workload = Workload(
        name: "w",
        lasts: span(100),
        streams: [stream("s", "camera", [buffer("b", 8 << 20, 4)])],
        background: load
      )
      return try carryOut(workload).finish()
    }
    let none = try result(swap: 0, zram: 0)
    let disk = try result(swap: 100, zram: 0)
    let memory = try result(swap: 0, zram: 100)
    #expect(none.devices[0].refused > 0 && none.load.swappedOut == 0)
    #expect(disk.devices[0].refused == 0 && disk.load.swappedOut > 0)
    #expect(memory.load.swappedOut >= disk.load.swappedOut)
  }

  @Test func hogsComeAndGo() throws {
    var load = Background(anonymous: .mib(60))
    load.hogs = Background.Hogs(
      size: .mib(100),
      every: .fixed(span(10)),
      holds: .fixed(span(5))
    )
    let workload = Workload(
      name: "w",
      lasts: span(100),
      streams: [stream("s", "camera", every: 10, holds: 2, [buffer("b", 1 << 20)])],
      background: load
    )
    let run = try carryOut(workload)
    let isConsistent = run.background.isConsistent(with: run.memory)
    #expect(isConsistent)
    let started = scheduled(workload).count { if case .hog = $0.kind { true } else { false } }
    #expect(started == 9)
    var heavy = load
    heavy.hogs = Background.Hogs(
      size: .mib(300),
      every: .fixed(span(10)),
      holds: .fixed(span(5))
    )
    let killed = Workload(
      name: "w",
      lasts: span(100),
      streams: workload.streams,
      background: heavy
    )
    #expect(try processesKilled(killed) == 9)
  }

  @Test func hugePagesAreBlocksAndMayBeSplit() throws {
    var load = Background(levels: [.huge: .mib(150), .anonymous: .mib(40)])
    load.bootNoise = .mib(8)
    let workload = Workload(
      name: "w",
      lasts: span(600),
      streams: [stream("s", "camera", every: 60, holds: 10, [buffer("b", 3 << 20, 8)])],
      background: load
    )
    let run = try carryOut(workload)
    let huge = run.memory.holders(of: mib(1024, 256)).filter { $0.use == .transparentHuge }
    #expect(huge.reduce(0) { $0 + $1.pages } >= 100 << 8)
    let isConsistent = run.background.isConsistent(with: run.memory)
    #expect(isConsistent)
  }

  @Test func longPinsLeaveTheArea() throws {
    var load = Background(anonymous: .mib(170), unmovable: .mib(5))
    load.longPins = .mib(30)
    load.longPinsStart = span(1)
    let workload = Workload(
      name: "w",
      lasts: span(100),
      streams: [
        Stream(
          name: "s",
          device: "camera",
          starts: [span(10)],
          every: nil,
          holds: nil,
          buffers: [buffer("b", 1 << 20)]
        )
      ],
      background: load
    )
    let run = try carryOut(workload)
    let pinned = run.background.slots.filter(\.isPinnedLong)
    #expect(pinned.count == 30 << 8)
    let area = (UInt64(1024 + 128) << 8)..<(UInt64(1024 + 192) << 8)
    #expect(!pinned.contains { area.contains($0.page) })
  }
}

private func processesKilled(_ workload: Workload) throws -> UInt64 {
  try carryOut(workload).finish().load.kills
}
