import Layout
import PhysicalMemory
import Policy

/// The memory map of a page: for each bank the zones, the regions, and what devices reach, above each
/// other; then a table of the same.
struct HTMLMap {
  let layout: Layout
  private let map: MemoryMap

  init(_ layout: Layout) {
    self.layout = layout
    map = MemoryMap(layout)
  }

  /// The drawing with its table.
  var figure: HTML {
    """
    <figure class="map">
    <figcaption><h3>Memory map</h3><span class="tools" hidden>\
    <button type="button" data-act="in">zoom in</button>\
    <button type="button" data-act="out">zoom out</button>\
    <button type="button" data-act="left" aria-label="to lower addresses">&#8592;</button>\
    <button type="button" data-act="right" aria-label="to higher addresses">&#8594;</button>\
    <button type="button" data-act="fit">everything</button></span></figcaption>
    \(map.banks.map(bank))\(outside)
    <p class="detail" role="status" aria-live="polite">Hover over a part, or reach it with the Tab key, \
    to see whose it is.</p>
    \(table)
    </figure>
    """
  }

  // MARK: Banks

  private func bank(_ bank: MemoryMap.Bank) -> HTML {
    let zones = layout.zones.filter { $0.range.overlaps(bank.range) }
    let reaches = reaches(in: bank.range)
    let scale = HTMLMapScale(
      bank.range,
      parts: bank.rows.map(\.range) + zones.map(\.range) + reaches.flatMap(\.ranges)
    )
    let strips = zones.map { zone(in: bank.range, $0, scale) }
    return """
      <div class="bank" data-start="\(bank.range.start.hexadecimal)" data-end="\(bank.range.end.hexadecimal)">
      <p class="bankname"><b>RAM</b> \(bank.range.size.approximate)</p>
      <div class="strip zones" aria-label="Zones">\(strips)</div>
      <div class="strip parts">\(bank.rows.map { part($0, scale) })</div>
      \(reaches.map { strip($0, scale, bank.range) })\
      <p class="ends"><span>\(bank.range.start.description)</span><span>\(bank.range.end.description)</span></p>
      </div>

      """
  }

  private func zone(in bank: PhysicalRange, _ zone: LayoutZone, _ scale: HTMLMapScale) -> HTML {
    let range = zone.range.intersection(bank) ?? zone.range
    let about = "zone \(zone.name), \(zone.range), \(zone.range.size.approximate)"
    return "<span class=\"zone\" \(place(range, scale)) title=\"\(about)\">\(zone.name)</span>"
  }

  private func part(_ row: MemoryMap.Row, _ scale: HTMLMapScale) -> HTML {
    let name = row.name
    guard row.content != .free else {
      return
        "<span class=\"free\" \(place(row.range, scale)) title=\"free, \(row.range), \(row.range.size.approximate)\"></span>"
    }
    let overlap: HTML = row.isOverlapping ? " overlapping" : ""
    return """
      <button type="button" class="part \(HTML(markup: row.style))\(overlap)" \(place(row.range, scale)) \
      data-about="\(row.about)" title="\(row.about)"><span>\(name)</span></button>
      """
  }

  private func place(_ range: PhysicalRange, _ scale: HTMLMapScale) -> HTML {
    """
    style="\(scale.style(range))" data-start="\(range.start.hexadecimal)" data-end="\(range.end.hexadecimal)"
    """
  }

  // MARK: Reaches

  private struct Reach {
    let ranges: [PhysicalRange]
    var devices: [String]
  }

  /// The distinct sets that devices reach of a bank, the smallest first; those that reach all of it are
  /// one.
  private func reaches(in bank: PhysicalRange) -> [Reach] {
    var reaches: [Reach] = []
    for device in layout.devices {
      let ranges = device.reach.ranges.compactMap { $0.intersection(bank) }
      if let place = reaches.firstIndex(where: { $0.ranges == ranges }) {
        reaches[place].devices.append(device.name)
      } else {
        reaches.append(Reach(ranges: ranges, devices: [device.name]))
      }
    }
    func size(_ reach: Reach) -> ByteCount { reach.ranges.reduce(.zero) { $0 + $1.size } }
    return reaches.enumerated()
      .sorted { (size($0.element), $0.offset) < (size($1.element), $1.offset) }
      .map(\.element)
  }

  private func strip(_ reach: Reach, _ scale: HTMLMapScale, _ bank: PhysicalRange) -> HTML {
    let names = reach.devices.joined(separator: ", ")
    let what =
      reach.ranges.isEmpty
      ? "none of this bank"
      : reach.ranges == [bank]
        ? "all of this bank"
        : reach.ranges.map(\.description).joined(separator: ", ")
    let about = "\(names): reach \(what)"
    let bars = reach.ranges.map { range -> HTML in
      "<button type=\"button\" class=\"reach\" \(place(range, scale)) data-about=\"\(about)\" title=\"\(about)\"></button>"
    }
    return """
      <p class="reachname">\(names) reach \(what)</p><div class="strip reaches">\(bars)</div>

      """
  }

  // MARK: Text

  private var outside: HTML {
    guard !map.outside.isEmpty else { return .empty }
    let rows = map.outside.map { row -> HTML in "<li>\(row.about)</li>" }
    return "<p>Outside of the RAM that the kernel lists:</p><ul>\(rows)</ul>"
  }

  private var table: HTML {
    let rows = (map.banks.flatMap(\.rows).filter { $0.content != .free } + map.outside).map(row)
    guard !rows.isEmpty else { return "<p>There are no regions.</p>" }
    return """
      <details class="regions"><summary>Regions as a table</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Regions of \(layout.variant)">
      <table><thead><tr><th scope="col">name</th><th scope="col">what</th><th scope="col">from</th>\
      <th scope="col">to</th><th scope="col">size</th><th scope="col">used by</th><th scope="col">origin</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div></details>
      """
  }

  private func row(_ row: MemoryMap.Row) -> HTML {
    let region: LayoutRegion? = if case .region(let region) = row.content { region } else { nil }
    let origins = region?.origins.map { "\($0.key): \($0.place)" } ?? []
    return """
      <tr><th scope="row">\(row.name)</th><td>\(row.kind)</td><td><code>\(row.range.start.description)</code></td>\
      <td><code>\(row.range.end.description)</code></td><td>\(row.range.size.approximate)</td>\
      <td>\(region?.users.joined(separator: ", ") ?? "")</td>\
      <td>\(origins.joined(separator: "; "))</td></tr>

      """
  }
}

extension MemoryMap.Row {
  /// The region's name, or whose it is.
  fileprivate var name: String {
    switch content {
    case .free: "free"
    case .region(let region): region.name
    case .taken(let owner): owner
    }
  }

  /// What kind of memory it is.
  fileprivate var kind: String {
    guard case .region(let region) = content else { return "taken" }
    return (region.isDefault ? "default " : "") + region.kind.phrase
  }

  /// The class of the style sheet.
  fileprivate var style: String {
    guard case .region(let region) = content else { return "taken" }
    return switch region.kind {
    case .cma, .cma2010: "cma"
    case .coherent: "coherent"
    case .restricted: "restricted"
    default: "carveout"
    }
  }

  /// Owner, size, place, users and origin in a sentence.
  fileprivate var about: String {
    let place = "\(range), \(range.size.approximate)"
    guard case .region(let region) = content else { return "\(name): \(place)" }
    let users = region.users.isEmpty ? "" : ", used by " + region.users.joined(separator: ", ")
    let origins = region.origins.map { "\($0.key) from \($0.place)" }
    return "\(name): \(kind), \(place)\(users)"
      + (origins.isEmpty ? "" : "; " + origins.joined(separator: ", "))
      + (isOverlapping ? "; overlaps another" : "")
  }
}
