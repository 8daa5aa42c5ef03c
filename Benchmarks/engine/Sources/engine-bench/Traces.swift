import Controls
import PageAllocator

/// Traces (i) to (iv): the same calls to the list buddy and to the engine, one harness.
enum Traces {
  static func compare(
    _ name: String,
    unit: String = "ns",
    _ runs: Int,
    _ pages: UInt64,
    _ body: (UnsafePointer<allocator>) -> Double
  ) throws -> Comparison {
    var comparison = Comparison(name: name, unit: unit)
    var control = list_buddy
    try Adapter.withTable(pages) { table, _ in
      for _ in 0..<runs {
        comparison.control.values.append(body(&control))
        comparison.engine.values.append(body(&table))
      }
    }
    return comparison
  }

  static func run(gib: UInt32, runs: Int, seed: UInt64) throws {
    let pages = gib << 18
    let size = "\(gib) GiB"
    let all = UInt64(pages)
    print(
      try compare("(i) fill, free at random, \(size)", runs, all) { trace_fill($0, pages, seed) }
        .row
    )
    try churn(gib: gib, runs: runs, seed: seed)
    let trace = mixed_trace_make(pages, 80, gib >= 16 ? 12_000_000 : 3_000_000, seed)
    defer { mixed_trace_free(trace) }
    print(
      try compare("(iii) orders 0 to 10 at 80 %, \(size)", runs, all) {
        trace_mixed($0, trace).nanoseconds
      }.row
    )
    print(
      try compare("(iv) order 9 at 50 %, \(size)", runs, all) {
        trace_large($0, pages, 2_000_000, seed)
      }.row
    )
  }

  static func churn(gib: UInt32, runs: Int, seed: UInt64) throws {
    let pages = gib << 18
    for percent: UInt32 in [50, 90] {
      let name = "(ii) free + allocate a page at \(percent) %, \(gib) GiB"
      print(
        try compare(name, runs, UInt64(pages)) {
          trace_churn($0, pages, percent, 4_000_000, seed)
        }.row
      )
    }
  }

  /// Failures of orders 7 to 10 in trace (iii), in percent, by seed.
  static func failures(gib: UInt32, percent: UInt32, seeds: [UInt64]) throws {
    let pages = gib << 18
    for seed in seeds {
      let trace = mixed_trace_make(pages, percent, 3_000_000, seed)
      defer { mixed_trace_free(trace) }
      var control = list_buddy
      let theirs = trace_mixed(&control, trace)
      let mine = try Adapter.withTable(UInt64(pages)) { table, _ in trace_mixed(&table, trace) }
      print("| \(percent) % | \(seed) | \(shares(theirs)) | \(shares(mine)) |")
    }
  }

  private static func shares(_ result: mixed_result) -> String {
    withUnsafeBytes(of: result.tried) { tried in
      withUnsafeBytes(of: result.failed) { failed in
        (7...10).map { order in
          let all = tried.load(fromByteOffset: order * 8, as: UInt64.self)
          let bad = failed.load(fromByteOffset: order * 8, as: UInt64.self)
          return (100 * Double(bad) / Double(Swift.max(all, 1))).rounded(1)
        }.joined(separator: " / ")
      }
    }
  }

  /// Cost of trace (ii) at 50 % within one GiB's worth of live pages, on machines of other sizes.
  static func sizes(_ gibs: [UInt64]) throws {
    for gib in gibs {
      let (nanoseconds, bytes) = try Sizes.measure(gib: gib)
      print("| \(gib) GiB | \(nanoseconds.rounded(1)) | \(bytes.rounded(2)) |")
    }
  }
}
