import Foundation
import Testing

/// What was claimed for CMA in 2011, as experiments on `fixtures/claims/board.dts`.
///
/// Each claim runs the program and says what came out with numbers; docs/claims.md is made of these
/// texts. With `DMAPLAN_RECORD=1` it is written anew; without, a number that is no longer so fails.
@Suite(.serialized, .enabled(if: Command.has("dtc"), "dtc is not installed"))
struct ClaimTests {
  private let scratch: Scratch
  private let board: String

  init() throws {
    scratch = try Scratch()
    board = scratch.path("board.dtb")
    let source = Self.path("board.dts")
    let result = try Command.tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", board, source)
    try #require(result.status == 0, "dtc: \(result.errors)")
  }

  private static func path(_ name: String) -> String {
    Command.root.appending(path: "fixtures/claims/\(name)").path()
  }

  @Test func theClaimsHoldAndTheirNumbersAreThoseOfTheDocument() throws {
    let claims = [
      try uptime(), try reservation(), try shared(), try pins(), try compaction(),
      try exactSize(), try alignment(), try mobility(), try justWorks(),
    ]
    var text = Self.introduction
    for (number, claim) in claims.enumerated() {
      text += "\n## \(number + 1). \(claim.title)\n\n\(claim.facts)\n\n    \(claim.command)\n"
    }
    let document = Command.root.appending(path: "docs/claims.md")
    let written = (try? String(contentsOf: document, encoding: .utf8)) ?? ""
    if ProcessInfo.processInfo.environment["DMAPLAN_RECORD"] == "1" {
      try Data(text.utf8).write(to: document)
    }
    #expect(text == written, "record docs/claims.md anew with DMAPLAN_RECORD=1")
  }

  private static let introduction = """
    # The claims of 2011, as experiments

    CMA was argued for with nine claims. Each is a scenario in `fixtures/claims` on a board with 256 MiB, a camera and a codec (`board.dts`), run with 20 seeds. The
    numbers are written by `Tests/CommandTests/ClaimTests.swift`, which fails when one of them changes or a claim no longer holds.

    """

  private struct Claim {
    let title: String
    let facts: String
    let command: String
  }

  // MARK: Running

  private func json(_ arguments: [String]) throws -> [String: Any] {
    let command = try Command.dmaplan(arguments + ["--format", "json", "--quiet"])
    let isDone = command.status != 2
    try #require(isDone, "\(command.errors)")
    let value = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
    return try #require(value as? [String: Any])
  }

  private func compare(_ policy: String, _ strategies: String...) throws -> [Comparison] {
    let arguments =
      ["compare", board, "--policy", Self.path(policy), "--seeds", "20"]
      + strategies.flatMap { ["--strategy", $0] }
    let list = try json(arguments)["comparisons"] as? [[String: Any]] ?? []
    return list.map(Comparison.init)
  }

  private func stress(_ policy: String) throws -> [[String: Any]] {
    let arguments = ["stress", board, "--policy", Self.path(policy), "--seeds", "20"]
    return try json(arguments)["verdicts"] as? [[String: Any]] ?? []
  }

  /// A row of `compare`.
  private struct Comparison {
    let workload: String
    let strategy: String
    let successes: Int
    let idle: UInt64
    let moved: Int
    let killed: Int
    let failure: [String: Any]?

    init(_ value: [String: Any]) {
      workload = value["workload"] as? String ?? ""
      strategy = value["strategy"] as? String ?? ""
      successes = (value["success"] as? [String: Any])?["successes"] as? Int ?? -1
      idle = Self.bytes(value["idle_bytes"])
      moved = (value["migrated_pages"] as? [String: Any])?["max"] as? Int ?? 0
      killed = (value["system"] as? [String: Any])?["out_of_memory_kills"] as? Int ?? 0
      failure = value["first_failure"] as? [String: Any]
    }

    static func bytes(_ value: Any?) -> UInt64 {
      UInt64(((value as? String) ?? "").dropFirst(2), radix: 16) ?? 0
    }
  }

  private func row(_ rows: [Comparison], _ workload: String, _ strategy: String) throws
    -> Comparison
  {
    try #require(rows.first { $0.workload == workload && $0.strategy == strategy })
  }

  private func mebibytes(_ bytes: UInt64) -> String {
    let tenths = (bytes * 10 + (1 << 19)) >> 20
    return tenths % 10 == 0 ? "\(tenths / 10) MiB" : "\(tenths / 10).\(tenths % 10) MiB"
  }

  // MARK: The claims

  private func uptime() throws -> Claim {
    let rows = try compare("1-uptime.yaml", "buddy", "buddy-compaction")
    let fresh = try row(rows, "fresh", "buddy")
    let block = try row(rows, "evening-block", "buddy")
    let frame = try row(rows, "evening-frame", "buddy-compaction")
    #expect(fresh.successes == 20)
    #expect(block.successes == 0)
    #expect(frame.successes == 0)
    let trace = scratch.path("trace.json")
    _ = try json([
      "stress", board, "--policy", Self.path("1-uptime.yaml"), "--workload", "evening-frame",
      "--seeds", "1", "--trace", trace,
    ])
    let data = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: trace)))
    let events = (data as? [String: Any])?["events"] as? [[String: Any]] ?? []
    let refused = try #require(events.first { $0["event"] as? String == "refused" })
    let free = UInt64(refused["free_pages"] as? Int ?? 0) << 12
    #expect(free > 128 << 20)
    return Claim(
      title: "After some uptime a buddy allocator without help can't give 10 MiB",
      facts: """
        Just booted, 4 MiB (the largest block there is) are served in \(fresh.successes) of 20 runs. After a day of use by processes that have ended since, without \
        compaction, in \(block.successes) of 20. 10 MiB are above the largest block, so they are refused whatever is done (\(frame.successes) of 20 even with compaction), \
        although \(mebibytes(free)) of 256 MiB are free.
        """,
      command: "dmaplan compare board.dtb --policy fixtures/claims/1-uptime.yaml"
    )
  }

  private func reservation() throws -> Claim {
    let rows = try compare("2-reservation.yaml", "bigphysarea", "mem-limit")
    let big = try row(rows, "visitors", "bigphysarea")
    let limit = try row(rows, "visitors", "mem-limit")
    #expect(big.successes == 20 && limit.successes == 20)
    #expect(big.idle > 48 << 20)
    return Claim(
      title: "A boot-time reservation always works, and leaves its memory idle",
      facts: """
        A camera that somebody opens every two hours or so for five minutes takes 20 MiB. With 64 MiB set aside by `bigphysarea` or `mem=` it is served in \
        \(big.successes) and \(limit.successes) of 20 runs; \(mebibytes(big.idle)) of the reservation lie idle on average, for 24 hours a day.
        """,
      command:
        "dmaplan compare board.dtb --policy fixtures/claims/2-reservation.yaml --strategy bigphysarea --strategy mem-limit"
    )
  }

  private func shared() throws -> Claim {
    let rows = try compare("3-shared.yaml", "cma", "bigphysarea")
    let area = try row(rows, "visitors", "cma")
    let big = try row(rows, "visitors", "bigphysarea")
    #expect(area.successes == 20 && area.idle == 0 && area.killed == 0)
    #expect(area.moved > 0)
    #expect(big.successes == 20 && big.killed > 0)
    return Claim(
      title: "CMA serves the same requests with that memory in use",
      facts: """
        The same camera beside processes that need two thirds of RAM: CMA serves it in \(area.successes) of 20 runs out of the same 64 MiB, moves up to \(area.moved) pages for \
        one buffer, and no byte is kept from the rest of the system. With the memory reserved the processes do not fit: \(big.killed) are killed in the 20 runs, none with CMA.
        """,
      command:
        "dmaplan compare board.dtb --policy fixtures/claims/3-shared.yaml --strategy cma --strategy bigphysarea"
    )
  }

  private func pins() throws -> Claim {
    let verdicts = try stress("4-pins.yaml").filter { $0["constraint"] as? String == "count" }
    func failures(_ workload: String) throws -> (failures: Int, retries: Int) {
      let verdict = try #require(verdicts.first { $0["workload"] as? String == workload })
      return (verdict["failures"] as? Int ?? -1, verdict["busy_retries"] as? Int ?? -1)
    }
    let quiet = try failures("quiet")
    let pinned = try failures("pinned")
    #expect(quiet.failures == 0 && quiet.retries == 0)
    #expect(pinned.failures > 0 && pinned.retries > 0)
    let grouped = try Mobility.spoiltBlocks(grouped: true)
    let mixed = try Mobility.spoiltBlocks(grouped: false)
    #expect(grouped.spoilt * 2 < mixed.spoilt)
    return Claim(
      title: "One pinned page spoils a range, and grouping by mobility makes that rare",
      facts: """
        A buffer of 20 MiB from an area of 32 MiB full of anonymous memory: without pins \(quiet.failures) of 20 runs fail; with 40 single pages pinned at a time, in all of RAM, \
        \(pinned.failures) fail, and \(pinned.retries) places were tried that turned out busy. Where the kernel's own pages, which never move, are mixed with movable ones, \
        they spoil \(mixed.spoilt) of \(mixed.all) blocks of 2 MiB; grouped by mobility, the same pages spoil \(grouped.spoilt).
        """,
      command: "dmaplan stress board.dtb --policy fixtures/claims/4-pins.yaml --seeds 20"
    )
  }

  private func compaction() throws -> Claim {
    let rows = try compare("5-compaction.yaml", "buddy", "buddy-compaction")
    let without = try row(rows, "huge-pages", "buddy")
    let huge = try row(rows, "huge-pages", "buddy-compaction")
    let large = try row(rows, "large-buffer", "buddy-compaction")
    let window = try row(rows, "window", "buddy-compaction")
    #expect(without.successes == 0 && huge.successes == 20)
    #expect(large.successes == 0 && window.successes == 0)
    return Claim(
      title: "Compaction serves 2 MiB huge pages, but not 10 MiB, and not buffers in a window",
      facts: """
        After the same day 8 huge pages of 2 MiB are there in \(huge.successes) of 20 runs with compaction (\(huge.moved) pages moved for one at most) and in \(without.successes) without. \
        10 MiB are served in \(large.successes) of 20. For a device that reaches only the first 32 MiB of RAM the same 2 MiB are made anywhere, so \(window.successes) of 20 runs are good.
        """,
      command:
        "dmaplan compare board.dtb --policy fixtures/claims/5-compaction.yaml --strategy buddy --strategy buddy-compaction"
    )
  }

  private func exactSize() throws -> Claim {
    let verdicts = try stress("6-exact-size.yaml")
    func peak(_ pool: String) throws -> UInt64 {
      let pools = verdicts.compactMap { $0["pools"] as? [[String: Any]] }.flatMap(\.self)
      let found = try #require(pools.first { $0["pool"] as? String == pool })
      return Comparison.bytes(found["peak"])
    }
    let exact = try peak("exact")
    let rounded = try peak("rounded")
    #expect(rounded == 32 << 20)
    #expect(exact < 24 << 20)
    return Claim(
      title: "Exact sizes against powers of two",
      facts: """
        Eight frames of 1920x1080 NV12, 3,110,400 bytes each: \(exact) bytes of a CMA area, \(rounded) of a coherent pool, which rounds each to 4 MiB: \
        \(rounded - exact) bytes, \((rounded - exact) * 100 / exact) %, more.
        """,
      command: "dmaplan stress board.dtb --policy fixtures/claims/6-exact-size.yaml --seeds 20"
    )
  }

  private func alignment() throws -> Claim {
    let arguments = ["size", board, "--policy", Self.path("7-alignment.yaml")]
    let pools = try json(arguments)["pools"] as? [[String: Any]] ?? []
    func smallest(_ variant: String) throws -> UInt64 {
      let pool = try #require(pools.first { $0["variant"] as? String == variant })
      return Comparison.bytes(pool["smallest"])
    }
    let relaxed = try smallest("relaxed")
    let bySize = try smallest("by-size")
    #expect(relaxed > 40 << 20 && relaxed < bySize)
    return Claim(
      title: "Relaxed alignment against alignment to the size",
      facts: """
        Eight buffers of 5 MiB: aligned to 1 MiB at most (`CONFIG_CMA_ALIGNMENT=8`) the smallest area that serves 95 % of the runs has \(mebibytes(relaxed)); \
        aligned to the next power of two of their size (12) it needs \(mebibytes(bySize)).
        """,
      command: "dmaplan size board.dtb --policy fixtures/claims/7-alignment.yaml"
    )
  }

  private func mobility() throws -> Claim {
    let answer = try json([
      "replay", board, Self.path("8-mobility.json"), "--linux", "6.1", "--cmdline", "cma=64M",
    ])
    let states = (answer["ops"] as? [[String: Any]] ?? []).filter { $0["op"] as? String == "state" }
    try #require(states.count == 3)
    func area(_ state: [String: Any], _ key: String) -> Int {
      (state["occ"] as? [String: Any])?[key] as? Int ?? -1
    }
    let free = states.map { ($0["free_kb"] as? Int ?? 0) / 1024 }
    let kernel = states.map { area($0, "other") }
    #expect(Set(kernel) == [96])
    #expect(area(states[1], "anon") == 0)
    #expect(area(states[1], "tmpfs") == 0)
    #expect(area(states[2], "anon") > 0)
    return Claim(
      title:
        "Unmovable allocations never land in a CMA area, movable ones only when others are short",
      facts: """
        64 MiB of anonymous memory and 500 small files with \(free[1]) MiB free: \(area(states[1], "anon")) anonymous pages in the area. With \(free[2]) MiB free: \(area(states[2], "anon")). The area's \
        pages that are not movable stay the \(kernel[0]) of the kernel's atomic pools, which it asked the area for.
        """,
      command:
        "dmaplan replay board.dtb fixtures/claims/8-mobility.json --linux 6.1 --cmdline cma=64M"
    )
  }

  private func justWorks() throws -> Claim {
    let verdicts = try stress("9-just-works.yaml").filter { $0["constraint"] as? String == "count" }
    #expect(verdicts.count == 2)
    let standings = verdicts.map { $0["verdict"] as? String ?? "" }
    #expect(standings == ["met", "met"])
    let pools = verdicts.compactMap { $0["pools"] as? [[String: Any]] }.flatMap(\.self)
    #expect(Set(pools.compactMap { $0["pool"] as? String }) == ["default-cma"])
    let requests = verdicts.reduce(0) { $0 + ($1["requests"] as? Int ?? 0) }
    return Claim(
      title: "`dma_alloc_coherent` just works, with no driver aware of CMA",
      facts: """
        With `cma=32M` on the command line and nothing else, no region, no property, both devices get all of their \(requests) buffers in 20 runs out of `default-cma`.
        """,
      command: "dmaplan stress board.dtb --policy fixtures/claims/9-just-works.yaml --seeds 20"
    )
  }
}
