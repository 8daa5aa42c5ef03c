import Diagnostics
import Layout
import PhysicalMemory
import Policy

/// The bars of a map drawn in text: memory, zones, and the reach of each device over the same columns.
struct MapBars {
  let layout: Layout
  let width: Int
  let scale: MapScale
  let decorator: Decorator

  private static let longestName = 24

  /// The lines, with a legend at the end.
  var lines: [String] {
    let map = MemoryMap(layout)
    guard !map.banks.isEmpty else { return [] }
    let names = ["memory"] + layout.zones.map(\.name) + layout.devices.map(\.name)
    let name = min(Self.longestName, names.map { Plain.ascii($0).count }.max() ?? 0)
    let columns = MapColumns(map, width: width - name - 5, scale: scale).columns
    func line(_ title: String, _ marks: [String]) -> String {
      let title = Plain.ascii(title).prefix(name)
      let pad = String(repeating: " ", count: name - title.count)
      return "  \(title)\(pad) [\(marks.joined())]"
    }
    var lines = [line("memory", columns.map { $0.map { mark($0.content) } ?? " " })]
    lines += layout.zones.map { zone in
      line(zone.name, columns.map { $0.map { zone.range.overlaps($0.range) ? "#" : "." } ?? " " })
    }
    lines += layout.devices.map { device in
      line(device.name, columns.map { $0.map { reach(device, $0.range) } ?? " " })
    }
    return ["scale: \(scale.rawValue)"] + lines + [legend(map)]
  }

  /// `#` where the device reaches all of the column, `+` where a part.
  private func reach(_ device: LayoutDevice, _ range: PhysicalRange) -> String {
    if device.reach.contains(range) { return "#" }
    return device.reach.overlaps(range) ? "+" : "."
  }

  private func mark(_ content: MemoryMap.Content) -> String {
    let (letter, colour, _) = Self.look(content)
    guard case .ansi = decorator, let colour else { return letter }
    return "\u{1B}[\(colour)m\(letter)\u{1B}[0m"
  }

  /// The letter of a content, its colour by SGR, and what the legend says.
  private static func look(_ content: MemoryMap.Content) -> (String, String?, String) {
    switch content {
    case .free: return (".", nil, "free")
    case .taken: return ("k", "90", "kernel, initrd, firmware")
    case .region(let region):
      switch region.kind {
      case .cma, .cma2010: return ("C", "32", "CMA area")
      case .coherent: return ("D", "34", "coherent pool")
      case .restricted: return ("R", "35", "restricted pool")
      default: return ("X", "33", "carve-out")
      }
    }
  }

  /// What the letters mean that were used.
  private func legend(_ map: MemoryMap) -> String {
    var seen: [(String, String)] = []
    for row in map.banks.flatMap(\.rows) {
      let (letter, _, meaning) = Self.look(row.content)
      if !seen.contains(where: { $0.0 == letter }) { seen.append((letter, meaning)) }
    }
    let words = seen.sorted { $0.0 < $1.0 }.map { "\($0.0) \($0.1)" }
    return "  " + words.joined(separator: ", ") + "; # in zone or reach, + partly"
  }
}
