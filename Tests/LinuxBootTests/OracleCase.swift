import DeviceTree
import Foundation
import LinuxBoot
import PhysicalMemory
import Testing

/// A recorded boot: what the kernel got and what its own tables said afterwards.
struct OracleCase: Sendable, CustomTestStringConvertible {
  let set: KernelSet
  let name: String
  var testDescription: String { name }

  /// The kernels that were booted.
  enum KernelSet: String, CaseIterable, Sendable {
    case arm64 = "cases"
    case arm = "cases-arm"
    case arm64v612 = "cases-6.12"
    case riscv64 = "cases-riscv64"

    var target: KernelTarget {
      let (version, architecture, file): (KernelVersion, Architecture, String) =
        switch self {
        case .arm64: (KernelVersion(6, 1), .arm64, "kernel.config")
        case .arm: (KernelVersion(6, 1), .arm, "kernel-arm.config")
        case .arm64v612: (KernelVersion(6, 12), .arm64, "kernel-6.12.config")
        case .riscv64: (KernelVersion(6, 12), .riscv64, "kernel-riscv64.config")
        }
      let bytes = (try? Data(contentsOf: OracleCase.folder.appending(path: file))) ?? Data()
      let config = KernelConfig(
        text: String(decoding: bytes, as: UTF8.self),
        version: version,
        architecture: architecture
      )
      return KernelTarget(version: version, architecture: architecture, config: config)
    }

    var cases: [OracleCase] {
      let path = OracleCase.folder.appending(path: rawValue).path
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      return names.sorted().map { OracleCase(set: self, name: $0) }
    }
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures/oracle")

  private func data(_ file: String) throws -> Data {
    try Data(
      contentsOf: Self.folder.appending(path: set.rawValue).appending(path: name)
        .appending(path: file)
    )
  }

  func blob() throws -> [UInt8] { [UInt8](try data("merged.dtb")) }

  func expected() throws -> Expected {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Expected.self, from: data("expected.json"))
  }

  func input(_ expected: Expected) throws -> BootInput {
    let tree = try DeviceTree(blob: blob())
    let inputs = expected.inputs
    return BootInput(
      tree: tree,
      target: set.target,
      commandLine: inputs.bootargs,
      objects: BootObjects(
        kernel: inputs.kernelImageReserved.flatMap(range),
        initrd: inputs.initrd.flatMap(range),
        dtb: inputs.dtb.flatMap(range),
        kernelLoad: PhysicalAddress(number(inputs.kernelLoad))
      )
    )
  }
}

/// What `expected.json` holds, as far as it is compared.
struct Expected: Decodable {
  struct Piece: Decodable {
    let base: String
    let size: String
    var range: PhysicalRange {
      PhysicalRange(start: PhysicalAddress(number(base)), saturating: ByteCount(number(size)))
    }
  }
  struct Region: Decodable {
    let node: String
    let base: String
    let size: String
    let isCma: Bool
    let kept: Bool
  }
  struct Area: Decodable {
    let name: String
    let base: String
    let size: String
    let active: Bool?
    let `default`: Bool?
  }
  struct Zone: Decodable {
    let node: Int
    let zone: String
    let start: String
    let spanned: String
  }
  struct Inputs: Decodable {
    let kernelLoad: String
    let kernelImageReserved: [String]?
    let initrd: [String]?
    let dtb: [String]?
    let bootargs: String
  }
  let booted: Bool
  let memory: [Piece]
  let nomap: [Piece]
  let reservedBootmemInit: [Piece]
  let reservedMemTable: [Region]?
  let cma: [Area]?
  let defaultCma: Area?
  let zones: [Zone]
  let messages: [String]
  let inputs: Inputs
}

func number(_ text: String) -> UInt64 { UInt64(text.dropFirst(2), radix: 16) ?? 0 }

func range(_ pair: [String]) -> PhysicalRange? {
  guard pair.count == 2 else { return nil }
  return PhysicalRange(
    start: PhysicalAddress(number(pair[0])),
    saturating: ByteCount(number(pair[1]))
  )
}
