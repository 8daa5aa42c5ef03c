import Layout
import PhysicalMemory
import Policy
import Testing

@testable import DryRun

/// A board with a pool of each kind and streams with random buffers, times and devices.
private func randomBoard(_ numbers: inout SeededNumbers) -> Layout {
  let names = ["a", "b", "c"]
  let coherent = 2 + numbers.below(15)
  let regions = [
    region("area", .cma, mib(1024 + 32, 16 + 4 * numbers.below(4)), isDefault: true),
    region("pool", .coherent, mib(1024 + 96, coherent)),
  ]
  let devices = names.map { device($0, pools: numbers.below(3) == 0 ? [] : ["pool"]) }
  let streams = (0..<1 + numbers.below(4)).map { number in
    let buffers = (0..<1 + numbers.below(3)).map { buffer in
      DryRunTests.buffer(
        "\(buffer)",
        1 + numbers.below(1 << (12 + numbers.below(13))),
        1 + numbers.below(6),
        isOptional: numbers.below(8) == 0
      )
    }
    return Stream(
      name: "\(number)",
      device: names[Int(numbers.below(3))],
      start: TimeSpan(microseconds: numbers.below(2) * numbers.below(100_000_000)),
      every: numbers.below(2) == 0 ? nil : seconds(1 + numbers.below(50)),
      holds: numbers.below(2) == 0 ? nil : seconds(1 + numbers.below(50)),
      buffers: buffers
    )
  }
  return layout(
    numbers.below(2) == 0 ? "arm" : "arm64",
    banks: [mib(1024, 128)],
    zones: [LayoutZone(name: "Normal", range: mib(1024, 128))],
    regions,
    devices,
    [
      Workload(
        name: "random",
        lasts: seconds(120),
        streams: streams,
        background: Background(pageCache: .mib(8))
      )
    ]
  )
}

@Test func noRunContradictsAProof() async {
  #if DEBUG
  let boards = 40
  #else
  let boards = 1500
  #endif
  var numbers = SeededNumbers(seed: 4)
  var options = DryRun.Options()
  options.looks = [4]
  var met = 0
  var notMet = 0
  for _ in 0..<boards {
    for verdict in await DryRun.run(randomBoard(&numbers), options: options)
    where verdict.constraint == .count && verdict.basis == .proof && verdict.seeds > 0 {
      if verdict.verdict == .met {
        met += 1
        #expect(verdict.failures == 0)
      } else {
        notMet += 1
        #expect(verdict.failures == verdict.seeds)
      }
    }
  }
  // Both kinds of proof must have had something to say.
  #expect(met > boards / 20)
  #expect(notMet > boards / 20)
}

@Test func aBufferThatDoesNotFitAloneIsNeverThere() async {
  var numbers = SeededNumbers(seed: 5)
  var options = DryRun.Options()
  options.looks = [2]
  var found = 0
  for _ in 0..<40 {
    let verdicts = await DryRun.run(randomBoard(&numbers), options: options)
    for size in verdicts where size.constraint == .size && size.verdict == .notMet {
      found += 1
      #expect(find(verdicts, size.device, .count)?.verdict == .notMet)
    }
  }
  #expect(found > 0)
}

@Test func firstFitFindsTheLowestPlace() {
  var numbers = SeededNumbers(seed: 9)
  for _ in 0..<200 {
    var pool = FirstFitPool(base: 64)
    var taken = [Bool](repeating: false, count: 4096)
    var held: [(start: UInt64, pages: UInt64)] = []
    for _ in 0..<30 {
      if numbers.below(3) == 0, !held.isEmpty {
        let gone = held.remove(at: Int(numbers.below(UInt64(held.count))))
        pool.free(gone.start)
        for page in gone.start..<gone.start + gone.pages { taken[Int(page)] = false }
        continue
      }
      let pages = 1 + numbers.below(40)
      let shift = numbers.below(8)
      var expected = 0
      while (64 + expected) % (1 << Int(shift)) != 0
        || taken[expected..<expected + Int(pages)].contains(true)
      {
        expected += 1
      }
      let start = pool.allocate(pages: pages, alignmentShift: shift)
      #expect(start == UInt64(expected))
      for page in expected..<expected + Int(pages) { taken[page] = true }
      held.append((UInt64(expected), pages))
    }
  }
}
