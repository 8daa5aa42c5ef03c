import Foundation
import Testing

@Suite struct BootCommandTests {
  private static let oracle = Command.root.appending(path: "fixtures/oracle")

  private func tree(_ name: String) -> String {
    Self.oracle.appending(path: "cases/\(name)/merged.dtb").path()
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// A part of the recorded boots through the options that name what a boot depends on; all of them
  /// are compared in process.
  @Test(arguments: [
    ("cases", "6.1", "kernel.config"), ("cases-arm", "6.1", "kernel-arm.config"),
    ("cases-6.12", "6.12", "kernel-6.12.config"),
    ("cases-riscv64", "6.12", "kernel-riscv64.config"),
  ])
  func optionsGiveTheRecordedBoot(set: String, version: String, config: String) throws {
    let folder = Self.oracle.appending(path: set)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
    for name in names.enumerated().filter({ $0.offset % 23 == 0 }).map(\.element) {
      let url = folder.appending(path: name)
      let expected = try object(
        String(contentsOf: url.appending(path: "expected.json"), encoding: .utf8)
      )
      let inputs = try #require(expected["inputs"] as? [String: Any])
      var arguments = [
        "boot", url.appending(path: "merged.dtb").path(), "--format", "json", "--no-builtin",
        "--linux", version, "--kernel-config", Self.oracle.appending(path: config).path(),
        "--cmdline", inputs["bootargs"] as? String ?? "",
        "--boot-object", "kernel-load=\(inputs["kernel_load"] as? String ?? "")",
      ]
      for (key, word) in [
        ("kernel_image_reserved", "kernel"), ("initrd", "initrd"), ("dtb", "dtb"),
      ] {
        guard let pair = inputs[key] as? [String], pair.count == 2 else { continue }
        arguments += ["--boot-object", "\(word)=\(pair[0])+\(pair[1])"]
      }
      let result = try Command.dmaplan(arguments)
      let document = try object(result.output)
      #expect(result.status == (document["panic"] == nil ? 0 : 1), "\(name)")
      #expect(document["schema"] as? String == "dmaplan-boot/1")
      #expect((document["assumes"] as? [String]) == [], "\(name)")
      for key in ["memory", "nomap"] {
        #expect(
          document[key] as? [[String: String]] == expected[key] as? [[String: String]],
          "\(name): \(key)"
        )
      }
      let mine = (document["default_cma"] as? [String: Any])?["base"] as? String
      if let area = expected["default_cma"] as? [String: Any] {
        #expect(mine == area["base"] as? String, "\(name)")
      }
    }
  }

  @Test func peopleGetTheMapInOrder() throws {
    let result = try Command.dmaplan(
      "boot",
      tree("dyn-order-mixed"),
      "--linux",
      "6.1",
      "--no-builtin",
      "--kernel-config",
      Self.oracle.appending(path: "kernel.config").path()
    )
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    let titles = [
      "Memory\n", "Reserved regions, in the order", "d: reserved, placed by the kernel",
      "CMA areas",
      "the default area", "Zones", "The kernel says", "Assumed", "kernel: ", "How sure", "exact: ",
    ]
    var rest = result.output[...]
    for title in titles {
      let found = try #require(rest.range(of: title), "\(title) is not where it should be")
      rest = rest[found.upperBound...]
    }
  }

  @Test func aDeadBootIsAnErrorWithItsReason() throws {
    let result = try Command.dmaplan(
      "boot",
      tree("cma-two-overlap"),
      "--linux",
      "6.1",
      "--format",
      "json"
    )
    #expect(result.status == 1)
    #expect(result.errors.contains("error[boot-panics]: Linux 6.1 dies at boot"))
    let document = try object(result.output)
    #expect((document["panic"] as? String)?.contains("share") == true)
    #expect((document["regions"] as? [Any])?.count == 2)
  }

  @Test func versionsAreCompared() throws {
    let arguments = ["boot", tree("dyn-order-4"), "--linux", "6.1,6.12", "--no-builtin"]
    let result = try Command.dmaplan(arguments)
    #expect(result.status == 0)
    #expect(result.output.contains("warning[boot-changes-with-version]: region `a`"))
    #expect(result.output.contains("= note: 6.1: 0x5f"))
    #expect(try Command.dmaplan(arguments + ["--fail-on", "warning"]).status == 1)
    let same = try Command.dmaplan("boot", tree("none-ram-512m"), "--linux", "6.1,6.1.50")
    #expect(!same.output.contains("boot-changes-with-version"))
  }

  @Test func aVersionThatIsNotModelledIsNamed() throws {
    let result = try Command.dmaplan("boot", tree("dyn-order-4"), "--linux", "6.6")
    #expect(result.status == 0)
    #expect(
      result.errors == "warning: Linux 6.6 is not modelled; the rules of the nearest version, 6.1, "
        + "are used\n"
    )
    #expect(result.output.contains("Linux 6.6 is not modelled"))
    #expect(!result.output.contains("exact"))
  }

  @Test func everyVariantIsShown() throws {
    let scratch = try Scratch()
    let blob = try Trees.fixture("raspberrypi-4", in: scratch)
    let all = try object(try Command.dmaplan("boot", blob, "--format", "json").output)
    let boots = try #require(all["boots"] as? [[String: Any]])
    #expect(boots.map { $0["variant"] as? String } == ["1g", "2g", "4g", "8g"])
    let one = try object(
      try Command.dmaplan("boot", blob, "--variant", "2g", "--format", "json").output
    )
    #expect(one["variant"] as? String == "2g")
    #expect((one["memory"] as? [Any])?.count == 2)
    #expect(try Command.dmaplan("boot", blob, "--variant", "3g").status == 2)
  }

  @Test func withoutRAMItSaysHowToStateIt() throws {
    let scratch = try Scratch()
    let blob = try Trees.fixture("raspberrypi-4", in: scratch)
    let result = try Command.dmaplan("boot", blob, "--no-builtin")
    #expect(result.status == 1)
    #expect(result.errors.contains("no RAM is described"))
    #expect(result.errors.contains("--ram"))
    #expect(try Command.dmaplan("boot", blob, "--no-builtin", "--ram", "0..+1GiB").status == 0)
  }

  @Test(arguments: [
    ["boot"], ["boot", "x.dtb", "--linux", "6.1,"], ["boot", "x.dtb", "--linux", "6.1,six"],
    ["boot", "/nowhere.dtb"], ["check", "/nowhere.dtb", "--linux", "6.1,6.12"],
    ["boot", "x.dtb", "--format", "sarif"], ["verify", "x.dtb"],
    ["verify", "x.dtb", "--log", "/nowhere"], ["map", "/nowhere.dtb"],
    ["map", "x.dtb", "--scale", "cubic"],
  ])
  func whatCanNotBeDoneExitsWith2(arguments: [String]) throws {
    let result = try Command.dmaplan(arguments)
    #expect(result.status == 2)
    #expect(!result.errors.isEmpty)
    #expect(result.output.isEmpty)
  }
}
