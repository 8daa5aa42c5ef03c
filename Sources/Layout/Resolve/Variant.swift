public import Board
import DeviceTree
public import Diagnostics
public import LinuxBoot
public import PhysicalMemory
public import Policy

/// A RAM population with what is in it before the kernel starts.
public struct Variant: Sendable {
  /// The variant's name; `dtb` for the tree's own RAM.
  public let name: String
  /// The RAM that the kernel is told of; nil for what the tree says.
  public let ram: [PhysicalRange]?
  /// All RAM that the kernel is told of.
  public let memory: PhysicalRegionSet
  /// What firmware holds.
  public let firmware: [Firmware]
  /// Where the boot loader puts what it loads.
  public let objects: BootObjects

  /// A range that firmware holds, with its name.
  public struct Firmware: Sendable {
    /// The name in policy.
    public let name: String
    /// The range and how the kernel is kept out.
    public let range: FirmwareRange
  }

  /// The RAM that shares are counted of: all but what firmware has removed.
  public var countedMemory: PhysicalRegionSet {
    memory.subtracting(
      RegionSet(firmware.filter { $0.range.kind == .removed }.map(\.range.range))
    )
  }

  /// Whether any RAM is known.
  public var hasMemory: Bool { !memory.isEmpty }
}

/// What the user asked for on the command line instead of what policy says.
public struct VariantChoice: Sendable {
  /// `--ram`: this RAM alone.
  public var ram: [PhysicalRange]?
  /// `--variant`: this variant alone.
  public var name: String?
  /// These variants alone; empty for all.
  public var names: [String] = []
  /// `--boot-object`: beats policy and tree.
  public var objects: BootObjects

  /// No choice: all variants.
  public init(
    ram: [PhysicalRange]? = nil,
    name: String? = nil,
    objects: BootObjects = BootObjects()
  ) {
    self.ram = ram
    self.name = name
    self.objects = objects
  }
}

extension VariantChoice {
  /// Whether a variant of this name is looked at.
  func accepts(_ variant: String) -> Bool {
    (name == nil || name == variant) && (names.isEmpty || names.contains(variant))
  }
}

/// Works out the RAM variants of a board.
public struct VariantResolver {
  let board: Board
  let choice: VariantChoice
  /// What was wrong with them.
  public private(set) var diagnostics: [Diagnostic] = []

  /// A resolver for `board`.
  public init(board: Board, choice: VariantChoice) {
    self.board = board
    self.choice = choice
  }

  /// The variants, the smallest RAM first; the tree's own RAM where policy has none.
  public mutating func variants(_ policy: EffectivePolicy) -> [Variant] {
    if let ram = choice.ram {
      return [variant("ram", ram: ram, memory: RegionSet(ram), policy, of: nil)]
    }
    let stated = policy.variants.filter { choice.accepts($0.name) }
    if stated.isEmpty {
      return [variant("dtb", ram: nil, memory: board.declaredMemory, policy, of: nil)]
    }
    let resolved = stated.map { variant in
      let ram = ranges(variant, policy)
      return self.variant(variant.name, ram: ram, memory: RegionSet(ram), policy, of: variant)
    }
    noteMissingDeclaredRAM(resolved, stated)
    return resolved.sorted { ($0.memory.size, $0.name) < ($1.memory.size, $1.name) }
  }

  private mutating func ranges(
    _ variant: VariantPolicy,
    _ policy: EffectivePolicy
  ) -> [PhysicalRange] {
    let ram = variant.ram.compactMap { $0.value.range(ram: RegionSet()) }
    // A range that could not be read has its own finding.
    let value = policy.value[path: ["variants", variant.name]]
    let written = (value?["ram"] ?? value)?.itemsOrSelf.filter { $0.text != nil } ?? []
    if written.count > variant.ram.count { return ram }
    if ram.count != variant.ram.count || ram.isEmpty {
      diagnostics.append(
        Diagnostic(
          "variant-without-ram",
          .error,
          "variant `\(variant.name)` does not state its RAM",
          at: Label(variant.origin.location(dtb: board.file), "here"),
          help: "list its ranges: `\(variant.name): [0x4000_0000..+1GiB]`"
        )
      )
    }
    return ram
  }

  private func variant(
    _ name: String,
    ram: [PhysicalRange]?,
    memory: PhysicalRegionSet,
    _ policy: EffectivePolicy,
    of stated: VariantPolicy?
  ) -> Variant {
    let firmware = (policy.firmware + (stated?.firmware ?? [])).compactMap { entry in
      entry.range.value.range(ram: memory).map { range in
        Variant.Firmware(
          name: entry.owner ?? entry.name,
          range: FirmwareRange(range: range, kind: FirmwareRange.Kind(entry.kind))
        )
      }
    }
    return Variant(
      name: name,
      ram: ram,
      memory: memory,
      firmware: firmware,
      objects: objects(policy.bootObjects + (stated?.bootObjects ?? []), memory)
    )
  }

  private func objects(
    _ stated: [(name: String, range: Sourced<RangeExpression>)],
    _ memory: PhysicalRegionSet
  ) -> BootObjects {
    func range(_ name: String) -> PhysicalRange? {
      stated.last { $0.name == name }?.range.value.range(ram: memory)
    }
    return BootObjects(
      kernel: choice.objects.kernel ?? range("kernel"),
      initrd: choice.objects.initrd ?? range("initrd"),
      dtb: choice.objects.dtb ?? range("dtb"),
      kernelLoad: choice.objects.kernelLoad
    )
  }

  /// The variants replace the tree's RAM; that the tree's own is none of them is worth a word.
  private mutating func noteMissingDeclaredRAM(_ variants: [Variant], _ stated: [VariantPolicy]) {
    let declared = board.declaredMemory
    guard !declared.isEmpty, choice.name == nil, choice.names.isEmpty, let first = stated.first,
      !variants.contains(where: { $0.memory == declared }), let bank = board.memoryBanks.first
    else { return }
    diagnostics.append(
      Diagnostic(
        "ram-not-a-variant",
        .note,
        "the tree states \(declared.size.approximate) of RAM, which is none of the variants",
        at: Label(first.origin.location(dtb: board.file), "the variants replace the tree's RAM"),
        related: [
          Label(
            .tree(TreeLocation(dtb: board.file, path: bank.node.path, property: "reg")),
            declared.description
          )
        ]
      )
    )
  }
}

extension FirmwareRange.Kind {
  init(_ kind: FirmwareKind) {
    switch kind {
    case .removed: self = .removed
    case .reserved: self = .reserved
    case .noMap: self = .noMap
    }
  }
}
