import Board
import Diagnostics
import Formats
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// What is wrong with RAM, boot objects and command line as they were stated, before any rule.
struct InputFindings {
  private let compilation: Compilation

  init(_ compilation: Compilation) { self.compilation = compilation }

  /// The findings of every variant, each with its name.
  var all: [Diagnostic] {
    compilation.variants.flatMap { compiled -> [Diagnostic] in
      let found = ram(compiled) + objects(compiled) + commandLine(compiled)
      return found.map { finding in
        var finding = finding
        finding.variant = compiled.variant.name
        return finding
      }
    }
  }

  private func commandLine(_ compiled: CompiledVariant) -> [Diagnostic] {
    if compiled.target.commandLine.isEmpty, compiled.target.kernel.config.commandLine.isEmpty {
      return []
    }
    return EffectiveSettings(
      board: compilation.board,
      compiled: compiled,
      choice: compilation.request.target,
      stated: compilation.request.variants,
      configFile: compilation.request.configFile,
      commandLinePlace: compilation.request.commandLinePlace
    )
    .commandLineFindings
  }

  /// The place of a range of RAM: its item in policy, or the option.
  private func place(ofRange index: Int, _ compiled: CompiledVariant) -> Location {
    let name = compiled.variant.name
    guard compilation.request.variants.ram == nil,
      let value = compiled.policy.value[path: ["variants", name]],
      let items = (value["ram"] ?? value).items, items.indices.contains(index)
    else { return .input("--ram") }
    return items[index].location(dtb: compilation.board.file)
  }

  private func ram(_ compiled: CompiledVariant) -> [Diagnostic] {
    guard let ranges = compiled.variant.ram, ranges.count > 1 else { return [] }
    var findings: [Diagnostic] = []
    var highest: Int?
    // Each against the one before it that reaches farthest, so that many ranges take little time.
    for second in ranges.indices.sorted(by: { (ranges[$0].start, $0) < (ranges[$1].start, $1) }) {
      defer {
        if highest.map({ ranges[$0].end < ranges[second].end }) ?? true { highest = second }
      }
      if let first = highest, let both = ranges[first].intersection(ranges[second]), !both.isEmpty {
        findings.append(
          Diagnostic(
            "ram-overlaps",
            .error,
            "two ranges of RAM overlap by \(both.size.approximate)",
            at: Label(place(ofRange: second, compiled), ranges[second].description),
            related: [Label(place(ofRange: first, compiled), ranges[first].description)],
            notes: ["Linux merges them, so that the board seems to have less RAM than was meant"],
            help: "let the second begin at \(ranges[first].end) or later"
          )
        )
      }
    }
    return findings
  }

  private func objects(_ compiled: CompiledVariant) -> [Diagnostic] {
    let objects = compiled.variant.objects
    let given = [
      ("kernel", objects.kernel), ("initrd", objects.initrd), ("dtb", objects.dtb),
    ]
    .compactMap { name, range in range.map { (name: name, range: $0) } }
    guard !given.isEmpty else { return [] }
    let memory = compiled.variant.memory
    var findings: [Diagnostic] = []
    for (index, object) in given.enumerated() {
      if !memory.isEmpty, !memory.contains(object.range) {
        findings.append(
          .outside(object.name, object.range, memory, at: place(object.name, compiled))
        )
      }
      for other in given[..<index] where other.range.overlaps(object.range) {
        findings.append(
          Diagnostic(
            "boot-objects-overlap",
            .error,
            "\(object.name) and \(other.name) lie over each other",
            at: Label(place(object.name, compiled), "\(object.name): \(object.range)"),
            related: [Label(place(other.name, compiled), "\(other.name): \(other.range)")],
            help: "load one of them elsewhere"
          )
        )
      }
    }
    return findings
  }

  private func place(_ object: String, _ compiled: CompiledVariant) -> Location {
    let chosen = compilation.request.variants.objects
    let isOption =
      switch object {
      case "kernel": chosen.kernel != nil
      case "initrd": chosen.initrd != nil
      default: chosen.dtb != nil
      }
    let variant = compiled.policy.value[path: ["variants", compiled.variant.name]]
    let stated =
      variant?[path: ["boot", object]] ?? compiled.policy.value[path: ["boot", object]]
    guard !isOption, let stated else { return .input("--boot-object \(object)") }
    return stated.location(dtb: compilation.board.file)
  }
}

extension Diagnostic {
  fileprivate static func outside(
    _ object: String,
    _ range: PhysicalRange,
    _ memory: PhysicalRegionSet,
    at place: Location
  ) -> Self {
    let ram = memory.ranges.prefix(3).map(\.description).joined(separator: ", ")
    return Diagnostic(
      "boot-object-outside-ram",
      // A blob may lie in flash; what the kernel writes to may not.
      object == "dtb" ? .warning : .error,
      "\(object) does not lie in RAM",
      at: Label(place, range.description),
      notes: ["RAM is \(ram)" + (memory.ranges.count > 3 ? " and more" : "")],
      help: "correct the address, or the RAM"
    )
  }
}
