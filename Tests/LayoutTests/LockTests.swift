import PhysicalMemory
import Testing

@testable import Layout

@Suite struct LockTests {
  private static func policy(_ body: String) -> String {
    "dmaplan: 1\nname: sample\nwhy: a test\nmatch: {compatible: \"acme,board\"}\n" + body
  }

  private let free = policy(
    "pools: {a: {kind: coherent, size: 4MiB}, b: {kind: coherent, size: 4MiB}}"
  )

  /// Where the planner would put the pools elsewhere, the lock decides.
  @Test func everyRegionStays() throws {
    let tree = try SampleBoard.tree()
    let fixed = Self.policy(
      """
      pools:
        a: {kind: coherent, size: 4MiB, base: 0x5040_0000}
        b: {kind: coherent, size: 4MiB, base: 0x6000_0000}
      """
    )
    let old = try #require(try SampleBoard.compile(tree, fixed).layout)
    let unlocked = try #require(try SampleBoard.compile(tree, free).layout)
    #expect(unlocked.region(named: "a")?.range != old.region(named: "a")?.range)
    let locked = try SampleBoard.compile(tree, free, LayoutChoice(lock: old))
    #expect(locked.moves == [])
    for name in ["a", "b"] {
      #expect(locked.layout?.region(named: name)?.range == old.region(named: name)?.range)
    }
  }

  /// One that has grown out of its window moves, one that is asked for no more goes, and the
  /// others stay.
  @Test func whatMustMoveSaysWhy() throws {
    let tree = try SampleBoard.tree()
    let before = Self.policy(
      """
      pools:
        a: {kind: coherent, size: 4MiB, base: 0x5fc0_0000}
        b: {kind: coherent, size: 4MiB, base: 0x5f80_0000}
        c: {kind: coherent, size: 4MiB, base: 0x7000_0000}
        d: {kind: coherent, size: 1MiB, base: 0x7800_0000}
      """
    )
    let after = Self.policy(
      """
      pools:
        a: {kind: coherent, size: 8MiB, within: 0x5000_0000..0x6000_0000}
        b: {kind: coherent, size: 4MiB, within: 0x5000_0000..0x6000_0000}
        c: {kind: coherent, size: 4MiB}
        e: {kind: coherent, size: 1MiB, base: 0x7800_0000}
      """
    )
    let old = try #require(try SampleBoard.compile(tree, before).layout)
    let compiled = try SampleBoard.compile(tree, after, LayoutChoice(lock: old))
    let moves = compiled.moves
    #expect(moves.map(\.name) == ["a", "d"])
    #expect(moves[0].reason == "with 8 MiB it would leave its window or the reach of a user")
    #expect(moves[1].to == nil)
    #expect(compiled.layout?.region(named: "b")?.range == old.region(named: "b")?.range)
    #expect(compiled.layout?.region(named: "c")?.range == old.region(named: "c")?.range)
  }
}

@Suite struct SharedLayoutTests {
  private func policy(_ pools: String) -> String {
    """
    dmaplan: 1
    name: sample
    why: a test
    match: {compatible: "acme,board"}
    variants:
      1g: [0x4000_0000..+1GiB]
      2g: [0x4000_0000..+2GiB]
    pools: {\(pools)}
    """
  }

  /// Each variant by itself has its pool at the top of its RAM.
  @Test func oneLayoutForBothVariants() throws {
    let tree = try SampleBoard.tree(SampleBoard.addPool)
    let text = policy("\"linux,cma\": {size: 96MiB}")
    let alone = try SampleBoard.board(tree, text, LayoutChoice(sharesLayout: false))
    #expect(!alone.isShared)
    let shared = try SampleBoard.board(tree, text)
    #expect(shared.isShared)
    let places = shared.variants.map { $0.layout?.region(named: "linux,cma")?.range }
    #expect(places.count == 2 && places[0] == places[1] && places[0] != nil)
    #expect(shared.variants[0].patch == shared.variants[1].patch)
    for variant in shared.variants {
      #expect(variant.variant.memory.contains(try #require(places[0])))
    }
  }

  /// What Linux does anyway is one layout for all, wherever it puts the pool in each.
  @Test func aTreeThatStaysAsItIs() throws {
    let tree = try SampleBoard.tree(SampleBoard.addPool)
    let shared = try SampleBoard.board(tree, policy(""), LayoutChoice(sharesLayout: true))
    #expect(shared.isShared)
    #expect(shared.variants.allSatisfy { $0.patch?.isEmpty == true })
  }

  @Test func aShareOfRAMCannotBeShared() throws {
    let tree = try SampleBoard.tree()
    let text = policy("video: {kind: coherent, size: 10%}")
    let board = try SampleBoard.board(tree, text, LayoutChoice(sharesLayout: true))
    #expect(!board.isShared)
    #expect(board.variants.allSatisfy { $0.layout?.region(named: "video") != nil })
  }
}
