import Layout
import LinuxBoot
import PhysicalMemory
import Policy

func percent(_ percent: UInt64, of range: PhysicalRange) -> ByteCount {
  ByteCount(range.size.rawValue / 100 * percent)
}

/// A range of mebibytes.
func mib(_ start: UInt64, _ size: UInt64) -> PhysicalRange {
  PhysicalRange(start: PhysicalAddress(start << 20), saturating: .mib(size))
}

func seconds(_ count: UInt64) -> TimeSpan { TimeSpan(microseconds: count * 1_000_000) }

func buffer(
  _ name: String,
  _ size: UInt64,
  _ count: UInt64 = 1,
  align: UInt8 = 0,
  pool: String? = nil,
  isAtomic: Bool = false,
  isOptional: Bool = false
) -> Buffer {
  Buffer(
    name: name,
    size: ByteCount(size),
    count: count,
    alignment: Alignment(shift: align),
    pool: pool,
    isAtomic: isAtomic,
    isOptional: isOptional
  )
}

func region(
  _ name: String,
  _ kind: RegionKind,
  _ range: PhysicalRange,
  isDefault: Bool = false
) -> LayoutRegion {
  LayoutRegion(
    name: name,
    node: "/reserved-memory/\(name)",
    kind: kind,
    range: range,
    alignment: .byte,
    users: [],
    isDefault: isDefault,
    isDynamic: false,
    isPlanned: false,
    confidence: .exact,
    origins: []
  )
}

func device(
  _ name: String,
  reach: PhysicalRange = PhysicalRange(
    start: PhysicalAddress(0),
    end: PhysicalAddress(0x1_0000_0000)
  ),
  align: UInt8 = 0,
  boundary: ByteCount? = nil,
  iommu: IOMMUState = .none,
  pools: [String] = []
) -> LayoutDevice {
  LayoutDevice(
    name: name,
    path: "/soc/\(name)",
    reach: PhysicalRegionSet([reach]),
    windows: [],
    maskBits: 32,
    alignment: Alignment(shift: align),
    boundary: boundary,
    iommu: iommu,
    contiguous: .ifNoIOMMU,
    pools: pools,
    attach: .driver
  )
}

func stream(
  _ name: String,
  _ device: String,
  every: UInt64? = nil,
  holds: UInt64? = nil,
  _ buffers: [Buffer]
) -> Stream {
  Stream(
    name: name,
    device: device,
    start: .zero,
    every: every.map(seconds),
    holds: holds.map(seconds),
    buffers: buffers
  )
}

func target(_ architecture: String) -> TargetSummary {
  TargetSummary(
    linux: "6.12",
    architecture: architecture,
    pageSize: .kib4,
    pageblockOrder: Order(architecture == "arm" ? 10 : 9),
    maxOrder: Order(10),
    cmaAlignment: Order(8),
    cmaGranule: Alignment(shift: architecture == "arm" ? 22 : 21),
    cmaAreas: 7,
    iommu: "on",
    commandLine: "",
    zoneDMALimit: architecture == "arm64" ? PhysicalAddress(0xffff_ffff) : nil
  )
}

func layout(
  _ architecture: String,
  banks: [PhysicalRange],
  zones: [LayoutZone],
  reserved: [TakenRange] = [],
  _ regions: [LayoutRegion],
  _ devices: [LayoutDevice],
  _ workloads: [Workload]
) -> Layout {
  Layout(
    compatible: ["example,board"],
    treeDigest: "",
    policyDigest: "",
    target: target(architecture),
    variant: "dtb",
    banks: banks,
    zones: zones,
    reserved: reserved,
    regions: regions,
    devices: devices,
    workloads: workloads
  )
}

/// An Allwinner A20 with 1 GiB: a kiosk that shows one video after the other, on `streams` decoders.
func kiosk(streams: Int, pins: UInt64 = 4) -> Layout {
  let decoder = [
    buffer("bitstream", 1 << 20, 6), buffer("capture", 3_133_440, 8),
    buffer("picture-info", 211_968), buffer("neighbour-info", 32 << 10, align: 14),
    buffer("motion-vectors", 18_800_640),
  ]
  var decoders = [stream("decode-1", "ve", every: 120, holds: 90, decoder)]
  if streams > 1 { decoders.append(stream("decode-2", "ve2", decoder)) }
  let ram = mib(1024, 1024)
  let background = Background(
    pageCache: percent(60, of: ram),
    anonymous: percent(15, of: ram),
    unmovable: percent(5, of: ram),
    churn: .mib(2),
    pins: pins,
    pinHolds: TimeSpan(microseconds: 200_000)
  )
  let screen = stream("screen", "display", [buffer("framebuffer", 8_294_400, 2)])
  let reach = mib(1024, 256)
  return layout(
    "arm",
    banks: [ram],
    zones: [
      LayoutZone(name: "Normal", range: mib(1024, 768)),
      LayoutZone(name: "HighMem", range: mib(1792, 256)),
    ],
    reserved: [TakenRange(owner: "kernel", range: mib(1024, 16))],
    [region("default-pool", .cma, mib(0x4a0, 96), isDefault: true)],
    [device("display"), device("ve", reach: reach), device("ve2", reach: reach)],
    [
      Workload(
        name: "kiosk",
        lasts: seconds(7200),
        streams: decoders + [screen],
        background: background
      )
    ]
  )
}
