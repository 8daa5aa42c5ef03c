public import DeviceTree

/// What the tree says of the IOMMU in front of a device.
public enum IOMMUReference: Sendable {
  /// It names none.
  case absent
  /// It names this one, which is available.
  case behind(Node)
  /// It names this one, which is disabled, so Linux goes on without.
  case disabled(Node)
  /// It names a phandle that no node has.
  case dangling(UInt32)
}

extension Node {
  /// The IOMMU that `iommus`, or a host bridge's `iommu-map`, names first
  /// (`drivers/iommu/of_iommu.c: of_iommu_configure`).
  ///
  /// IOMMUs of parents do not count.
  public var iommu: IOMMUReference {
    let phandle: UInt32? =
      if let list = property("iommus"), list.cellCount >= 1 {
        list.cell(0)
      } else if let map = property("iommu-map"), map.cellCount >= 4 {
        map.cell(1)
      } else {
        nil
      }
    guard let phandle else { return .absent }
    guard let target = DeviceTree(of: self).node(phandle: phandle) else {
      return .dangling(phandle)
    }
    return target.isReachable ? .behind(target) : .disabled(target)
  }
}
