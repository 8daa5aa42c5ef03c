import Layout
import LinuxBoot
import PhysicalMemory

/// The memory of a variant that nothing fixed lies in.
struct FreePlaces {
  private let free: PhysicalRegionSet

  init(_ variant: CompiledVariant, _ subject: Subject) {
    let memory = variant.variant.memory
    let firmware = variant.variant.firmware.map(\.range.range)
    let reserved = variant.today?.map.reserved ?? []
    free = memory.subtracting(
      RegionSet(subject.fixedEntries.map(\.range) + firmware + reserved)
    )
  }

  /// The base nearest to `range` from which as many bytes are free.
  func nearest(to range: PhysicalRange, alignment: Alignment) -> PhysicalAddress? {
    let places = free.ranges.compactMap { run -> (distance: UInt64, base: PhysicalAddress)? in
      guard let low = alignment.up(run.start), let last = run.end.subtracting(range.size) else {
        return nil
      }
      let high = alignment.down(last)
      guard low <= high else { return nil }
      let base = min(max(alignment.down(range.start), low), high)
      let distance = max(base, range.start).rawValue - min(base, range.start).rawValue
      return (distance, base)
    }
    return places.min { ($0.distance, $0.base) < ($1.distance, $1.base) }?.base
  }
}
