/// Names that an overlay may use, made of names that came from outside.
struct OverlayNames {
  /// The nodes that /reserved-memory has.
  private var taken: Set<String>
  private var labels: Set<String> = []

  init(taken: Set<String>) { self.taken = taken }

  /// The names for nodes that are to be added, in the same order: with only the characters of a
  /// node's name (Devicetree Specification 2.2.1), and with a number where the name is taken.
  ///
  /// libfdt finds `pool@50000000` for `pool` (`fdt_ro.c: fdt_nodename_eq_`), and an overlay would
  /// change it: a name without unit address is taken by any with one.
  mutating func nodeNames(_ wanted: [String]) -> [String] {
    let parts = wanted.map(Self.parts)
    var names = parts.map { part in
      part.unit.isEmpty
        ? "" : unused { $0 == 1 ? part.stem + part.unit : "\(part.stem)-\($0)\(part.unit)" }
    }
    taken.formUnion(taken.map { String($0.prefix { $0 != "@" }) })
    for (index, part) in parts.enumerated() where part.unit.isEmpty {
      names[index] = unused { $0 == 1 ? part.stem : "\(part.stem)-\($0)" }
    }
    return names
  }

  private mutating func unused(_ name: (Int) -> String) -> String { Self.unused(&taken, name) }

  /// Name and unit address, this with its `@`, or empty.
  private static func parts(_ wanted: String) -> (stem: String, unit: String) {
    let at = wanted.firstIndex(of: "@") ?? wanted.endIndex
    let address = wanted[at...].dropFirst()
    let isAddress = !address.isEmpty && address.unicodeScalars.allSatisfy(isNodeScalar)
    let scalars = wanted[..<at].unicodeScalars.map { isNodeScalar($0) ? $0 : "-" }
    let stem = scalars.isEmpty ? "region" : String(String.UnicodeScalarView(scalars))
    return (stem, isAddress ? "@" + address : "")
  }

  /// A label made of `name`, that no other node of the overlay has.
  mutating func label(_ name: String) -> String {
    var stem = String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { Self.isAlphanumeric($0) ? $0 : "_" }
      )
    )
    if stem.unicodeScalars.first.map({ ("0"..."9").contains($0) }) ?? true { stem = "_" + stem }
    return Self.unused(&labels) { $0 == 1 ? stem : "\(stem)_\($0)" }
  }

  /// Whether `name` can stand as a property's name in devicetree source.
  static func isProperty(_ name: String) -> Bool {
    !name.isEmpty
      && name.unicodeScalars.allSatisfy { isNodeScalar($0) || "*#?".unicodeScalars.contains($0) }
  }

  private static func unused(_ names: inout Set<String>, _ name: (Int) -> String) -> String {
    var number = 1
    while !names.insert(name(number)).inserted { number += 1 }
    return name(number)
  }

  private static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
  }

  private static func isNodeScalar(_ scalar: Unicode.Scalar) -> Bool {
    isAlphanumeric(scalar) || ",._+-".unicodeScalars.contains(scalar)
  }
}
