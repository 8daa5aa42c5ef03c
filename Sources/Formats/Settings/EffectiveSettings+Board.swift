import Board
import DeviceTree
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

extension EffectiveSettings {
  /// What RAM there is, what firmware holds, and where the boot loader puts things.
  var boardSettings: [Setting] {
    [ram].compactMap(\.self) + firmware + bootObjects
  }

  private var variant: PolicyValue? {
    compiled.policy.value[path: ["variants", compiled.variant.name]]
  }

  private var ram: Setting? {
    var claims: [Setting.Claim] = []
    if let ranges = stated.ram { claims.append(Setting.Claim(Self.text(ranges), .option("--ram"))) }
    claims += (variant.map { $0["ram"] ?? $0 })?.claims() ?? []
    let banks = board.memoryBanks
    if let first = banks.first {
      let declared = board.declaredMemory
      claims.append(
        Setting.Claim(
          declared.isEmpty ? "none: the boot loader is to fill it in" : Self.text(declared.ranges),
          .tree(
            path: first.node.path,
            property: first.node.has("linux,usable-memory") ? "linux,usable-memory" : "reg"
          )
        )
      )
    }
    let none = Setting.Claim("none", .unstated("neither tree nor policy states any"))
    return Setting("ram", claims.isEmpty ? [none] : claims, note: ramNote)
  }

  private var ramNote: String? {
    let whole = compiled.variant.memory.size
    guard let map = compiled.today?.map, compiled.variant.hasMemory else { return nil }
    let known = map.memory.reduce(ByteCount.zero) { $0 + $1.size }
    return known >= whole
      ? whole.approximate : "\(whole.approximate), of which Linux uses \(known.approximate)"
  }

  private static func text(_ ranges: some Sequence<PhysicalRange>) -> String {
    ranges.map(\.description).joined(separator: ", ")
  }

  private var firmware: [Setting] {
    let general = compiled.policy.value["firmware"]?.entries ?? []
    let own = variant?["firmware"]?.entries ?? []
    return (general + own).compactMap { name, value in
      Setting("firmware.\(name)", value.claims())
    }
  }

  private var bootObjects: [Setting] {
    let given: [(name: String, range: PhysicalRange?)] = [
      ("kernel", stated.objects.kernel), ("initrd", stated.objects.initrd),
      ("dtb", stated.objects.dtb),
    ]
    return given.compactMap { name, range in
      var claims: [Setting.Claim] = []
      if let range { claims.append(Setting.Claim(range.description, .option("--boot-object"))) }
      claims += variant?[path: ["boot", name]]?.claims() ?? []
      claims += compiled.policy.value[path: ["boot", name]]?.claims() ?? []
      if name == "initrd" { claims += chosenInitrd }
      if claims.isEmpty,
        let assumed = compiled.today?.map.assumes.first(where: { $0.subject == name })
      {
        claims.append(
          Setting.Claim(assumed.range?.description ?? "none", .unstated("assumed: \(assumed.text)"))
        )
      }
      return Setting("boot.\(name)", claims)
    }
  }

  /// `drivers/of/fdt.c: early_init_dt_check_for_initrd`.
  private var chosenInitrd: [Setting.Claim] {
    guard let chosen = board.tree.root.children.first(where: { $0.baseName == "chosen" }),
      let start = chosen.property("linux,initrd-start")
    else { return [] }
    let text =
      BootInput.statedInitrd(of: board.tree)?.description
      ?? PhysicalAddress(start.number(at: 0, cells: start.cellCount)).description
    return [
      Setting.Claim(text, .tree(path: chosen.path, property: "linux,initrd-start"))
    ]
  }
}
