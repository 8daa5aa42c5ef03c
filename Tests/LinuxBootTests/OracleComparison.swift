import LinuxBoot
import PhysicalMemory

/// Everything that a prediction and a recorded boot can disagree in, as lines for a person.
struct OracleComparison {
  var differences: [String] = []

  init(_ map: BootMap, _ expected: Expected, kernel: PhysicalRange?) {
    compare("memory", map.memory.map(text), expected.memory.map { text($0.range) })
    compare("nomap", map.noMap.map(text), expected.nomap.map { text($0.range) })
    compareReserved(map, expected, kernel: kernel)
    if let table = expected.reservedMemTable {
      compare(
        "regions",
        map.regions.filter(\.isInTable).map {
          "\($0.node) \($0.base.hexadecimal) \($0.size.hexadecimal) cma=\($0.isCMA) kept=\($0.isKept)"
        },
        table.map { "\($0.node) \($0.base) \($0.size) cma=\($0.isCma) kept=\($0.kept)" }
      )
    }
    if let areas = expected.cma {
      compare(
        "cma",
        zip(
          map.cma.map(Optional.some) + nils(areas.count - map.cma.count),
          areas.map(Optional.some)
            + nils(map.cma.count - areas.count)
        ).map { describe($0, like: $1) },
        areas.map {
          "\($0.name) \($0.base) \($0.size) \(flag($0.active)) \(flag($0.default))"
        }
      )
      if areas.allSatisfy({ $0.default != nil }) {
        compare(
          "default",
          [map.defaultCMA.map { "\($0.name) \($0.base.hexadecimal)" } ?? "none"],
          [expected.defaultCma.map { "\($0.name) \($0.base)" } ?? "none"]
        )
      }
    }
    if !expected.zones.isEmpty {
      compare(
        "zones",
        map.zones.map {
          "\($0.node) \($0.kind.rawValue) \($0.start.hexadecimal) \($0.spanned.size.hexadecimal)"
        },
        expected.zones.map { "\($0.node) \($0.zone) \($0.start) \($0.spanned)" }
      )
    }
    compareMessages(map, expected)
  }

  private func nils<T>(_ count: Int) -> [T?] { Array(repeating: nil, count: max(count, 0)) }

  private func flag(_ value: Bool?) -> String { value.map { "\($0)" } ?? "?" }

  private func describe(_ area: CMAArea?, like expected: Expected.Area?) -> String {
    guard let area else { return "missing" }
    let active = expected?.active == nil && expected != nil ? "?" : "\(area.isActive)"
    let isDefault = expected?.default == nil && expected != nil ? "?" : "\(area.isDefault)"
    return "\(area.name) \(area.base.hexadecimal) \(area.size.hexadecimal) \(active) \(isDefault)"
  }

  private mutating func compare(_ what: String, _ mine: [String], _ theirs: [String]) {
    guard mine != theirs else { return }
    differences.append("\(what): \(mine) instead of \(theirs)")
  }

  private mutating func compareReserved(
    _ map: BootMap,
    _ expected: Expected,
    kernel: PhysicalRange?
  ) {
    var mine = PhysicalRegionSet(map.reserved)
    var theirs = PhysicalRegionSet(expected.reservedBootmemInit.map(\.range))
    if let kernel {
      mine.remove(kernel)
      theirs.remove(kernel)
    }
    let surplus = mine.subtracting(theirs)
    if !surplus.isEmpty { differences.append("reserved: \(surplus) is not reserved there") }
  }

  private static let marks = [
    "OF: ", "Reserved memory:", "cma: ", "overlaps with", "crashkernel", "Memory limited",
    "Ignoring memory", "hugetlb_cma:",
  ]

  private mutating func compareMessages(_ map: BootMap, _ expected: Expected) {
    var theirs: [String] = []
    var died = false
    for line in expected.messages {
      if ["panic", "BUG", "WARNING"].contains(where: line.contains) {
        died = true
        break
      }
      if Self.marks.contains(where: line.contains) { theirs.append(line) }
    }
    var mine = map.messages.filter { line in Self.marks.contains(where: line.contains) }
    let cut = expected.messages.count == 60 || expected.messages.count == 200
    if cut || died { mine = Array(mine.prefix(theirs.count)) }
    if mine != theirs {
      let first = zip(mine, theirs).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      let at = first ?? min(mine.count, theirs.count)
      differences.append(
        "messages (\(mine.count), \(theirs.count)) at \(at): "
          + "\(at < mine.count ? mine[at] : "nothing") instead of "
          + "\(at < theirs.count ? theirs[at] : "nothing")"
      )
    }
  }

  private func text(_ range: PhysicalRange) -> String {
    "\(range.start.hexadecimal)+\(range.size.hexadecimal)"
  }
}
