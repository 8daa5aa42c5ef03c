import Foundation
import Testing

/// The same bytes from any number of jobs, in any locale and time zone, from any folder order, and
/// from a debug build.
@Suite struct DeterminismTests {
  private static let commands = [
    "check trees --format json", "check trees", "check trees --format sarif",
    "boot trees/allwinner-a20.dtb --variant 1g --format json",
    "map trees/imx8mm.dtb --variant 2g --format svg", "explain trees/exynos4412.dtb --variant 1g",
    "init trees/exynos4412.dtb",
    "compile trees/exynos4412.dtb --variant 1g --no-report -q -o out && cat out/*",
    "stress trees --seeds 2 --workload usb --format json",
  ]

  /// A folder of trees, which were put there in this order.
  private func place(_ names: [String] = ["allwinner-a20", "exynos4412", "imx8mm"]) throws
    -> Scratch
  {
    let scratch = try Scratch()
    let folder = scratch.url.appending(path: "trees")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    for name in names {
      let tree = try Trees.fixture(name, in: scratch)
      try FileManager.default.moveItem(
        atPath: tree,
        toPath: folder.appending(path: name + ".dtb").path()
      )
    }
    return scratch
  }

  private func output(
    of command: String,
    with environment: String = "env",
    jobs: Int = 1,
    program: URL = Command.binary,
    in scratch: Scratch
  ) throws -> String {
    let parts = command.split(separator: "&&", maxSplits: 1)
    let tail = parts.count > 1 ? "; \(parts[1])" : ""
    let line = """
      cd '\(scratch.url.path())' && \(environment) '\(program.path())' \(parts[0]) --jobs \(jobs)\(tail)
      """
    let result = try Command.tool("bash", "-c", line)
    #expect(!result.output.isEmpty, "\(command): \(result.errors)")
    return result.output
  }

  @Test(arguments: commands) func jobsLocalesZonesAndOrders(command: String) throws {
    let scratch = try place()
    let expected = try output(of: command, in: scratch)
    #expect(try output(of: command, jobs: 2, in: scratch) == expected, "two jobs")
    #expect(try output(of: command, jobs: 7, in: scratch) == expected, "seven jobs")
    for environment in [
      "LC_ALL=C TZ=UTC", "LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 TZ=Pacific/Kiritimati",
      "LANG=de_DE TZ=America/St_Johns HOME=/nowhere TERM=dumb COLUMNS=132",
    ] {
      #expect(
        try output(of: command, with: "env " + environment, in: scratch) == expected,
        "\(environment)"
      )
    }
    #expect(try output(of: command, with: "env -i", in: scratch) == expected, "no environment")
    let other = try place(["imx8mm", "exynos4412", "allwinner-a20"])
    #expect(
      try output(of: command, jobs: 2, in: other) == expected,
      "another folder, made in another order"
    )
  }

  /// The program that was built beside these tests, without optimisation.
  private static let debug = Bundle.main.executableURL?.deletingLastPathComponent().appending(
    path: "dmaplan"
  )

  private static let haveBoth =
    debug.map {
      FileManager.default.isExecutableFile(atPath: $0.path()) && $0.path() != Command.binary.path()
    } ?? false

  @Test(.enabled(if: haveBoth, "there is one build only"), arguments: commands)
  func debugAndRelease(command: String) throws {
    let scratch = try place(["exynos4412", "imx8mm", "allwinner-a20"])
    let debug = try #require(Self.debug)
    // In a debug build the engine is 50 times slower: one seed will do.
    let command = command.replacing(
      "stress trees --seeds 2",
      with: "stress trees/exynos4412.dtb --variant 1g --seeds 1"
    )
    let expected = try output(of: command, in: scratch)
    #expect(try output(of: command, program: debug, in: scratch) == expected)
  }
}
