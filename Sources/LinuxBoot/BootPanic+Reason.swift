import PhysicalMemory

extension BootPanic {
  /// What kills the kernel, as a clause for a person: `no RAM is described`.
  public var reason: String {
    switch self {
    case .noMemory: "no RAM is described"
    case .kernelOutsideMemory(let range): "the kernel's image at \(range) is not in RAM"
    case .areaWithoutMemory(let name, let range):
      "CMA area `\(name)` at \(range) covers addresses without RAM"
    case .areasOverlap(let first, let second, let range):
      "CMA areas `\(first)` and `\(second)` share \(range)"
    case .areaOverKernel(let name, let range):
      "CMA area `\(name)` at \(range) covers the kernel's image"
    case .initrdInHighMemory(let range): "the initial RAM disk at \(range) lies above lowmem"
    case .wrapsAddressSpace(let range):
      "the region \(range) ends inside the last page below 4 GiB, and rounding up wraps to page 0"
    case .kernelOverDeviceTree(let range):
      "the kernel's image at \(range) covers the devicetree"
    case .memoryDoesNotExist(let range): "`mem=` names RAM at \(range) that does not exist"
    case .noMapInKernel(let range): "the no-map range \(range) lies in the kernel's own mapping"
    case .noMapBelowKernel(let range):
      "the no-map range \(range) lies below the kernel, whose early mappings end there"
    }
  }
}
