import PhysicalMemory
import Testing

@testable import Formats
@testable import LinuxBoot

/// What became of a region, in the words of `boot`.
struct RegionOutcomeTests {
  private static let range = PhysicalRange(
    start: PhysicalAddress(0x4000_0000),
    saturating: .mib(2)
  )

  private static func occupants(_ owners: Occupant.Owner...) -> [Occupant] {
    owners.map { Occupant(owner: $0, range: range) }
  }

  private static func failure(_ free: PhysicalRange?) -> PlacementFailure {
    PlacementFailure(
      size: .mib(8),
      alignment: .mib(2),
      tried: [],
      largestFree: free,
      neighbours: []
    )
  }

  @Test(arguments: [
    (RegionOutcome.placed, "placed", nil),
    (.notPlaced(failure(nil)), "not-placed", "no place for 8 MiB"),
    (
      .notPlaced(failure(range)), "not-placed",
      "no place for 8 MiB; the largest free run is 2 MiB"
    ),
    (
      .refusedNoMap(by: []), "refused-no-map",
      "no-map refused, stays mapped: part of it is reserved"
    ),
    (
      .refusedNoMap(by: occupants(.kernel, .initrd)), "refused-no-map",
      "no-map refused, stays mapped: shared with the kernel's image and the initial RAM disk"
    ),
    (
      .refusedNoMap(by: occupants(.node("/a"), .firmware, .deviceTree)), "refused-no-map",
      "no-map refused, stays mapped: shared with /a and 2 more"
    ),
    (
      .refusedNoMap(by: occupants(.memoryReservation)), "refused-no-map",
      "no-map refused, stays mapped: shared with a /memreserve/ entry"
    ),
    (
      .refusedNoMap(by: occupants(.pageDirectory, .coreHeader)), "refused-no-map",
      "no-map refused, stays mapped: shared with the first page directory and the crash headers"
    ),
    (
      .freed(.misaligned(granule: Alignment(shift: 22))), "freed",
      "not a multiple of the CMA granule 4 MiB: its memory was given back"
    ),
    (
      .freed(.noSlot(slots: 8)), "freed",
      "all 8 CMA slots are taken: its memory was given back"
    ),
    (
      .freed(.noCMA), "freed",
      "the kernel has no CMA for devices: its memory was given back"
    ),
    (
      .freed(.needsNoMap), "freed",
      "a pool needs `no-map` or `reusable` on 32-bit Arm: its memory was given back"
    ),
    (
      .freed(.restrictedWithFlags), "freed",
      "a restricted pool has no `reusable`, `no-map` or default: its memory was given back"
    ),
    (
      .freed(.invalidRange), "freed",
      "CMA does not take the range: its memory was given back"
    ),
    (
      .lost(.reusableNoMap), "lost",
      "`reusable` and `no-map` exclude each other: reserved, but of no use"
    ),
    (
      .lostBeyondTable, "lost-beyond-table",
      "reserved, but the table of 64 regions was full"
    ),
    (
      .skippedBeyondTable, "skipped-beyond-table",
      "dropped: the table of 64 regions was full"
    ),
    (
      .malformed(property: "reg"), "malformed",
      "`reg` has the wrong length: ignored"
    ),
    (.emptyReg, "empty-reg", "`reg` has size 0: nothing is reserved"),
    (.zeroSize, "zero-size", "`size` is 0: nothing is reserved"),
    (.arrayFull, "array-full", "memblock's array was full"),
  ])
  func inWords(outcome: RegionOutcome, word: String, trouble: String?) {
    #expect(outcome.word == word)
    #expect(outcome.trouble == trouble)
  }
}
