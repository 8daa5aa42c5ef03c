public import Layout
import PhysicalMemory
import Policy

/// The memory map of a layout as a drawing: `map.svg`.
///
/// Each bank is a bar of the same width with its regions in it. Coordinates are whole numbers, so
/// the same layout is the same text on every machine.
public enum MemoryMapSVG {
  /// The drawing.
  ///
  /// Every part has a title and a description, which browsers show and screen readers read. A part
  /// that would be too thin to see is drawn wider, and the others give way. O(rows)
  public static func text(_ layout: Layout, scale: MapScale = .linear) -> String {
    let writer = SVGWriter(layout: layout, map: MemoryMap(layout), scale: scale)
    return writer.lines.joined(separator: "\n") + "\n"
  }

  /// `text` for XML: what the markup means something by is escaped, what XML can not hold shows as a
  /// replacement character.
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: result += "\u{fffd}"
        default:
          if scalar.value & 0xfffe == 0xfffe {
            result += "\u{fffd}"
          } else {
            result.unicodeScalars.append(scalar)
          }
        }
      }
    }
  }

  /// The widths of parts of `sizes` bytes in a bar of `total` units, each at least `least` wide; they
  /// fill the bar exactly.
  ///
  /// Parts that are too thin get the least width; the rest is shared by size.
  static func widths(_ sizes: [ByteCount], total: UInt64, least: UInt64) -> [UInt64] {
    guard !sizes.isEmpty else { return [] }
    let least = min(least, total / UInt64(sizes.count))
    // Parts that overlap may come to more than 64 bits: then the lowest bits do not count.
    let bits = (sizes.max() ?? .zero).rawValue.leadingZeroBitCount
    let shift = max(0, Int.bitWidth - sizes.count.leadingZeroBitCount - bits)
    let sizes = sizes.map { ByteCount($0.rawValue >> UInt64(shift)) }
    var isThin = sizes.map { _ in false }
    var room = total
    // Parts become thin one after the other as the others take their room: at most once each.
    while true {
      let rest = sum(sizes, isThin)
      let found = sizes.indices.filter { index in
        !isThin[index] && share(sizes[index], of: rest, in: room) < least
      }
      if found.isEmpty { break }
      for index in found { isThin[index] = true }
      room -= least * UInt64(found.count)
    }
    let rest = sum(sizes, isThin)
    var widths = sizes.indices.map {
      isThin[$0] ? least : share(sizes[$0], of: rest, in: room)
    }
    let used = widths.reduce(0, +)
    if let widest = widths.indices.max(by: { widths[$0] < widths[$1] }) {
      widths[widest] += total - used
    }
    return widths
  }

  private static func sum(_ sizes: [ByteCount], _ isLeftOut: [Bool]) -> ByteCount {
    zip(sizes, isLeftOut).reduce(.zero) { $1.1 ? $0 : $0 + $1.0 }
  }

  /// `room` times `size` divided by `whole`, rounded down.
  private static func share(_ size: ByteCount, of whole: ByteCount, in room: UInt64) -> UInt64 {
    guard whole > .zero else { return 0 }
    let product = room.multipliedFullWidth(by: min(size, whole).rawValue)
    guard product.high < whole.rawValue else { return room }
    return whole.rawValue.dividingFullWidth(product).quotient
  }
}

private struct SVGWriter {
  let layout: Layout
  let map: MemoryMap
  let scale: MapScale

  private static let margin: UInt64 = 20
  private static let bar: UInt64 = 960
  private static let barHeight: UInt64 = 60
  private static let bankHeight: UInt64 = 130
  private static let title: UInt64 = 40
  private static let thinnest: UInt64 = 4
  /// Below this width there is no room for a name.
  private static let labelled: UInt64 = 60

  var lines: [String] {
    let rows = map.banks.flatMap(\.rows).filter { $0.content != .free } + map.outside
    let height =
      Self.title + UInt64(map.banks.count) * Self.bankHeight + UInt64(rows.count) * 20 + 20
    let width = Self.bar + 2 * Self.margin
    let name = "\(layout.compatible.first ?? "unnamed board"), RAM variant \(layout.variant)"
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
        + "viewBox=\"0 0 \(width) \(height)\" role=\"img\" font-family=\"sans-serif\">",
      "  <title>Memory map of \(escaped(name))</title>",
      "  <rect width=\"\(width)\" height=\"\(height)\" fill=\"#ffffff\"/>",
      text(Self.margin, 26, size: 16, name),
    ]
    var y = Self.title
    for bank in map.banks {
      lines += self.bar(of: bank, y: y)
      y += Self.bankHeight
    }
    for row in rows {
      lines += legend(row, y: y)
      y += 20
    }
    return lines + ["</svg>"]
  }

  private func bar(of bank: MemoryMap.Bank, y: UInt64) -> [String] {
    let widths = MemoryMapSVG.widths(
      bank.rows.map { scale.weight($0.range.size) },
      total: Self.bar,
      least: Self.thinnest
    )
    var x = Self.margin
    var lines = [text(x, y + 16, size: 12, "RAM, \(bank.range.size.approximate)")]
    for (row, width) in zip(bank.rows, widths) {
      lines += part(row, x: x, y: y + 24, width: width)
      x += width
    }
    let below = y + 24 + Self.barHeight + 16
    lines.append(text(Self.margin, below, size: 11, bank.range.start.description))
    lines.append(
      text(Self.margin + Self.bar, below, size: 11, bank.range.end.description, anchor: "end")
    )
    return lines
  }

  private func part(_ row: MemoryMap.Row, x: UInt64, y: UInt64, width: UInt64) -> [String] {
    var lines = [
      "  <g>",
      "    <title>\(escaped(name(row)))</title>",
      "    <desc>\(escaped(description(row)))</desc>",
      "    <rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(Self.barHeight)\" "
        + "fill=\"\(color(row))\" stroke=\"\(row.isOverlapping ? "#d00000" : "#404040")\"/>",
    ]
    if width >= Self.labelled, row.content != .free {
      // About seven units a character.
      let room = Int(width / 7)
      let name = name(row)
      let shown = name.count <= room ? name : name.prefix(max(1, room - 1)) + "…"
      lines.append("  " + text(x + 4, y + 34, size: 11, shown))
    }
    return lines + ["  </g>"]
  }

  private func legend(_ row: MemoryMap.Row, y: UInt64) -> [String] {
    [
      "  <rect x=\"\(Self.margin)\" y=\"\(y)\" width=\"12\" height=\"12\" fill=\"\(color(row))\" "
        + "stroke=\"#404040\"/>",
      text(Self.margin + 20, y + 10, size: 11, name(row) + ": " + description(row)),
    ]
  }

  private func name(_ row: MemoryMap.Row) -> String {
    switch row.content {
    case .free: "free"
    case .region(let region): region.name
    case .taken(let owner): owner
    }
  }

  private func description(_ row: MemoryMap.Row) -> String {
    let place = "\(row.range), \(row.range.size.approximate)"
    guard case .region(let region) = row.content else { return place }
    let kind = (region.isDefault ? "default " : "") + region.kind.phrase
    let users = region.users.isEmpty ? "" : ", used by " + region.users.joined(separator: ", ")
    return "\(kind), \(place)\(users)\(row.isOverlapping ? ", overlaps another" : "")"
  }

  private func color(_ row: MemoryMap.Row) -> String {
    switch row.content {
    case .free: return "#eeeeee"
    case .taken: return "#999999"
    case .region(let region):
      switch region.kind {
      case .cma, .cma2010: return "#7fbf7f"
      case .coherent: return "#7fa8d8"
      case .restricted: return "#b79fd8"
      default: return "#e0a860"
      }
    }
  }

  private func text(
    _ x: UInt64,
    _ y: UInt64,
    size: Int,
    _ text: String,
    anchor: String = "start"
  ) -> String {
    "  <text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" text-anchor=\"\(anchor)\">"
      + escaped(text) + "</text>"
  }

  private func escaped(_ text: String) -> String { MemoryMapSVG.escaped(text) }
}
