import DeviceTree
import Foundation
import LinuxBoot
import PhysicalMemory
import TestSupport
import Testing

/// Trees, command lines and configurations that nobody meant: the replay must come to an end.
struct HostileInputTests {
  #if DEBUG
  private static let rounds = 2
  #else
  private static let rounds = 200
  #endif

  /// Changes cells of a blob's structure without breaking it: numbers become extreme ones.
  private func mutate(_ blob: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var blob = blob
    let structure =
      Int(UInt32(blob[8]) << 24 | UInt32(blob[9]) << 16 | UInt32(blob[10]) << 8)
      + Int(blob[11])
    let extremes: [UInt8] = [0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x10]
    for _ in 0..<Int.random(in: 1...24, using: &random) {
      let index = Int.random(in: structure..<blob.count, using: &random)
      let value = extremes.randomElement(using: &random) ?? 0
      let length = Int.random(in: 1...8, using: &random)
      for offset in index..<min(index + length, blob.count) { blob[offset] = value }
    }
    return blob
  }

  private static let words = [
    "cma=", "cma=0xffffffffffffffff", "cma=64M@0xffffffffffffffff", "cma=1G@1-2", "mem=0",
    "mem=16E", "mem=1M@0xfffffffffffff000", "mem=0xffffffffffffffff@1", "crashkernel=0-:16E@1",
    "crashkernel=18446744073709551615", "crashkernel=64M,high", "hugetlb_cma=0xffffffffffffffff",
    "hugetlb_cma=0:1G,15:3G", "cma_pernuma=16E", "vmalloc=0xffffffffffffffff", "movablecore=99%",
    "kernelcore=1", "swiotlb=0xffffffffffffffff,force", "movable_node", "cma", "mem",
  ]

  @Test(arguments: OracleCase.KernelSet.allCases)
  func `mutated trees and odd command lines end in a map or a panic`(
    _ set: OracleCase.KernelSet
  ) throws {
    var random = SeededGenerator(seed: UInt64(set.rawValue.utf8.count))
    let target = set.target
    for oracle in set.cases {
      let blob = try oracle.blob()
      for _ in 0..<Self.rounds {
        guard let tree = try? DeviceTree(blob: mutate(blob, &random)) else { continue }
        let count = Int.random(in: 0...3, using: &random)
        let line = (0..<count).compactMap { _ in Self.words.randomElement(using: &random) }
        let input = BootInput(tree: tree, target: target, commandLine: line.joined(separator: " "))
        let map = LinuxBoot.replay(input).map
        #expect(zip(map.memory, map.memory.dropFirst()).allSatisfy { $0.end <= $1.start })
        #expect(zip(map.reserved, map.reserved.dropFirst()).allSatisfy { $0.end < $1.start })
      }
    }
  }

  @Test func `any text is a configuration`() {
    var random = SeededGenerator(seed: 7)
    let pieces = [
      "CONFIG_", "# CONFIG_", "=", "y\n", "\"", " is not set\n", "ARCH_FORCE_MAX_ORDER=", "99999",
      "0x", "PAGE_OFFSET=", "CMA_AREAS=", "CMA_ALIGNMENT=", "-1\n", "\u{0}", "NODES_SHIFT=", "\n",
    ]
    for _ in 0..<500 {
      let text = (0..<20).compactMap { _ in pieces.randomElement(using: &random) }.joined()
      for architecture in Architecture.allCases {
        let version = KernelVersion(6, 12)
        let config = KernelConfig(text: text, version: version, architecture: architecture)
        let target = KernelTarget(version: version, architecture: architecture, config: config)
        #expect(target.cmaMinAlignment.shift < 64)
      }
    }
  }
}
