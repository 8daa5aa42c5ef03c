public import Board
import DeviceTree
public import Layout
import PhysicalMemory
import Policy

/// A policy to begin with for one board: `dmaplan init`.
///
/// It says what tree and known layers already say, so that it changes nothing as it stands, and its
/// comments teach what to change. Texts of the tree are quoted, for they may hold anything.
public struct StartingPolicy {
  /// The parts that are written as policy; the others are left as comments.
  public struct Parts: OptionSet, Sendable {
    /// One bit a part.
    public let rawValue: Int
    /// The parts of these bits.
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// RAM variants.
    public static let variants = Parts(rawValue: 1)
    /// Devices.
    public static let devices = Parts(rawValue: 2)
    /// Pools and carve-outs.
    public static let regions = Parts(rawValue: 4)
    /// All of them.
    public static let all: Parts = [.variants, .devices, .regions]
  }

  let board: Board
  let compiled: CompiledVariant
  let parts: Parts

  /// A policy for `board`, of which `compiled` is the first variant.
  public init(_ board: Board, _ compiled: CompiledVariant, parts: Parts = .all) {
    self.board = board
    self.compiled = compiled
    self.parts = parts
  }

  /// The document. O(nodes and regions)
  public var text: String {
    let lines =
      head + section(variantLines, isWritten: parts.contains(.variants))
      + section(RegionLines(self).pools, isWritten: parts.contains(.regions))
      + section(RegionLines(self).carveOuts, isWritten: parts.contains(.regions))
      + section(DeviceLines(self).lines, isWritten: parts.contains(.devices))
      + DeviceLines(self).workloads
    return lines.joined(separator: "\n") + "\n"
  }

  /// The lines, or the same as a comment where they may not be written.
  private func section(_ lines: [String], isWritten: Bool) -> [String] {
    isWritten ? lines : lines.map { $0.hasPrefix("#") || $0.isEmpty ? $0 : "# " + $0 }
  }

  private var head: [String] {
    let compatible = board.compatible.first
    let model = board.tree.root.property("model")?.string ?? compatible ?? "an unnamed board"
    let slug = (compatible ?? "board").map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return [
      "# yaml-language-server: $schema=dmaplan-policy-1.schema.json",
      "#",
      "# DMA memory of " + SourceEscaping.comment(model) + ".",
      "# A layer with `match` is a quirk: what it says overrides the tree and the default layers.",
      "# `dmaplan explain BOARD.dtb NAME --policy THIS` shows where each value comes from.",
      "dmaplan: 1",
      "name: init-" + String(slug),
      compatible.map { "match: {compatible: \(JSONValue.quoted($0))}" } ?? "match: {any: true}",
      "why: a starting point made from the tree; say here why the board needs this layer",
    ]
  }

  // MARK: RAM

  private var variantLines: [String] {
    let about = [
      "",
      "# The RAM populations that the board is sold with; they replace the tree's RAM. Ranges are",
      "# START..END, END outside, or START..+SIZE; a layout is made for each.",
    ]
    if compiled.policy.value["variants"] != nil { return about + statedVariants }
    let memory = RegionSet(board.memoryBanks.compactMap(\.range)).ranges
    if !memory.isEmpty {
      let total = memory.reduce(ByteCount.zero) { $0 + $1.size }
      return about + [
        "# These are the tree's own banks; add the other populations.",
        "variants:",
        "  \(Self.variantName(total)): [\(memory.map(Self.text).joined(separator: ", "))]",
      ]
    }
    let guess = RAMGuess(board: board)
    return about + [
      "# The tree states no RAM: the boot loader fills it in. This is a guess from the tree"
        + " (\(guess.evidence));",
      "# put the addresses of the board's manual here.",
      "variants:",
      "  \(Self.variantName(guess.range.size)): [\(Self.text(guess.range))]",
    ]
  }

  /// Known layers have them already.
  private var statedVariants: [String] {
    ["# A known layer has them:"]
      + compiled.policy.variants.map { variant in
        let ranges = variant.ram.compactMap { $0.value.range(ram: RegionSet()) }.map(Self.text)
        return "#   \(SourceEscaping.comment(variant.name)): [\(ranges.joined(separator: ", "))]"
      }
  }

  private static func variantName(_ size: ByteCount) -> String {
    let mebibytes = size.rawValue >> 20
    return mebibytes >= 1024 && mebibytes % 1024 == 0
      ? "\(mebibytes / 1024)g" : "\(max(mebibytes, 1))m"
  }

  /// A range as policy writes it.
  static func text(_ range: PhysicalRange) -> String {
    "\(range.start)..+\(text(range.size))"
  }

  /// A size as policy writes it, exact.
  static func text(_ size: ByteCount) -> String {
    let text = size.description
    return text.hasSuffix(" B") ? String(size.rawValue) : text.filter { $0 != " " }
  }
}

/// Where RAM is likely to be on a board whose tree does not say.
struct RAMGuess {
  /// The guess.
  let range: PhysicalRange
  /// What it was guessed from, in words.
  let evidence: String

  /// A guess from the memory node's address, else from where the tree puts regions.
  init(board: Board) {
    let windows = board.regions.flatMap { region -> [PhysicalRange] in
      if case .dynamic(_, _, let windows) = region.placement {
        return (windows ?? []).compactMap {
          PhysicalRange(start: PhysicalAddress($0.address), size: ByteCount($0.size))
        }
      }
      return region.fixedRanges
    }
    let places = windows.filter { !$0.isEmpty && $0.end.rawValue < 1 << 40 }
    let block: UInt64 = 256 << 20
    var base: UInt64 = 0x4000_0000
    if let bank = board.memoryBanks.first, bank.entry.address < 1 << 40 {
      base = bank.entry.address
      evidence = "the address of its memory node"
    } else if let lowest = places.map(\.start.rawValue).min() {
      base = lowest / block * block
      evidence = "where its regions lie"
    } else {
      evidence = "where most such boards have it"
    }
    let end = places.map(\.end.rawValue).max() ?? 0
    var size: UInt64 = 1 << 30
    while base + size < end, size < 1 << 36 { size <<= 1 }
    range = PhysicalRange(start: PhysicalAddress(base), saturating: ByteCount(size))
  }
}
