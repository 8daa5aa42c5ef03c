import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct WorkloadTimesUnclearTests {
  private func found(_ workload: String) throws -> [Diagnostic] {
    let policy = quirk("devices: {isp: {match: {path: /isp}}}\nworkloads: {still: {\(workload)}}")
    return try findings(try TreeText.board { try $0.node("/isp") }, policy: policy)
  }

  @Test func aPhaseThatThereIsNot() throws {
    let finding = try #require(
      try found("phases: [{name: use}], streams: {one: {device: isp, during: [uss]}}")
        .of("workload-times-unclear").first
    )
    #expect(finding.help == "write `use`")
  }

  @Test func bothForms() throws {
    let stream = "streams: {one: {device: isp, every: {uniform: 1s..2s, exponential: 2s}}}"
    #expect(try found(stream).of("workload-times-unclear").count == 1)
    let one = "streams: {one: {device: isp, every: {uniform: 1s..2s}, for: {exponential: 1s}}}"
    #expect(try found(one).of("workload-times-unclear").isEmpty)
  }
}

@Suite struct BackgroundExceedsRAMTests {
  private func found(_ workload: String) throws -> [Diagnostic] {
    let policy = quirk(
      "devices: {isp: {match: {path: /isp}}}\n"
        + "workloads: {still: {streams: {one: {device: isp}}, \(workload)}}"
    )
    return try findings(try TreeText.board { try $0.node("/isp") }, policy: policy)
      .of("background-exceeds-ram")
  }

  @Test func theSumIsWhatCounts() throws {
    #expect(try found("background: {page-cache: 60%, anonymous: 40%}").isEmpty)
    let over = try found("background: {page-cache: 60%, anonymous: 40%, slab: 4KiB}")
    #expect(over.count == 1)
    #expect(over.first?.message.hasSuffix("of RAM") == true)
  }

  @Test func aPhaseReplacesWhatItStates() throws {
    let phases = "phases: [{name: boot, background: {page-cache: 10%}}, {name: use}]"
    let background = "background: {page-cache: 95%, anonymous: 20%}"
    let found = try found("\(phases), \(background)")
    #expect(found.count == 1)
    #expect(found.first?.message.contains("phase `use`") == true)
  }
}
