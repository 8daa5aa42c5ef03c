import Layout
import PhysicalMemory
import Testing

@testable import DryRun

func find(_ verdicts: [DryRun.Verdict], _ device: String, _ constraint: Constraint)
  -> DryRun.Verdict?
{
  verdicts.first { $0.device == device && $0.constraint == constraint }
}

@Test func oneDecoderFitsBesideTheScreen() async throws {
  var options = DryRun.Options()
  options.looks = [1]
  let verdicts = await DryRun.run(kiosk(streams: 1, pins: 0), options: options)
  let count = try #require(find(verdicts, "ve", .count))
  #expect(count.verdict == .met)
  #expect(count.basis == .seeds)
  #expect(find(verdicts, "ve", .size)?.verdict == .met)
  #expect(find(verdicts, "ve", .reach)?.verdict == .met)
  #expect(find(verdicts, "display", .count)?.verdict == .met)
}

@Test func theSecondDecoderFailsOnItsMotionVectors() async throws {
  var options = DryRun.Options()
  options.looks = [1]
  let verdicts = await DryRun.run(kiosk(streams: 2, pins: 0), options: options)
  let counts = verdicts.filter { $0.constraint == .count && $0.verdict == .notMet }
  #expect(!counts.isEmpty)
  let failures = counts.compactMap(\.firstFailure)
  #expect(failures.contains { $0.buffer == "motion-vectors" })
}
