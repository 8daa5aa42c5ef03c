import PhysicalMemory
import Synchronization
import Testing

@testable import DryRun

/// A pool that serves at the sizes that `serves` says, in granules of 1 MiB.
private func search(
  most: UInt64 = 64,
  hint: UInt64,
  floor: UInt64 = .max,
  _ serves: @escaping @Sendable (UInt64) -> Bool
) async -> (answer: DryRun.PoolSearch.Answer, tries: Int) {
  let tries = Mutex(0)
  let search = DryRun.PoolSearch(granule: .mib(1), least: .mib(1), most: .mib(most))
  let answer = await search.run(hint: .mib(hint)) { size, _ in
    tries.withLock { $0 += 1 }
    let granules = size.rawValue >> 20
    return DryRun.SizeTrial(
      size: size,
      success: SuccessRate(successes: serves(granules) ? 110 : 0, runs: 110),
      serves: serves(granules),
      isSure: true,
      leavesFloor: granules <= floor
    )
  }
  return (answer, tries.withLock { $0 })
}

@Suite struct PoolSearchTests {
  @Test func itFindsEveryCliff() async {
    for cliff in 1...64 as ClosedRange<UInt64> {
      for hint in [1, 7, 30, 64] as [UInt64] {
        let answer = await search(hint: hint) { $0 >= cliff }.answer
        #expect(answer.smallest == .mib(cliff), "cliff \(cliff), hint \(hint)")
        #expect(answer.largest == .mib(64))
        #expect(answer.islands == [])
      }
    }
  }

  @Test func whereNothingServesThereIsNoAnswer() async {
    let answer = await search(hint: 10) { _ in false }.answer
    #expect(answer.smallest == nil && answer.largest == nil)
    #expect(!answer.trials.isEmpty)
  }

  /// Size 20 serves by luck: 21 does not.
  @Test func anIslandIsNoAnswer() async {
    let answer = await search(hint: 20) { $0 == 20 || $0 >= 24 }.answer
    #expect(answer.smallest == .mib(24))
    #expect(answer.islands == [.mib(20)])
  }

  @Test func aHoleJustAboveIsSeen() async {
    for hole in 31...32 as ClosedRange<UInt64> {
      let answer = await search(hint: 40) { $0 >= 30 && $0 != hole }.answer
      #expect(answer.smallest == .mib(hole + 1))
    }
  }

  @Test func theLargestLeavesTheFloor() async {
    for floor in 20...63 as ClosedRange<UInt64> {
      let answer = await search(hint: 18, floor: floor) { $0 >= 20 }.answer
      #expect(answer.smallest == .mib(20))
      #expect(answer.largest == .mib(floor))
    }
    let none = await search(hint: 18, floor: 10) { $0 >= 20 }.answer
    #expect(none.largest == nil)
  }

  @Test func fewSizesAreTried() async {
    let tries = await search(most: 4096, hint: 900, floor: 3000) { $0 >= 1000 }.tries
    #expect(tries < 60)
  }

  @Test func aTrialIsOfThePoolsOwnDevices() {
    let rate = SuccessRate(successes: 19, runs: 20)
    #expect(rate.isAtLeast(Proportion(percent: 95)))
    #expect(!rate.isAtLeast(Proportion(percent: 96)))
  }
}
