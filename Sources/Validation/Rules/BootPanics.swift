import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// Linux does not get past its memory set-up with this tree.
///
/// The replay of the early boot ends in a panic: no RAM, the kernel's image outside of RAM, CMA areas
/// over memory that does not exist or over each other. On hardware there is often no message at all,
/// because the console is not up yet. A warning where recorded boots came through by luck alone.
///
/// Bad: a CMA pool that reaches past the end of RAM. Good: one that ends with it.
///
/// Source: `mm/cma.c: cma_init_reserved_areas`, `arch/*/mm/init.c`, replayed.
enum BootPanics: Rule {
  static let id: RuleID = "boot-panics"
  static let severity = Severity.error
  static let requires: [RuleID] = ["region-outside-ram", "regions-overlap"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      guard let today = variant.today else { return [] }
      if let panic = today.panic { return [.panics(panic, .error, subject, variant)] }
      return today.map.hazards.map { .panics($0, .warning, subject, variant) }
    }
  }
}

extension BootPanic {
  /// The names of the regions that are to blame.
  fileprivate var names: [String] {
    switch self {
    case .areaWithoutMemory(let name, _), .areaOverKernel(let name, _): [name]
    case .areasOverlap(let first, let second, _): [first, second]
    default: []
    }
  }

  fileprivate var help: String {
    switch self {
    case .noMemory: "state the RAM: a memory node with `device_type = \"memory\"`, or `variants:`"
    case .kernelOutsideMemory, .kernelOverDeviceTree, .initrdInHighMemory:
      "load it elsewhere, and say where with `boot:` or `--boot-object`"
    case .areaWithoutMemory(let name, _): "move `\(name)` into RAM"
    case .areasOverlap(_, let name, _): "move `\(name)` apart from the other"
    case .areaOverKernel(let name, _): "move `\(name)`, or load the kernel elsewhere"
    case .memoryDoesNotExist: "give `mem=` only RAM that the board has"
    case .noMapInKernel, .noMapBelowKernel:
      "leave `no-map` off, or describe the RAM from above the range"
    case .wrapsAddressSpace: "end the region at the page boundary below"
    }
  }
}

extension Diagnostic {
  fileprivate static func panics(
    _ panic: BootPanic,
    _ severity: Severity,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let regions = panic.names.compactMap { name in
      subject.board.regions.first { $0.node.name == name || $0.node.baseName == name }
    }
    let ram = subject.ramLabel(variant)
    let places = regions.map { subject.label($0, "covered by the area") } + ram
    return Diagnostic(
      BootPanics.id,
      severity,
      "Linux \(variant.target.kernel.version) "
        + (severity == .error ? "dies at boot" : "boots by luck alone") + ": \(panic.reason)",
      at: places.first ?? subject.label(subject.board.tree.root, "this board"),
      related: Array(places.dropFirst()),
      notes: severity == .error
        ? ["it dies before the console is up, so that nothing may be printed"]
        : ["recorded boots came through, with pages in a bad state"],
      help: panic.help,
      variant: variant.variant.name
    )
  }
}
