import Diagnostics
import Layout
import PhysicalMemory
import YAML

extension LayoutJSON {
  /// How much one layout may hold: many times what boards have.
  enum Limits {
    static let ranges = 1 << 16
    static let regions = 4096
    static let devices = 4096
    static let workloads = 1024
    static let streams = 1024
    static let buffers = 4096
    static let operations = 100_000
    /// The buffers that one line states, as in policy.
    static let count: UInt64 = 1_000_000
    /// The size of a bank: arm64 has physical addresses of 52 bits.
    static let bank = ByteCount(1 << 52)
  }
}

/// Whether the parts of a layout, each right by itself, go together.
extension LayoutReader {
  mutating func checkSense(_ top: YAMLNode, banks: [PhysicalRange], target: TargetSummary) {
    checkBanks(top["banks"]?.items ?? [], banks)
    let names = checkNames(top["regions"]?.items ?? [])
    for device in top["devices"]?.items ?? [] {
      for pool in device["pools"]?.items ?? [] where !names.contains(pool.text ?? "") {
        let guess = didYouMean(pool.text ?? "", among: names.sorted())
        fault(
          "`\((pool.text ?? "").prefix(40))` is no region of this layout",
          pool,
          "named as a pool",
          guess.map { "did you mean `\($0)`?" } ?? "name one of `regions`"
        )
      }
    }
    if target.pageblockOrder > target.maxOrder {
      fault(
        "`pageblock_order` is above `max_order`",
        top["target"]?["pageblock_order"],
        "above \(target.maxOrder.rawValue)",
        "write \(target.maxOrder.rawValue) at most"
      )
    }
  }

  /// The names of the regions; each is there once and has bytes.
  private mutating func checkNames(_ regions: [YAMLNode]) -> Set<String> {
    var names: Set<String> = []
    for region in regions {
      let name = region["name"]?.text ?? ""
      if !names.insert(name).inserted {
        fault(
          "two regions are called `\(name.prefix(40))`",
          region["name"],
          "the second of them",
          "give each a name of its own"
        )
      }
      let size = region["size"]?.text ?? ""
      if size.dropFirst(2).allSatisfy({ $0 == "0" }) {
        fault("region `\(name.prefix(40))` has no bytes", region["size"], "zero", "write its size")
      }
    }
    return names
  }

  private mutating func checkBanks(_ nodes: [YAMLNode], _ banks: [PhysicalRange]) {
    let sorted = zip(nodes, banks).sorted { $0.1.start < $1.1.start }
    for ((_, before), (node, range)) in zip(sorted, sorted.dropFirst()) {
      guard before.end > range.start else { continue }
      fault(
        "banks \(before) and \(range) overlap",
        node,
        "begins below \(before.end)",
        "end one where the other begins"
      )
    }
    for (node, range) in sorted where range.size > LayoutJSON.Limits.bank {
      fault(
        "bank \(range) has more than 2^52 bytes, which no machine has",
        node,
        "\(range.size.approximate)",
        "write its size, such as `\"0x40000000\"`"
      )
    }
  }

  private mutating func fault(
    _ message: String,
    _ node: YAMLNode?,
    _ label: String,
    _ help: String
  ) {
    json.report("layout-malformed", message, at: node, label: label, help: help)
  }
}
