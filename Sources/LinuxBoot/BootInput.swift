public import DeviceTree
public import PhysicalMemory

/// What a boot depends on.
public struct BootInput: Sendable {
  /// The devicetree that the kernel gets.
  public var tree: DeviceTree
  /// The kernel.
  public var target: KernelTarget
  /// The command line that the boot loader gives (`bootargs`).
  public var commandLine: String
  /// Where the boot loader puts things.
  public var objects: BootObjects
  /// The RAM instead of the tree's memory nodes, or nil for those.
  public var ram: [PhysicalRange]?
  /// What firmware holds that the tree does not say.
  public var firmware: [FirmwareRange]

  /// The boot of `target` with `tree`; without `commandLine` that of the tree.
  public init(
    tree: DeviceTree,
    target: KernelTarget,
    commandLine: String? = nil,
    objects: BootObjects = BootObjects(),
    ram: [PhysicalRange]? = nil,
    firmware: [FirmwareRange] = []
  ) {
    self.tree = tree
    self.target = target
    self.commandLine = commandLine ?? Self.bootArguments(of: tree)
    self.objects = objects
    self.ram = ram
    self.firmware = firmware
  }

  /// `bootargs` of the tree's `/chosen`, else of `/chosen@0` (`early_init_dt_scan_chosen`).
  public static func bootArguments(of tree: DeviceTree) -> String {
    Self.chosen(of: tree)?.property("bootargs")?.string ?? ""
  }

  /// The initial RAM disk that `/chosen` names; nil where its end is not behind its start
  /// (`drivers/of/fdt.c: early_init_dt_check_for_initrd`).
  public static func statedInitrd(of tree: DeviceTree) -> PhysicalRange? {
    guard let chosen = BootInput.chosen(of: tree),
      let start = chosen.property("linux,initrd-start"),
      let end = chosen.property("linux,initrd-end"), start.cellCount > 0
    else { return nil }
    let low = start.number(at: 0, cells: start.cellCount)
    // An end without cells reads as 0, which is behind no start.
    let high = end.number(at: 0, cells: end.cellCount)
    guard low < high else { return nil }
    return PhysicalRange(start: PhysicalAddress(low), end: PhysicalAddress(high))
  }

  static func chosen(of tree: DeviceTree) -> Node? {
    // `fdt_path_offset` takes the first child of that name, with a unit address or without.
    tree.root.children.first { $0.baseName == "chosen" }
  }
}

/// Where the boot loader puts the kernel, the initial RAM disk and the devicetree.
///
/// What is nil is assumed, and `BootMap.assumes` lists it.
public struct BootObjects: Hashable, Sendable {
  /// What the kernel reserves for its image: `_stext` (arm64 up to 6.11, arm) or `_text` to `_end`.
  public var kernel: PhysicalRange?
  /// The initial RAM disk; nil for what `/chosen` says.
  public var initrd: PhysicalRange?
  /// The devicetree blob.
  public var dtb: PhysicalRange?
  /// Where the kernel's `_text` is loaded; 32-bit arm derives PHYS_OFFSET and its page directory
  /// from it.
  public var kernelLoad: PhysicalAddress?

  /// These places; nil for what is not known.
  public init(
    kernel: PhysicalRange? = nil,
    initrd: PhysicalRange? = nil,
    dtb: PhysicalRange? = nil,
    kernelLoad: PhysicalAddress? = nil
  ) {
    self.kernel = kernel
    self.initrd = initrd
    self.dtb = dtb
    self.kernelLoad = kernelLoad
  }
}

/// A range that firmware holds although the tree does not say so.
public struct FirmwareRange: Hashable, Sendable {
  /// How the kernel is kept out of it.
  public enum Kind: String, CaseIterable, Sendable {
    /// The boot loader takes it out of the memory nodes.
    case removed
    /// As a plain node that is read before all others.
    case reserved
    /// As a `no-map` node that is read before all others.
    case noMap = "no-map"
  }

  /// The range.
  public var range: PhysicalRange
  /// How the kernel is kept out of it.
  public var kind: Kind

  /// This range, kept in this way.
  public init(range: PhysicalRange, kind: Kind) {
    self.range = range
    self.kind = kind
  }
}
