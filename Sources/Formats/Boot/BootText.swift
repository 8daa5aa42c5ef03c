import Diagnostics
import LinuxBoot
import PhysicalMemory

/// What Linux does at boot as text for a terminal.
public struct BootText {
  let prediction: BootPrediction

  /// The text of `prediction`.
  public init(_ prediction: BootPrediction) { self.prediction = prediction }

  private var map: BootMap { prediction.map }

  /// The whole text: memory, regions, CMA areas, zones, messages, assumptions, confidence.
  public var text: String { VisibleText.lines(of: written) }

  private var written: String {
    [header, memory, regions, areas, zones, messages, hazards, assumptions, confidence]
      .filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var header: String {
    let kernel = prediction.kernel
    let line = prediction.commandLine.isEmpty ? "none" : Plain.safe(prediction.commandLine)
    return """
      \(Plain.safe(prediction.board))  (\(Plain.safe(prediction.file)))
      Linux \(kernel.version) \(kernel.architecture.rawValue), \(kernel.pageSize) pages, \
      CMA granule \(kernel.cmaMinAlignment); RAM: \(Plain.safe(prediction.variant))
      command line: \(line)

      """
  }

  /// Lines under a title, indented; nothing where there are none.
  private func section(_ title: String, _ lines: [String]) -> String {
    lines.isEmpty ? "" : ([title] + lines.map { "  " + $0 }).joined(separator: "\n") + "\n"
  }

  private func row(_ range: PhysicalRange, _ rest: String) -> String {
    let size = range.size.approximate
    return "\(range)\(Self.pad(columns - range.description.count))  "
      + "\(Self.pad(9 - size.count))\(size)  \(rest)"
  }

  /// The columns of the widest range.
  private var columns: Int {
    let ranges = map.memory + map.regions.map(\.range) + map.zones.map(\.spanned)
    return ranges.map(\.description.count).max() ?? 0
  }

  private static func pad(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  private var memory: String {
    let lines = map.memory.map { range in
      row(range, map.noMap.contains(range) ? "no-map" : "RAM")
    }
    return section("Memory", lines.isEmpty ? ["none"] : lines)
  }

  private var regions: String {
    let inTable = map.regions.filter(\.isInTable)
    let lost = map.regions.filter { !$0.isInTable }
    let table = section("Reserved regions, in the order of the kernel's table", inTable.map(line))
    let others = section("Regions that the kernel's table lacks", lost.map(line))
    return [table, others].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func line(_ region: BootRegion) -> String {
    let name = Plain.safe(String(region.node.split(separator: "/").last ?? "?"))
    var words = [region.outcome.trouble ?? became(region)]
    if region.outcome.trouble == nil, !region.isKept, region.size > .zero {
      words.append("not kept: someone gave the memory back")
    }
    words.append(region.confidence.rawValue)
    if region.size == .zero, region.outcome != .placed {
      return "\(name): \(words.joined(separator: ", "))"
    }
    return row(region.range, "\(name): \(words.joined(separator: ", "))")
  }

  private func became(_ region: BootRegion) -> String {
    let how = region.isDynamic ? "placed by the kernel" : "as the tree says"
    let what =
      switch region.handler {
      case .cma: "CMA area"
      case .coherent: "coherent pool"
      case .restricted: "restricted pool"
      case nil: map.noMap.contains { $0.contains(region.range) } ? "no-map" : "reserved"
      }
    return "\(what), \(how)"
  }

  private var areas: String {
    let lines = map.cma.map { area -> String in
      var words = area.isActive ? [] : ["not active: its pages serve nothing special"]
      if area.isDefault { words.insert("the default area", at: 0) }
      words.append(area.confidence.rawValue)
      return row(
        PhysicalRange(start: area.base, saturating: area.size),
        "\(Plain.safe(area.name)): \(words.joined(separator: ", "))"
      )
    }
    let none =
      map.defaultCMA == nil ? ["no default area: devices without a pool use the buddy"] : []
    return section("CMA areas", lines + none)
  }

  private var zones: String {
    let several = Set(map.zones.map(\.node)).count > 1
    return section(
      "Zones",
      map.zones.map { zone in
        row(zone.spanned, (several ? "node \(zone.node) " : "") + zone.kind.rawValue)
      }
        + (map.zones.isEmpty
          ? [] : ["\(map.dmaLimit) is the end of what 32-bit DMA masks are sure to reach"])
    )
  }

  private var messages: String {
    section("The kernel says", map.messages.map(Plain.safe))
  }

  private var hazards: String {
    section("Survived only by luck", map.hazards.map { Plain.safe($0.reason) })
  }

  private var assumptions: String {
    section(
      "Assumed",
      map.assumes.map { assumed in
        "\(assumed.subject): \(Plain.safe(assumed.text))"
          + (assumed.range.map { ", \($0)" } ?? "")
      }
    )
  }

  /// What the words of confidence mean that were used above.
  private var confidence: String {
    let used = Set(map.regions.map(\.confidence) + map.cma.map(\.confidence))
    return section(
      "How sure",
      Confidence.allCases.filter(used.contains).map {
        "\($0.rawValue): \($0.meaning(slack: prediction.kernel.cmaMinAlignment))"
      }
    )
  }
}

extension Confidence {
  /// What the word promises.
  fileprivate func meaning(slack: Alignment) -> String {
    switch self {
    case .exact: "recorded boots of this kernel agree to the byte, and nothing assumed touches it"
    case .modelled:
      "depends on page tables and memmap (then it may be \(slack) off), or on what was assumed"
    case .unverified: "from the source alone, no boot of this kernel was recorded"
    case .orderDependent: "the kernel's own choice is not stable"
    }
  }
}
