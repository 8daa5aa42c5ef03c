import Diagnostics
import PhysicalMemory
import Testing
import YAML

@testable import Policy

@Suite struct WorkloadPolicyTests {
  private func faults(_ workload: String) -> [String] {
    var reader = LayerReader()
    let text = "dmaplan: 1\nname: a\nworkloads:\n  w:\n" + workload
    reader.read(Array(text.utf8), file: "p.yaml", origin: .user)
    return reader.diagnostics.map(\.message)
  }

  @Test func everyKeyIsTaken() {
    let text = """
          lasts: 12h
          why: text
          phases:
            - {name: boot, for: 30s, background: {boot-noise: 32MiB}}
            - {name: idle, for: 5min}
            - {name: use}
          streams:
            s:
              device: ve
              during: [use]
              at: [10s, 20s]
              every: {exponential: 2min}
              for: {uniform: 30s..5min}
              group: codec
              release: reverse
              mode-change: {every: 20min, keep-old: true}
              buffers:
                - {name: capture, format: 1920x1080 nv12, stride: 64, lines: 16, count: 8}
                - {size: 1MiB, count: 2, align: 64KiB, atomic: true, optional: true, leaks: 1}
          background:
            {page-cache: 60%, dirty: 5%, anonymous: 15%, swap: 1GiB, zram: 512MiB, huge: 10%,
            shared: 32MiB, locked: 16MiB, slab: 3%, unmovable: 5%,
            growth: {unmovable: 1MiB/h, anonymous: 10MiB/h}, churn: 2MiB/s,
            pins: {rate: 4/min, for: 200ms}, long-pins: {size: 64MiB, at: 1min},
            hogs: {size: 200MiB, every: 10min, for: 20s}, boot-noise: 32MiB}
      """
    #expect(faults(text) == [])
  }

  @Test(arguments: [
    ("    streams: {s: {device: a, every: {uniform: 5min..30s}}}", "ends before it starts"),
    ("    streams: {s: {device: a, every: {often: 1s}}}", "has no key `often`"),
    ("    streams: {s: {device: a, release: backwards}}", "is not one of"),
    ("    background: {growth: {churn: 1MiB/h}}", "has no key `churn`"),
    ("    operations: [[alloc, b0]]", "`alloc` takes ID and BYTES"),
    ("    operations: [[burn, b0]]", "`burn` is no operation"),
    ("    operations: [alloc]", "is a single value where an operation"),
    ("    operations: [[anon, 10%]]", "is no fixed size"),
    ("    vary: 200", "a whole number from 0 to 100"),
  ])
  func whatIsRefused(text: String, message: String) {
    let found = faults(text)
    #expect(found.count == 1 && found[0].contains(message), "\(found)")
  }

  @Test func operationsSayWhatTheyWereMadeOf() throws {
    for form in WorkloadOperation.forms {
      let words = [form.name] + form.words.map { _ in "7" }
      #expect(try WorkloadOperation(words: words).words == words)
    }
    #expect(try WorkloadOperation(words: ["alloc", "b", "12MiB"]) == .allocate("b", .mib(12)))
  }

  /// `v4l2_fill_pixfmt`: the chroma plane of NV12 has as many bytes a line as the luma plane.
  @Test(arguments: [
    ("1920x1080 nv12", 0, 0, 3_110_400), ("1920x1080 nv12", 0, 16, 3_133_440),
    ("1910x1080 nv12", 64, 16, 3_133_440), ("100x10 yuyv", 256, 0, 2560),
    ("101x10 raw10p", 0, 0, 1263), ("101x10 raw10p", 1, 0, 1270), ("100x10 p010", 256, 1, 3840),
    ("100x10 xrgb8888", 512, 4, 6144),
  ])
  func picturesHaveStrideAndLines(text: String, stride: UInt64, lines: UInt64, bytes: UInt64) throws
  {
    let size = try PictureFormat.parse(text, stride: stride, lines: lines)
    #expect(size == .bytes(ByteCount(bytes)))
  }

  @Test func timesAreDrawnInThreeWays() {
    func time(_ content: PolicyValue.Content) -> RandomTime? {
      RandomTime(PolicyValue(tree: content, path: "/", property: nil))
    }
    let uniform = PolicyValue.tree("30s..5min", path: "/", property: nil)
    let mean = PolicyValue.tree("2min", path: "/", property: nil)
    #expect(time(.scalar(.init(text: "2min", style: .plain)))?.description == "2min")
    #expect(time(.mapping(["uniform": uniform]))?.description == "{uniform: 30s..5min}")
    #expect(time(.mapping(["exponential": mean]))?.description == "{exponential: 2min}")
    #expect(time(.mapping(["exponential": mean, "uniform": uniform])) == nil)
    #expect(time(.mapping(["uniform": uniform]))?.mean.microseconds == 165_000_000)
  }
}
