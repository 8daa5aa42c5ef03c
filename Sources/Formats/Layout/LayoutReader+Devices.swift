import Layout
import PhysicalMemory
import Policy
import YAML

extension LayoutReader {
  mutating func device(_ node: YAMLNode) -> LayoutDevice? {
    json.expectKeys(
      [
        "name", "path", "reach", "mask", "align", "boundary", "iommu", "pools", "contiguous",
        "attach", "windows",
      ],
      in: node
    )
    let name = json.text("name", of: node)
    let path = json.optional("path", of: node).flatMap { json.text($0) }
    let reach = json.ranges("reach", of: node)
    let mask = json.number("mask", of: node, atMost: 64)
    let alignment = json.alignment("align", of: node)
    let boundary = json.optional("boundary", of: node).flatMap { json.hexadecimal($0) }
    let iommu: IOMMUState? = json.word("iommu", of: node)
    let pools = json.texts("pools", of: node)
    let contiguous: Contiguity? = json.word("contiguous", of: node)
    let attach: Attachment? = json.word("attach", of: node)
    let windows = json.items("windows", of: node).compactMap { window($0) }
    guard let name, let mask, let alignment, let iommu, let contiguous, let attach else {
      return nil
    }
    return LayoutDevice(
      name: name,
      path: path,
      reach: PhysicalRegionSet(reach),
      windows: windows,
      maskBits: mask,
      alignment: alignment,
      boundary: boundary.map { ByteCount($0) },
      iommu: iommu,
      contiguous: contiguous,
      pools: pools,
      attach: attach
    )
  }

  private mutating func window(_ node: YAMLNode) -> LayoutDevice.Window? {
    let bus = json.value("bus", of: node).flatMap { json.hexadecimal($0) }
    guard let range = json.range(node), let bus else { return nil }
    return LayoutDevice.Window(bus: BusAddress(bus), cpu: range)
  }
}
