public import Diagnostics
public import Layout
import PhysicalMemory
import Policy

/// The memory map of a layout as text for a report.
public enum MemoryMapText {
  /// What is shown beside the map itself.
  public struct Options: Sendable, Hashable {
    /// The longest line in columns, to which names are cut; below 60 it is taken as 60.
    public var width: Int
    /// Whether the zones of the page allocator are listed.
    public var showsZones: Bool
    /// Whether the reach of each device is drawn as a bar.
    public var showsReach: Bool

    /// The scale of bars for memory, zones and reaches above the rows; nil for none.
    public var scale: MapScale?
    /// The look of these bars.
    public var decorator: Decorator

    /// Lines of `width` columns, with zones and reaches where asked for.
    public init(
      width: Int = 80,
      showsZones: Bool = false,
      showsReach: Bool = false,
      scale: MapScale? = nil,
      decorator: Decorator = .plain
    ) {
      self.width = width
      self.showsZones = showsZones
      self.showsReach = showsReach
      self.scale = scale
      self.decorator = decorator
    }
  }

  /// The map of `layout`: rows in the order of addresses, free ranges between them.
  ///
  /// What could act on a terminal is written out; nothing is longer than the width. O(rows)
  public static func text(_ layout: Layout, options: Options = Options()) -> String {
    MapTextWriter(layout: layout, options: options).text
  }
}

private struct MapTextWriter {
  let layout: Layout
  let options: MemoryMapText.Options

  private var width: Int { max(60, options.width) }

  var text: String {
    let map = MemoryMap(layout)
    var lines: [String] = []
    if let scale = options.scale {
      lines +=
        MapBars(layout: layout, width: width, scale: scale, decorator: options.decorator).lines
    }
    for bank in map.banks {
      lines.append(line("RAM \(bank.range), \(bank.range.size.approximate)"))
      lines += bank.rows.map { row(of: $0, digits: digits(map)) }
    }
    if map.banks.isEmpty { lines.append("no RAM is known") }
    if !map.outside.isEmpty {
      lines.append("outside of RAM")
      lines += map.outside.map { row(of: $0, digits: digits(map)) }
    }
    if options.showsZones, !layout.zones.isEmpty {
      lines.append("zones")
      lines += layout.zones.map { line("  \($0.range)  \(Plain.ascii($0.name))") }
    }
    if options.showsReach { lines += reaches }
    return lines.joined(separator: "\n") + "\n"
  }

  /// So many columns for an address that the addresses of all rows are below one another.
  private func digits(_ map: MemoryMap) -> Int {
    let ends = map.banks.map(\.range.end) + map.outside.map(\.range.end)
    return ends.map(\.description.count).max() ?? 0
  }

  private func row(of row: MemoryMap.Row, digits: Int) -> String {
    let start = Self.padded(row.range.start.description, digits)
    let end = Self.padded(row.range.end.description, digits)
    let size = Self.padded(row.range.size.approximate, 9)
    let mark = row.isOverlapping ? "! " : "  "
    return line("\(mark)\(start)..<\(end) \(size)  \(what(row.content))")
  }

  private func what(_ content: MemoryMap.Content) -> String {
    switch content {
    case .free: return "free"
    case .taken(let owner): return Plain.ascii(owner)
    case .region(let region):
      let users = region.users.isEmpty ? "" : ": " + region.users.joined(separator: ", ")
      let kind = (region.isDefault ? "default " : "") + region.kind.phrase
      return Plain.ascii("\(region.name) (\(kind))\(users)")
    }
  }

  /// A bar for each device over all RAM: `#` where it reaches everything, `+` where a part.
  private var reaches: [String] {
    guard let first = layout.banks.map(\.start).min(), let last = layout.banks.map(\.end).max(),
      first < last, !layout.devices.isEmpty
    else { return [] }
    let ram = PhysicalRegionSet(layout.banks)
    let names = min(24, layout.devices.map { Plain.ascii($0.name).count }.max() ?? 0)
    let columns = UInt64(width - names - 5)
    let span = last.rawValue - first.rawValue
    let step = ByteCount(span / columns + (span % columns == 0 ? 0 : 1))
    let whole = PhysicalRange(start: first, end: last)
    return [line("reach over \(whole), \(step.approximate) a column")]
      + layout.devices.map { device in
        let name = String(Plain.ascii(device.name).prefix(names))
        let pad = String(repeating: " ", count: names - name.count)
        let cells = (0..<columns).map {
          PhysicalRange(start: first.addingSaturating(step * $0), saturating: step)
        }
        let marks = cells.filter { $0.start < last }.map {
          mark(device, $0.intersection(whole) ?? $0, ram)
        }
        return "  \(name)\(pad) [\(String(marks))]"
      }
  }

  private func mark(
    _ device: LayoutDevice,
    _ cell: PhysicalRange,
    _ ram: PhysicalRegionSet
  ) -> Character {
    let there = ram.intersection(cell)
    guard !there.isEmpty else { return " " }
    let reached = there.intersection(device.reach)
    return reached.isEmpty ? "." : reached == there ? "#" : "+"
  }

  /// `text` cut to the width, with dots where something is missing.
  private func line(_ text: String) -> String {
    text.count <= width ? text : text.prefix(width - 3) + "..."
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
