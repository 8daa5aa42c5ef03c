import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// Something that the boot loader put into memory, at a place that somebody stated.
struct StatedObject {
  /// `kernel`, `initrd`, `dtb` or `loader`.
  let name: String
  let range: PhysicalRange
  /// Where it is stated.
  let place: Label

  /// The object in words.
  var inWords: String {
    switch name {
    case "kernel": "the kernel's image"
    case "initrd": "the initial RAM disk"
    case "dtb": "the devicetree blob"
    default: "the boot loader"
    }
  }
}

extension Subject {
  /// The boot objects whose places are stated by policy, by the user or by `/chosen`; places that the
  /// replay assumes are none.
  func statedObjects(_ variant: CompiledVariant) -> [StatedObject] {
    if let known = objectsByVariant[variant.variant.name] { return known }
    let found = workOutObjects(variant)
    objectsByVariant[variant.variant.name] = found
    return found
  }

  private func workOutObjects(_ variant: CompiledVariant) -> [StatedObject] {
    let memory = variant.variant.memory
    let own = variant.policy.variants.first { $0.name == variant.variant.name }
    let inPolicy = variant.policy.bootObjects + (own?.bootObjects ?? [])
    let known = variant.variant.objects
    let objects = [("kernel", known.kernel), ("initrd", known.initrd), ("dtb", known.dtb)]
    var found = objects.compactMap { name, range -> StatedObject? in
      guard let range, !range.isEmpty else { return nil }
      let stated = inPolicy.last {
        $0.name == name && $0.range.value.range(ram: memory) == range
      }
      let text = range.withSize
      return StatedObject(
        name: name,
        range: range,
        place: stated.map { label($0.range.origin, text) } ?? Label(.input("--boot-object"), text)
      )
    }
    if let loader = inPolicy.last(where: { $0.name == "loader" }),
      let range = loader.range.value.range(ram: memory), !range.isEmpty
    {
      let place = label(loader.range.origin, range.withSize)
      found.append(StatedObject(name: "loader", range: range, place: place))
    }
    if known.initrd == nil, let stated = chosenInitrd { found.append(stated) }
    return found
  }

  /// The initial RAM disk of `/chosen` (`drivers/of/fdt.c: early_init_dt_check_for_initrd`).
  private var chosenInitrd: StatedObject? {
    guard let chosen = rootChildren.first(where: { $0.name == "chosen" })?.node,
      let range = BootInput.statedInitrd(of: board.tree)
    else { return nil }
    return StatedObject(
      name: "initrd",
      range: range,
      place: label(chosen, "linux,initrd-start", range.withSize)
    )
  }

  /// The kernel's log lines of the replayed boot that begin with one of `texts`, behind the name of
  /// the reader of flat trees where that is in front.
  ///
  /// Bytes are compared: this runs over every line of every board.
  func bootMessages(_ variant: CompiledVariant, beginning texts: String...) -> [String] {
    guard let messages = variant.today?.map.messages else { return [] }
    return messages.filter { line in
      let prefix = "OF: fdt: ".utf8
      let rest = line.utf8.starts(with: prefix) ? line.utf8.dropFirst(prefix.count) : line.utf8[...]
      return texts.contains { rest.starts(with: $0.utf8) }
    }
  }

  /// Says `text` of the command line: of the tree's `bootargs` where that is what holds.
  func commandLineLabel(_ variant: CompiledVariant, _ text: String) -> Label {
    let isOfTree =
      variant.target.commandLine == BootInput.bootArguments(of: board.tree)
    if isOfTree, let chosen = rootChildren.first(where: { $0.name == "chosen" })?.node,
      chosen.has("bootargs")
    {
      return label(chosen, "bootargs", text)
    }
    return Label(.input("command line"), text)
  }

  /// The region of the tree that the replay speaks of.
  func region(_ found: BootRegion) -> RegionNode? {
    regions.first { $0.node.path == found.node }
  }
}

extension Property {
  /// The number in all cells, one or two.
  fileprivate var wholeNumber: UInt64? {
    (1...2).contains(cellCount) ? number(at: 0, cells: cellCount) : nil
  }
}

extension Occupant {
  /// Who it is, for a sentence.
  var inWords: String {
    switch owner {
    case .kernel: "the kernel's image"
    case .initrd: "the initial RAM disk"
    case .deviceTree: "the devicetree blob"
    case .pageDirectory: "the kernel's first page directory"
    case .memoryReservation: "a `/memreserve/` entry"
    case .coreHeader: "the headers of a crashed kernel"
    case .firmware: "firmware"
    case .node(let path): "`\(path)`"
    }
  }
}
