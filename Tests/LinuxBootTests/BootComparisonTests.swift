import DeviceTree
import Foundation
import LinuxBoot
import PhysicalMemory
import Testing

/// Recorded boots held against the prediction for their own tree and for others.
struct BootComparisonTests {
  private func compare(
    tree: String,
    log: String,
    set: OracleCase.KernelSet = .arm64,
    change: (inout BootInput) -> Void = { _ in }
  ) throws -> BootComparison {
    try compare(tree: tree, text: BootLogTests.text(log), set: set, change: change)
  }

  private func compare(
    tree: String,
    text: String,
    set: OracleCase.KernelSet = .arm64,
    change: (inout BootInput) -> Void = { _ in }
  ) throws -> BootComparison {
    let blob = try OracleCase(set: set, name: tree).blob()
    var input = BootInput(tree: try DeviceTree(blob: blob), target: set.target)
    change(&input)
    return BootComparison(
      BootLog(bytes: Array(text.utf8)),
      input,
      isVersionStated: true,
      isConfigStated: true
    )
  }

  private static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(atPath: BootLogTests.folder.path)
    return (files ?? []).filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }()

  @Test func theLogsAreThere() { #expect(Self.names.count == 13) }

  @Test(arguments: names) func aBootAgreesWithItsOwnTree(name: String) throws {
    let comparison = try compare(tree: name, log: name)
    #expect(comparison.differences == [])
    #expect(comparison.log.ram != nil)
  }

  @Test func anotherVersionIsSaid() throws {
    let comparison = try compare(tree: "dyn-order-4", log: "dyn-order-4") {
      $0.target.version = KernelVersion(6, 12)
    }
    #expect(
      comparison.differences == [.otherKernel(stated: KernelVersion(6, 12), log: "6.1.0-56-arm64")]
    )
  }

  @Test func anotherBoardIsSaidAlone() throws {
    let comparison = try compare(tree: "none-ram-512m", log: "versal-none")
    #expect(
      comparison.differences == [
        .otherBoard(tree: "dmaplan oracle", log: "Xilinx Versal Virtual development board")
      ]
    )
  }

  @Test func aCommandLineExplainsWhatFollows() throws {
    let cma = try compare(tree: "none-ram-512m", log: "cma-64m")
    #expect(cma.differences == [.commandLine(inLog: ["cma=64M"], stated: [], beaten: [])])
    let stated = try compare(tree: "none-ram-512m", log: "none-ram-512m") {
      $0.commandLine = "console=ttyS0 mem=256M"
    }
    #expect(stated.differences == [.commandLine(inLog: [], stated: ["mem=256M"], beaten: [])])
    let won = try compare(tree: "cma-0-dt-default", log: "cma-0-dt-default") {
      $0.commandLine = "quiet"
    }
    #expect(won.differences == [.commandLine(inLog: ["cma=0"], stated: [], beaten: ["cma"])])
  }

  @Test func otherMemoryExplainsWhatFollows() throws {
    let comparison = try compare(tree: "none-ram-512m", log: "none-ram-512m") {
      $0.ram = [
        PhysicalRange(start: PhysicalAddress(0x4000_0000), end: PhysicalAddress(0x8000_0000))
      ]
    }
    let extra = PhysicalRange(
      start: PhysicalAddress(0x6000_0000),
      end: PhysicalAddress(0x8000_0000)
    )
    #expect(comparison.differences == [.memory(missing: RegionSet([extra]), extra: RegionSet())])
  }

  @Test func aPlainRegionThatTheTreeLacks() throws {
    let comparison = try compare(tree: "none-ram-512m", log: "static-nomap")
    let range = PhysicalRange(
      start: PhysicalAddress(0x5000_0000),
      end: PhysicalAddress(0x5040_0000)
    )
    #expect(
      comparison.differences.contains(.unexpectedReservation(RegionSet([range]), caller: nil))
    )
  }

  @Test func regionsThatTheLogDoesNotKnow() throws {
    let comparison = try compare(tree: "cma-static-default", log: "none-ram-512m")
    let causes = comparison.differences.compactMap { difference -> String? in
      guard case .region(let region) = difference else { return nil }
      return "\(region.name): \(region.cause)"
    }
    #expect(causes.contains("cma@50000000: notInLog"))
  }

  @Test func placesWithoutMessagesAreCompared() throws {
    // 6.1 says nothing of plain regions; only the lines of memblock do.
    let comparison = try compare(tree: "none-ram-512m", log: "dyn-order-4")
    let placed = comparison.differences.compactMap { difference -> Int? in
      if case .unexpectedPlacement(let ranges) = difference { ranges.count } else { nil }
    }
    #expect(placed == [4])
  }

  @Test func aLogThatBeginsLateIsNotHeldAgainstTheTree() throws {
    let late = try BootLogTests.text("cma-static-default").split(separator: "\n")
      .drop { !$0.contains("Zone ranges") }
    let comparison = try compare(tree: "cma-static-default", text: late.joined(separator: "\n"))
    #expect(comparison.differences == [])
  }

  @Test func aDefaultAreaOfAnotherBuildIsANote() throws {
    let blob = try OracleCase(set: .arm64, name: "none-ram-512m").blob()
    var input = BootInput(
      tree: try DeviceTree(blob: blob),
      target: OracleCase.KernelSet.arm64.target
    )
    input.target.config.defaultAreaSize = .bytes(.mib(32))
    let log = BootLog(bytes: Array(try BootLogTests.text("none-ram-512m").utf8))
    let comparison = BootComparison(log, input, isVersionStated: true, isConfigStated: false)
    #expect(comparison.differences == [.assumedDefaultSize(.mib(32), log: .mib(64))])
    #expect(comparison.agrees)
  }

  /// All consoles of the oracle, where they are: unpacked as NAME.txt in the folder that
  /// DMAPLAN_ORACLE_LOGS names.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["DMAPLAN_ORACLE_LOGS"] != nil))
  func everyConsoleAgrees() throws {
    let folder = ProcessInfo.processInfo.environment["DMAPLAN_ORACLE_LOGS"] ?? ""
    for oracle in OracleCase.KernelSet.arm64.cases {
      let url = URL(filePath: folder).appending(path: oracle.name + ".txt")
      let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
      #expect(try compare(tree: oracle.name, text: text).differences == [], "\(oracle.name)")
    }
  }
}
