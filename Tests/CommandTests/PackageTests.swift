import Foundation
import Testing

/// The files of `make install` and `make deb`.
///
/// `make deb-test` goes on from here: there apt installs the package into a new system.
@Suite(
  .enabled(
    if: ProcessInfo.processInfo.environment["DMAPLAN_BINARY"] != nil && !Command.isInstrumented
      && Command.has("python3") && Command.has("dpkg-shlibdeps"),
    "there is no release binary of users, or no python3 or dpkg-dev"
  )
)
struct PackageTests {
  private static func script(_ name: String) -> String {
    Command.root.appending(path: "Scripts/\(name)").path()
  }

  @Test func uninstallLeavesNothing() throws {
    let run = try Command.tool(Self.script("test-install"), Command.binary.path())
    #expect(run.status == 0, "\(run.errors)\(run.output)")
  }

  @Test func packageIsTheSameFromTwoRunsAndLintianFindsNothing() throws {
    let scratch = try Scratch()
    var packages: [Data] = []
    for folder in ["one", "two"] {
      let run = try Command.tool(
        Self.script("deb"),
        Command.binary.path(),
        scratch.url.appending(path: folder).path()
      )
      try #require(run.status == 0, "\(run.errors)")
      let path = run.output.trimmingCharacters(in: .whitespacesAndNewlines)
      packages.append(try Data(contentsOf: URL(filePath: path)))
      guard folder == "one" else { continue }
      let version = try Command.dmaplan("--version").output
        .trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(path.contains("/dmaplan_\(version)-1_"))
      let depends = try Command.tool("dpkg-deb", "--field", path, "Depends").output
      for library in ["libc6 ", "libfdt1 ", "libyaml-0-2", "zlib1g "] {
        #expect(depends.contains(library), "\(depends)")
      }
      guard Command.has("lintian") else { continue }
      let opinion = try Command.tool(
        "lintian",
        ["--fail-on", "error,warning", "--allow-root", path]
      )
      #expect(opinion.status == 0, "\(opinion.output)")
    }
    #expect(packages[0] == packages[1])
  }
}
