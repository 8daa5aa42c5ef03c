import DeviceTree
import LinuxBoot
import PhysicalMemory
import Policy

@testable import Layout

/// The range from `base` of `size` bytes.
func range(_ base: UInt64, _ size: UInt64) -> PhysicalRange {
  PhysicalRange(start: PhysicalAddress(base), saturating: ByteCount(size))
}

/// A region with as little said as possible.
func region(
  _ name: String,
  _ kind: RegionKind,
  _ range: PhysicalRange,
  node: String? = nil,
  users: [String] = [],
  isDefault: Bool = false,
  isDynamic: Bool = false,
  isPlanned: Bool = true,
  align: UInt8 = 22,
  compatible: [String] = [],
  confidence: Confidence = .exact,
  origins: [LayoutRegion.NamedOrigin] = []
) -> LayoutRegion {
  LayoutRegion(
    name: name,
    node: node,
    kind: kind,
    range: range,
    alignment: Alignment(shift: align),
    users: users,
    isDefault: isDefault,
    isDynamic: isDynamic,
    isPlanned: isPlanned,
    compatible: compatible,
    confidence: confidence,
    origins: origins
  )
}

let sampleTarget = TargetSummary(
  linux: "6.12",
  architecture: "arm64",
  pageSize: .kib4,
  pageblockOrder: Order(9),
  maxOrder: Order(10),
  cmaAlignment: Order(8),
  cmaGranule: Alignment(shift: 21),
  cmaAreas: 7,
  iommu: "on",
  commandLine: "console=ttyS0 \"quoted\"",
  zoneDMALimit: PhysicalAddress(1 << 32)
)

/// A layout of these regions in 1 GiB from 0x4000_0000.
func layout(
  _ regions: [LayoutRegion],
  devices: [LayoutDevice] = [],
  workloads: [Workload] = [],
  reserved: [TakenRange] = [],
  banks: [PhysicalRange] = [range(0x4000_0000, 0x4000_0000)],
  compatible: [String] = ["acme,board", "acme,soc"],
  target: TargetSummary = sampleTarget
) -> Layout {
  Layout(
    compatible: compatible,
    treeDigest: "d1",
    policyDigest: "d2",
    target: target,
    variant: "1g",
    banks: banks,
    zones: [LayoutZone(name: "DMA", range: range(0x4000_0000, 0x4000_0000))],
    reserved: reserved,
    regions: regions,
    devices: devices,
    workloads: workloads
  )
}

/// A codec that reaches the lowest 256 MiB of RAM.
func codec(_ name: String = "ve", path: String? = "/soc/codec@1c0e000", pools: [String] = [])
  -> LayoutDevice
{
  LayoutDevice(
    name: name,
    path: path,
    reach: PhysicalRegionSet([range(0x4000_0000, 0x1000_0000), range(0x8000_0000, 0x1000)]),
    windows: [.init(bus: BusAddress(0xc000_0000), cpu: range(0x4000_0000, 0x1000_0000))],
    maskBits: 32,
    alignment: Alignment(shift: 12),
    boundary: .mib(64),
    iommu: .none,
    contiguous: .required,
    pools: pools,
    attach: .driver
  )
}

/// A layout in which nothing is left at its default.
let fullLayout: Layout = {
  let kiosk = Workload(
    name: "kiosk",
    lasts: TimeSpan(microseconds: 7_200_000_000),
    streams: [
      Stream(
        name: "decode",
        device: "ve",
        start: TimeSpan(microseconds: 5),
        every: TimeSpan(microseconds: 120_000_000),
        holds: TimeSpan(microseconds: 90_000_000),
        buffers: [
          Buffer(
            name: "bitstream",
            size: .mib(1),
            count: 6,
            alignment: .byte,
            pool: "cma",
            isAtomic: true,
            isOptional: false
          ),
          Buffer(
            name: "picture",
            size: ByteCount(3_133_440),
            count: 8,
            alignment: Alignment(shift: 14),
            pool: nil,
            isAtomic: false,
            isOptional: true
          ),
        ]
      ),
      Stream(name: "once", device: "ve", start: .zero, every: nil, holds: nil, buffers: []),
    ],
    background: Background(
      pageCache: .mib(600),
      dirty: .mib(1),
      anonymous: .mib(150),
      unmovable: .mib(50),
      churn: .mib(2),
      churnPeriod: TimeSpan(microseconds: 1),
      pins: 4,
      pinPeriod: TimeSpan(microseconds: 2),
      pinHolds: TimeSpan(microseconds: 3)
    )
  )
  let none = Workload(
    name: "none",
    lasts: .zero,
    streams: [],
    background: Background()
  )
  return layout(
    [
      region(
        "cma",
        .cma,
        range(0x4a00_0000, 0x600_0000),
        node: "/reserved-memory/cma@4a000000",
        users: ["ve"],
        isDefault: true,
        compatible: ["acme,special"],
        confidence: .orderDependent,
        origins: [
          .init(key: "align", place: "/reserved-memory/cma:alignment"),
          .init(key: "size", place: "policies/a \"b\"\u{2028}.yaml:12:5"),
        ]
      ),
      region(
        "fw",
        .reserved,
        range(0x7fff_f000, 0x1000),
        isDynamic: true,
        isPlanned: false,
        align: 0,
        confidence: .unverified
      ),
    ],
    devices: [codec(pools: ["cma"]), codec("heap", path: nil)],
    workloads: [kiosk, none],
    reserved: [TakenRange(owner: "kernel", range: range(0x4008_0000, 0x1a0_0000))],
    banks: [
      range(0x4000_0000, 0x4000_0000),
      PhysicalRange(
        start: PhysicalAddress(0xffff_ffff_ffff_0000),
        end: PhysicalAddress(.max)
      ),
    ]
  )
}()
