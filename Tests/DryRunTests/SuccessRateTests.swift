import Testing

@testable import DryRun

@Test(arguments: [
  // Computed in floating point from the quantile 2.39397980 of 1 - 0.05/6.
  (20 as UInt64, 20 as UInt64, 777_268 as UInt64, 1_000_000 as UInt64),
  (0, 20, 0, 222_732),
  (10, 20, 264_027, 735_973),
  (110, 110, 950_478, 1_000_000),
  (440, 440, 987_142, 1_000_000),
  (19, 20, 706_154, 993_388),
  (1, 1, 148_563, 1_000_000),
  (418, 440, 918_832, 969_596),
])
func wilsonIntervals(successes: UInt64, runs: UInt64, lower: UInt64, upper: UInt64) {
  let rate = SuccessRate(successes: successes, runs: runs)
  #expect(rate.lower.partsPerMillion == lower)
  #expect(rate.upper.partsPerMillion == upper)
}

@Test func moreRunsNarrowTheInterval() {
  for share in 0...10 as ClosedRange<UInt64> {
    var last: UInt64 = .max
    for runs in [20, 110, 440] as [UInt64] {
      let rate = SuccessRate(successes: runs * share / 10, runs: runs)
      let width = rate.upper.partsPerMillion - rate.lower.partsPerMillion
      #expect(width < last)
      last = width
    }
  }
}

@Test func everyIntervalHoldsItsRate() {
  for runs in 1...60 as ClosedRange<UInt64> {
    for successes in 0...runs {
      let rate = SuccessRate(successes: successes, runs: runs)
      #expect(rate.lower.partsPerMillion * runs <= successes * 1_000_000)
      #expect(rate.upper.partsPerMillion * runs >= successes * 1_000_000)
    }
  }
}

/// A coin that falls well in `percent` of a hundred throws, thrown as if it were a device.
func throwCoin(_ percent: UInt64, _ throws: UInt64, _ numbers: inout SeededNumbers) -> SuccessRate {
  var tally = Tally(devices: 1)
  for seed in 0..<`throws` {
    var count = DeviceCount()
    count.requests = 1
    count.refused = numbers.below(100) < percent ? 0 : 1
    tally.add(SeedResult(seed: seed, devices: [count]))
  }
  return tally.success(0)
}

@Test(arguments: [50, 80, 90, 95, 99] as [UInt64])
func intervalsHoldARiggedCoin(percent: UInt64) {
  var numbers = SeededNumbers(seed: percent)
  let truth = Proportion(percent: percent)
  var lost = 0
  #if DEBUG
  let rounds = 60
  #else
  let rounds = 400
  #endif
  for _ in 0..<rounds {
    // All three looks must hold the truth at once.
    let looks = [20, 110, 440].map { throwCoin(percent, $0, &numbers) }
    if looks.contains(where: { $0.lower > truth || $0.upper < truth }) { lost += 1 }
  }
  // Wilson's interval holds its level on average; for a rate near one all three looks lose up to 6 %.
  // Three standard deviations on top.
  #expect(lost <= rounds * 6 / 100 + (rounds < 400 ? 6 : 15))
}

@Test func twentyRunsAreNotSureAndAHundredAndTenAre() {
  let target = Proportion(percent: 95)
  #expect(!SuccessRate(successes: 20, runs: 20).isClear(of: target))
  #expect(SuccessRate(successes: 110, runs: 110).isClear(of: target))
  #expect(SuccessRate(successes: 10, runs: 20).isClear(of: target))
}

@Test func waitingTimesHaveTheirMean() {
  var numbers = SeededNumbers(seed: 7)
  var sum: UInt64 = 0
  var above = 0
  let draws = 20_000
  for _ in 0..<draws {
    let time = numbers.exponential(mean: 1000)
    sum += time
    if time > 1000 { above += 1 }
  }
  #expect((970...1030).contains(sum / UInt64(draws)))
  // e^-1 of them are above the mean.
  #expect((7100...7620).contains(above))
}

/// A coin that falls badly once in ten is seen not to reach 95 %, and one that never does is seen to.
@Test func aRiggedCoinIsFoundOut() {
  let target = Proportion(percent: 95)
  var numbers = SeededNumbers(seed: 3)
  var found = 0
  for _ in 0..<50 {
    let rate = throwCoin(85, 440, &numbers)
    if rate.upper < target { found += 1 }
  }
  // At 85 % the interval of 440 throws is below 95 % nearly always.
  #expect(found >= 48)
  #expect(throwCoin(100, 110, &numbers).lower >= target)
}
