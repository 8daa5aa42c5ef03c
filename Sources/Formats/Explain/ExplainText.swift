import Diagnostics
public import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// Says of a device, a region or a key what holds, who said so, and who was overruled.
public struct ExplainText {
  let compiled: CompiledVariant
  let board: [String]

  /// An explanation of what holds in one RAM variant of a board.
  public init(_ compiled: CompiledVariant, compatible: [String]) {
    self.compiled = compiled
    board = compatible
  }

  /// The explanation of `name`: a device, a region, or a key such as `target.linux` or
  /// `pools.video.size`; nil where there is none of that name.
  public func text(of name: String) -> String? {
    written(name).map { VisibleText.lines(of: $0) }
  }

  private func written(_ name: String) -> String? {
    if let device = devices(named: name) { return device }
    if let region = region(named: name) { return region }
    let path = name.split(separator: ".").map(String.init)
    guard let value = compiled.policy.value[path: path] else { return nil }
    return "\(name), \(variantText)\n" + rows(value, indent: 2)
  }

  /// What can be asked for.
  public var names: [String] {
    (compiled.policy.devices.map(\.name) + compiled.policy.regions.map(\.name)).sorted()
      + ["target", "variants", "workloads"]
  }

  /// The list of what can be asked for, and the layers that hold, in lines of `width` columns.
  public func overview(width: Int) -> String {
    VisibleText.lines(of: list(width: width))
  }

  private func list(width: Int) -> String {
    let found = Set(compiled.devices.map(\.policy.name))
    let devices = compiled.policy.devices.map(\.name).filter(found.contains)
    let kernel = compiled.target.kernel
    let rows = [
      ("board", board),
      (
        "kernel",
        [
          "\(kernel.version) \(kernel.architecture.rawValue)", "\(kernel.pageSize) pages",
          "CMA granule \(kernel.cmaMinAlignment)",
        ]
      ),
      ("layers", compiled.policy.layers.map(\.name)), ("devices", devices),
      ("regions", compiled.regions.map(\.name)),
    ]
    return rows.map { name, items in
      let text = items.isEmpty ? "none" : items.joined(separator: ", ")
      let lines = text.wrapped(width: width, indentation: 10)
      return name.padded(to: 10) + lines.drop { $0 == " " }
    }
    .joined()
      + "\nName one of them, a setting, or a key such as `target.linux`, to see where it\ncomes from.\n\n"
  }

  private var variantText: String { "variant \(compiled.variant.name)" }

  private func devices(named name: String) -> String? {
    guard let policy = compiled.policy.devices.first(where: { $0.name == name }) else {
      return compiled.devices.first { $0.device.name == name }.map {
        DeviceExplanation($0, compiled).text
      }
    }
    let instances = compiled.devices.filter { $0.policy.name == name }
    var text = "device \(name), \(variantText)\n" + rows(policy.value, indent: 2)
    if instances.isEmpty { text += "\nThis board has no available node that it matches.\n" }
    for instance in instances { text += "\n" + DeviceExplanation(instance, compiled).text }
    return text
  }

  private func region(named name: String) -> String? {
    let canonical = compiled.policy.binding.canonicalName(name)
    if let region = compiled.regions.first(where: { $0.name == canonical }) {
      return "region \(canonical), \(variantText)\n" + rows(region.policy.value, indent: 2)
        + placeText(canonical)
    }
    guard compiled.layout?.region(named: canonical) != nil else { return nil }
    return "region \(canonical), \(variantText)\n" + placeText(canonical)
  }

  private func placeText(_ name: String) -> String {
    guard let region = compiled.layout?.region(named: name) else {
      return "\n  It has no place: see the findings of `dmaplan check`.\n"
    }
    let users = region.users.isEmpty ? "nobody" : region.users.joined(separator: ", ")
    return """

        lies at     \(region.range), \(region.range.size.approximate) (\(region.confidence.rawValue))
        node        \(region.node ?? "none: " + (region.origins.first?.place ?? "the kernel makes it"))
        used by     \(users)

      """
  }

  /// A line for each key, and below it one for each value that was overruled.
  private func rows(_ value: PolicyValue, indent: Int) -> String {
    let padding = String(repeating: " ", count: indent)
    guard !value.entries.isEmpty else { return padding + line("", value) }
    return value.entries.map { entry in
      if !entry.value.entries.isEmpty {
        return padding + entry.name + "\n" + rows(entry.value, indent: indent + 2)
      }
      return padding + line(entry.name, entry.value)
        + entry.value.overruled.reversed().map { old in
          padding + "".padded(to: 12) + "(\(old.summary.cut(to: 48)) in \(old.origin.place))\n"
        }
        .joined()
    }
    .joined()
  }

  private func line(_ key: String, _ value: PolicyValue) -> String {
    key.padded(to: 12) + value.summary.cut(to: 48).padded(to: 20) + "  " + value.origin.place + "\n"
  }
}

extension String {
  /// The text, or its beginning where it has more than `width` characters.
  func cut(to width: Int) -> String { count <= width ? self : prefix(width - 3) + "..." }

  /// The text with spaces behind it up to `width` characters.
  func padded(to width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }
}
