import DeviceTree
import Diagnostics
import Formats
import Foundation
import LinuxBoot
import PhysicalMemory
import Testing

/// Every recorded boot, replayed and written as JSON, against what the kernel's own tables said.
@Suite struct BootJSONTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures/oracle")

  /// A set of recorded boots: folder, version, architecture, configuration.
  struct Kernel: Sendable, CustomTestStringConvertible {
    let folder: String
    let version: KernelVersion
    let architecture: Architecture
    let config: String
    var testDescription: String { folder }
  }

  static let kernels = [
    Kernel(
      folder: "cases",
      version: KernelVersion(6, 1),
      architecture: .arm64,
      config: "kernel.config"
    ),
    Kernel(
      folder: "cases-arm",
      version: KernelVersion(6, 1),
      architecture: .arm,
      config: "kernel-arm.config"
    ),
    Kernel(
      folder: "cases-6.12",
      version: KernelVersion(6, 12),
      architecture: .arm64,
      config: "kernel-6.12.config"
    ),
    Kernel(
      folder: "cases-riscv64",
      version: KernelVersion(6, 12),
      architecture: .riscv64,
      config: "kernel-riscv64.config"
    ),
  ]

  @Test(arguments: kernels) func agreesWithEveryRecordedBoot(kernel: Kernel) throws {
    let text = try String(
      contentsOf: Self.folder.appending(path: kernel.config),
      encoding: .utf8
    )
    let target = KernelTarget(
      version: kernel.version,
      architecture: kernel.architecture,
      config: KernelConfig(text: text, version: kernel.version, architecture: kernel.architecture)
    )
    let folder = Self.folder.appending(path: kernel.folder)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
    #expect(names.count > 40)
    for name in names {
      let expected = try object(Data(contentsOf: folder.appending(path: name + "/expected.json")))
      let blob = try Data(contentsOf: folder.appending(path: name + "/merged.dtb"))
      let prediction = try prediction(expected, [UInt8](blob), target)
      let written = try object(Data(BootJSON.value([prediction]).text.utf8))
      #expect(differences(written, expected) == [], "\(kernel.folder)/\(name)")
    }
  }

  private func object(_ data: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func prediction(
    _ expected: [String: Any],
    _ blob: [UInt8],
    _ target: KernelTarget
  ) throws -> BootPrediction {
    let inputs = try #require(expected["inputs"] as? [String: Any])
    func range(_ key: String) -> PhysicalRange? {
      guard let pair = inputs[key] as? [String], pair.count == 2 else { return nil }
      return PhysicalRange(
        start: PhysicalAddress(number(pair[0])),
        saturating: ByteCount(number(pair[1]))
      )
    }
    let line = inputs["bootargs"] as? String ?? ""
    let input = BootInput(
      tree: try DeviceTree(blob: blob),
      target: target,
      commandLine: line,
      objects: BootObjects(
        kernel: range("kernel_image_reserved"),
        initrd: range("initrd"),
        dtb: range("dtb"),
        kernelLoad: PhysicalAddress(number(inputs["kernel_load"] as? String ?? ""))
      )
    )
    return BootPrediction(
      file: "merged.dtb",
      board: "oracle",
      variant: "dtb",
      kernel: target,
      commandLine: line,
      outcome: LinuxBoot.replay(input)
    )
  }

  private func number(_ text: String) -> UInt64 { UInt64(text.dropFirst(2), radix: 16) ?? 0 }

  /// The keys of the document that do not say what the kernel's tables say.
  private func differences(_ written: [String: Any], _ expected: [String: Any]) -> [String] {
    var found: [String] = []
    func compare(_ key: String, as name: String, _ keys: [String]) {
      guard let theirs = expected[name] as? [[String: Any]], !(theirs.isEmpty && key == "zones")
      else { return }
      let mine = written[key] as? [[String: Any]] ?? []
      let pairs = zip(mine, theirs).allSatisfy { mine, theirs in
        keys.allSatisfy { key in
          guard let value = theirs[key], !(value is NSNull) else { return true }
          return "\(mine[key] ?? "")" == "\(value)"
        }
      }
      if mine.count != theirs.count || !pairs { found.append(key) }
    }
    compare("memory", as: "memory", ["base", "size"])
    compare("nomap", as: "nomap", ["base", "size"])
    compare("regions", as: "reserved_mem_table", ["node", "base", "size", "kept", "is_cma"])
    compare("cma", as: "cma", ["name", "base", "size", "active", "default"])
    compare("zones", as: "zones", ["node", "zone", "start", "spanned"])
    let areas = expected["cma"] as? [[String: Any]] ?? []
    if areas.allSatisfy({ $0["default"] is Bool }), expected["cma"] is [Any] {
      let mine = (written["default_cma"] as? [String: Any])?["base"] as? String
      let theirs = (expected["default_cma"] as? [String: Any])?["base"] as? String
      if mine != theirs { found.append("default_cma") }
    }
    return found
  }

  @Test func severalBootsStandInAList() throws {
    let blob = try Data(
      contentsOf: Self.folder.appending(path: "cases/dyn-order-4/merged.dtb")
    )
    let tree = try DeviceTree(blob: [UInt8](blob))
    let predictions = [KernelVersion(6, 1), KernelVersion(6, 12)].map { version in
      let target = KernelTarget(version: version, architecture: .arm64)
      return BootPrediction(
        file: "x.dtb",
        board: "x",
        variant: "dtb",
        kernel: target,
        commandLine: "",
        outcome: LinuxBoot.replay(BootInput(tree: tree, target: target))
      )
    }
    let changes = BootChanges.findings(predictions)
    #expect(Set(changes.map(\.rule)) == ["boot-changes-with-version"])
    #expect(changes.contains { $0.message.contains("region `d`") })
    let document = try object(Data(BootJSON.value(predictions, changes: changes).text.utf8))
    #expect(document["schema"] as? String == "dmaplan-boot/1")
    let boots = try #require(document["boots"] as? [[String: Any]])
    #expect(boots.map { $0["linux"] as? String } == ["6.1", "6.12"])
    #expect((document["findings"] as? [Any])?.count == changes.count)
    #expect(BootChanges.findings([predictions[0], predictions[0]]).isEmpty)
  }
}
