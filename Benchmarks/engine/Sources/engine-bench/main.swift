import Controls
import PageAllocator
import PhysicalMemory

// Prints the tables of docs/performance.md between its markers. `quick` leaves out what takes long.
let isQuick = CommandLine.arguments.contains("quick")
let runs = isQuick ? 3 : 7
let seed: UInt64 = 1_234_567_891_234_567

print(Comparison.header)
for gib: UInt32 in [1, 16] { try Traces.run(gib: gib, runs: runs, seed: seed) }
print(try Evacuation.compare(isQuick ? 9 : 25).row)
for percent in [50, 80, 95] {
  print(Search.compare(percent: percent, searches: isQuick ? 500 : 4000).row)
}

print("\n| RAM | ns a pair | bytes a page |\n|---|---|---|")
try Traces.sizes(isQuick ? [1, 16] : [1, 16, 128, 1024])

let fragmented = try Sizes.fragmented(gib: 1)
print(
  "\nWith every other page free, which makes the lists as long as they get: \(fragmented.rounded(2)) bytes a page."
)

print("\n| level | seed | list buddy, orders 7 / 8 / 9 / 10 | engine |\n|---|---|---|---|")
for percent: UInt32 in [80, 95] {
  try Traces.failures(gib: 1, percent: percent, seeds: isQuick ? [1] : [1, 2, 3, 4, 5])
}
