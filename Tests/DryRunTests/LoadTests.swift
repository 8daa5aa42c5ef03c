import Layout
import PageAllocator
import PhysicalMemory
import Policy
import Testing

@testable import DryRun

/// 128 MiB of which half is a CMA area, almost all of it in use.
private func crowded(_ background: Background) -> Layout {
  layout(
    "arm",
    banks: [mib(1024, 128)],
    zones: [LayoutZone(name: "Normal", range: mib(1024, 128))],
    [region("cma", .cma, mib(1024 + 32, 64), isDefault: true)],
    [device("camera")],
    [
      Workload(
        name: "capture",
        lasts: seconds(600),
        streams: [
          stream("capture", "camera", every: 60, holds: 30, [buffer("frame", 3 << 20, 8)])
        ],
        background: background
      )
    ]
  )
}

private func runs(_ background: Background, seed: UInt64 = 1) throws -> SeedRun {
  let board = crowded(background)
  let model = MachineModel(board)
  let simulation = Simulation(model, try BootedMachine(model.machine), board.workloads[0])
  var run = SeedRun(simulation, seed: seed)
  for event in simulation.events(seed: seed).events { run.handle(event) }
  return run
}

@Test func kernelMemoryNeverLandsInTheArea() throws {
  for seed in 1...2 as ClosedRange<UInt64> {
    let run = try runs(
      Background(pageCache: .mib(20), anonymous: .mib(20), unmovable: .mib(50), churn: .mib(1)),
      seed: seed
    )
    let holders = run.memory.holders(of: CMAAreaID(0))
    #expect(holders.contains { $0.use == .anonymous || $0.use == .fileClean })
    #expect(!holders.contains { $0.use == .unmovable })
  }
}

@Test func aPinnedPageMakesTheAreaTryFurtherOn() throws {
  let calm = Background(anonymous: .mib(90), unmovable: .mib(5), churn: .mib(1))
  let pinned = Background(
    anonymous: .mib(90),
    unmovable: .mib(5),
    churn: .mib(1),
    pins: 600,
    pinPeriod: seconds(60),
    pinHolds: seconds(2)
  )
  var retries: UInt64 = 0
  for seed in 1...4 as ClosedRange<UInt64> {
    let without = try runs(calm, seed: seed).finish()
    #expect(without.devices[0].busyRetries == 0)
    #expect(without.devices[0].migrated.keys.contains { $0 > 0 })
    retries += try runs(pinned, seed: seed).finish().devices[0].busyRetries
  }
  #expect(retries > 0)
}

@Test func moreThanThereIsIsRefusedAndCounted() throws {
  let result = try runs(Background(anonymous: .gib(1), unmovable: .gib(1))).finish()
  #expect(result.load.refused > 0)
  #expect(result.load.kills > 0)
}

@Test func backgroundFollowsItsBlocks() throws {
  let run = try runs(
    Background(pageCache: .mib(60), dirty: .mib(4), anonymous: .mib(40), churn: .mib(4))
  )
  let isConsistent = run.background.isConsistent(with: run.memory)
  #expect(isConsistent)
}

@Test func twoThatShareAPoolAreAtRisk() async throws {
  let streams = ["one", "two"].map {
    stream($0, $0, every: 60, holds: 10, [buffer("frame", 3 << 20)])
  }
  let board = layout(
    "arm64",
    banks: [mib(1024, 256)],
    zones: [LayoutZone(name: "DMA", range: mib(1024, 256))],
    [region("pool", .coherent, mib(1100, 4))],
    [device("one", pools: ["pool"]), device("two", pools: ["pool"])],
    [
      Workload(name: "both", lasts: seconds(50), streams: streams, background: Background())
    ]
  )
  var options = DryRun.Options()
  options.looks = [20, 110]
  options.untilSure = true
  options.jobs = 4
  let verdicts = await DryRun.run(board, options: options)
  for name in ["one", "two"] {
    let count = try #require(find(verdicts, name, .count))
    #expect(count.verdict == .atRisk)
    #expect(count.basis == .seeds)
    #expect(count.firstFailure?.holders.first?.owner == (name == "one" ? "two" : "one"))
    #expect(count.firstFailure?.largestFree == .zero)
  }
}

@Test func theNumberOfJobsChangesNothing() async {
  let board = crowded(
    Background(
      pageCache: .mib(50),
      anonymous: .mib(40),
      unmovable: .mib(9),
      churn: .mib(1),
      pins: 600,
      pinHolds: seconds(1)
    )
  )
  var options = DryRun.Options()
  options.looks = [3]
  let alone = await DryRun.run(board, options: options)
  options.jobs = 4
  #expect(await DryRun.run(board, options: options) == alone)
  options.firstSeed = 100
  #expect(await DryRun.run(board, options: options) != alone)
}
