/// The closed list of keys that a layer may have (format `dmaplan: 1`).
public enum PolicySchema {
  /// The version of the format that `dmaplan:` states.
  public static let version = "1"

  /// The keys of a layer.
  public static let layer: [Key] = [
    Key("dmaplan", .count, "The version of this format; always 1.", examples: ["1"]),
    Key(
      "name",
      .text,
      "A name that is unique among the layers of one origin.",
      examples: ["my-board"]
    ),
    Key(
      "why",
      .text,
      "Why the layer exists; a quirk must say.",
      examples: ["the video engine reaches only the first 256 MiB of DRAM"]
    ),
    Key(
      "match",
      .mapping(match),
      "The boards that the layer is for; without it, all.",
      examples: ["{compatible: \"allwinner,sun7i-a20\"}"]
    ),
    Key("override", .flag, "This layer wins over others of equal rank."),
    Key(
      "target",
      .mapping(target),
      "The kernel to be booted.",
      examples: ["{linux: 6.12, default-cma: 128MiB}"]
    ),
    Key(
      "variants",
      .named(variant),
      "RAM populations of the board.",
      examples: ["{1g: [0x4000_0000..0x8000_0000]}"]
    ),
    Key(
      "firmware",
      .named(.mapping(firmware)),
      "Ranges that firmware holds.",
      examples: ["{tee: {range: 0x5600_0000..+32MiB, kind: no-map, owner: OP-TEE}}"]
    ),
    Key(
      "boot",
      .mapping(bootObjects),
      "Where the boot loader puts what it loads.",
      examples: ["{kernel: 0x4020_0000..+32MiB}"]
    ),
    Key(
      "pools",
      .named(.mapping(region)),
      "Regions that devices allocate from.",
      examples: ["{video: {kind: cma, size: 96MiB}}"]
    ),
    Key(
      "carve-outs",
      .named(.mapping(region)),
      "Memory taken from the kernel.",
      examples: ["{dsp: {kind: carveout, base: 0x5000_0000, size: 16MiB}}"]
    ),
    Key(
      "devices",
      .named(.mapping(device)),
      "DMA masters and what they need.",
      examples: ["{ve: {match: {path: /soc/video-codec@1c0e000}, pools: [video]}}"]
    ),
    Key(
      "workloads",
      .named(.mapping(workload)),
      "What devices allocate, when, for how long.",
      examples: ["{kiosk: {streams: {decode: {device: ve, buffers: [{size: 3MiB, count: 8}]}}}}"]
    ),
    Key(
      "rules",
      .named(.either(.word(severities), .mapping(rule))),
      "Severities of rules.",
      examples: ["{carveout-without-user: note}"]
    ),
    Key(
      "waive",
      .list(.mapping(waiver)),
      "Findings that are known and accepted.",
      examples: ["[{rule: attachment-unproven, why: seen to work on hardware}]"]
    ),
  ]

  static let severities = ["error", "warning", "note", "off"]

  static let match: [Key] = [
    Key(
      "compatible",
      .oneOrMore(.text),
      "Root `compatible` strings; the most specific hit counts.",
      examples: ["allwinner,sun7i-a20"]
    ),
    Key("variant", .text, "Only for this RAM variant.", examples: ["1g"]),
    Key("any", .flag, "Every board, as a quirk."),
  ]

  static let architectures = ["arm", "arm64", "riscv64"]

  private static func perArchitecture(_ shape: Shape) -> Shape {
    .either(shape, .mapping(architectures.map { Key($0, shape, "The value on \($0).") }))
  }

  static let target: [Key] = [
    Key("linux", .version, "The kernel version, as text."),
    Key("arch", .word(architectures), "The architecture; without it, what the tree's CPUs say."),
    Key(
      "page-size",
      .word(["4KiB", "16KiB", "64KiB"]),
      "PAGE_SIZE: 4KiB, 16KiB or 64KiB.",
      examples: ["4KiB", "16KiB", "64KiB"]
    ),
    Key(
      "cma-alignment",
      perArchitecture(.countWithin(2, 12)),
      "CONFIG_CMA_ALIGNMENT, an order of pages."
    ),
    Key("cma-areas", perArchitecture(.countWithin(1, 1024)), "CONFIG_CMA_AREAS."),
    Key("default-cma", perArchitecture(.size), "CONFIG_CMA_SIZE_MBYTES or a share of RAM."),
    Key("iommu", .word(["on", "off", "passthrough"]), "Whether the kernel drives the IOMMUs."),
    Key(
      "cmdline",
      .text,
      "Words for the kernel's command line.",
      examples: ["console=ttyS0 cma=128M"]
    ),
  ]

  static let variant: Shape = .either(
    .list(.range),
    .mapping([
      Key("ram", .list(.range), "The RAM that the kernel is told of."),
      Key(
        "firmware",
        .named(.mapping(firmware)),
        "Ranges that firmware holds on this variant.",
        examples: ["{videocore: {range: 0x3b40_0000..0x4000_0000, kind: removed}}"]
      ),
      Key(
        "boot",
        .mapping(bootObjects),
        "Boot objects on this variant.",
        examples: ["{initrd: 0x4800_0000..+16MiB}"]
      ),
    ])
  )

  static let firmware: [Key] = [
    Key("range", .range, "The addresses."),
    Key("kind", .word(["removed", "reserved", "no-map"]), "How the kernel learns of it."),
    Key("owner", .text, "Who holds it.", examples: ["secure firmware"]),
  ]

  static let bootObjects: [Key] = ["kernel", "initrd", "dtb", "loader"].map {
    Key($0, .range, "Where the \($0) lies when the kernel starts.")
  }

  static let poolKinds = [
    "cma", "coherent", "restricted", "carveout", "reserved", "bigphysarea", "pmem", "mem-limit",
    "ion-carveout", "cma-2010",
  ]

  static let region: [Key] = [
    Key("kind", .word(poolKinds), "What kind of region it is."),
    Key(
      "node",
      .text,
      "The /reserved-memory child that this is, by name.",
      examples: ["linux,cma"]
    ),
    Key("size", .positiveSize, "How big."),
    Key("at-least", .size, "Never smaller."),
    Key("at-most", .size, "Never bigger."),
    Key("base", .address, "A fixed address."),
    Key("align", .size, "The alignment of the base, a power of two.", examples: ["4MiB"]),
    Key("within", .oneOrMore(.range), "The addresses it may lie in."),
    Key("boundary", .size, "It crosses no multiple of this.", examples: ["256MiB"]),
    Key(
      "apart",
      .mapping(apart),
      "Regions that it must not share a block with.",
      examples: ["{from: [region-mfc-right], block: bank}"]
    ),
    Key("default", .flag, "It is the default CMA area."),
    Key(
      "compatible",
      .oneOrMore(.text),
      "What the node says it is, beside the kind's own.",
      examples: ["shared-dma-pool"]
    ),
    Key("form", .word(["static", "dynamic"]), "Written with `reg` or with `size`."),
    Key(
      "owner",
      .text,
      "Who holds it.",
      examples: ["secure firmware"]
    ),
    Key(
      "why",
      .text,
      "Why it is so.",
      examples: ["two streams of 1080p, each with 8 pictures"]
    ),
  ]

  static let apart: [Key] = [
    Key("from", .list(.text), "The other regions.", examples: ["region-mfc-right"]),
    Key("block", .either(.word(["bank"]), .size), "What they must not share."),
  ]

  static let device: [Key] = [
    Key(
      "match",
      .mapping(deviceMatch),
      "The nodes that are this device.",
      examples: ["{compatible: \"allwinner,sun7i-a20-video-engine\"}"]
    ),
    Key(
      "on",
      .text,
      "The bus that it sits behind, where it has no node.",
      examples: ["/soc/pcie@7d500000"]
    ),
    Key("heap", .text, "A dma-heap user of this pool.", examples: ["default-cma"]),
    Key(
      "mask",
      .countWithin(1, 64),
      "The DMA mask that its driver sets, in bits.",
      examples: ["32", "40", "64"]
    ),
    Key("reach", .oneOrMore(.range), "CPU addresses it reaches, narrower than the tree says."),
    Key("align", .size, "The alignment its buffers need."),
    Key("boundary", .size, "Its buffers cross no multiple of this bus address."),
    Key("pools", .list(.text), "The pools it allocates from, in order.", examples: ["default-cma"]),
    Key("contiguous", .word(["required", "if-no-iommu", "no"]), "Whether it needs contiguity."),
    Key("iommu", .word(["from-dtb", "on", "off"]), "Whether it sits behind an IOMMU."),
    Key("attach", .word(["driver", "core", "unknown"]), "Who attaches its region."),
    Key(
      "why",
      .text,
      "Why it is so.",
      examples: ["the driver sets a 32-bit mask"]
    ),
  ]

  static let deviceMatch: [Key] = [
    Key("path", .oneOrMore(.text), "Full paths of nodes.", examples: ["/soc/video-codec@1c0e000"]),
    Key(
      "compatible",
      .oneOrMore(.text),
      "Strings of `compatible`.",
      examples: ["allwinner,sun7i-a20-video-engine"]
    ),
    Key("alias", .text, "A property of /aliases.", examples: ["ethernet0"]),
    Key("label", .text, "A label kept in /__symbols__.", examples: ["vpu"]),
  ]

  static let rule: [Key] = [
    Key("severity", .word(severities), "How bad a finding of this rule is."),
    Key("threshold", .size, "The limit that the rule holds against.", examples: ["50%"]),
  ]

  static let waiver: [Key] = [
    Key("rule", .text, "The rule.", examples: ["attachment-unproven"]),
    Key(
      "node",
      .text,
      "The node that the finding names.",
      examples: ["/soc/video-codec@1c0e000"]
    ),
    Key(
      "board",
      .text,
      "The board's root `compatible` string.",
      examples: ["cubietech,cubietruck"]
    ),
    Key(
      "variant",
      .text,
      "The RAM variant.",
      examples: ["1g"]
    ),
    Key(
      "why",
      .text,
      "Why it is accepted.",
      examples: ["seen to work on hardware"]
    ),
    Key("until", .text, "The last day that it is accepted, YYYY-MM-DD.", examples: ["2027-12-31"]),
  ]
}
