import Controls
import PageAllocator
import PhysicalMemory

// Prints the tables of docs/performance.md between its markers. `quick` leaves out what takes long;
// names of parts (traces1, churn, traces16, evacuation, search, sizes, failures) print only these. What
// follows `--` is the command whose dry-run is measured: the program, `stress`, a board and options.
let all = CommandLine.arguments.dropFirst()
let arguments = all.prefix { $0 != "--" }
let command = Array(all.dropFirst(arguments.count + 1))
let isQuick = arguments.contains("quick")
let parts = arguments.filter { $0 != "quick" }
let runs = isQuick ? 3 : 7
let seed: UInt64 = 1_234_567_891_234_567

func isWanted(_ part: String) -> Bool { parts.isEmpty || parts.contains(part) }

print(Comparison.header)
for gib: UInt32 in [1, 16] where isWanted("traces\(gib)") {
  try Traces.run(gib: gib, runs: runs, seed: seed)
}
if parts.contains("churn") { try Traces.churn(gib: 1, runs: runs, seed: seed) }
if isWanted("evacuation") { print(try Evacuation.compare(isQuick ? 9 : 25).row) }
if isWanted("dryrun"), !command.isEmpty {
  print(try DryRun.compare(command, runs: runs, seed: seed).row)
}
for percent in [50, 80, 95] where isWanted("search") {
  print(Search.compare(percent: percent, searches: isQuick ? 500 : 4000).row)
}

if isWanted("sizes") {
  print("\n| RAM | ns a pair | bytes a page |\n|---|---|---|")
  try Traces.sizes(isQuick ? [1, 16] : [1, 16, 128, 1024])
  let bytes = try Sizes.fragmented(gib: 1).rounded(2)
  print(
    "\nWith every other page free, which makes the lists as long as they get: \(bytes) bytes a page."
  )
}

if isWanted("failures") {
  print("\n| level | seed | list buddy, orders 7 / 8 / 9 / 10 | engine |\n|---|---|---|---|")
  for percent: UInt32 in [80, 95] {
    try Traces.failures(gib: 1, percent: percent, seeds: isQuick ? [1] : [1, 2, 3, 4, 5])
  }
}
