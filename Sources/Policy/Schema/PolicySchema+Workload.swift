/// The keys under `workloads`.
extension PolicySchema {
  static let workload: [Key] = [
    Key("lasts", .time, "How long it runs; an hour if it does not say."),
    Key(
      "phases",
      .list(.mapping(phase)),
      "What follows one another, each with a background of its own; the last one lasts to the end.",
      examples: ["[{name: boot, for: 30s}, {name: use}]"]
    ),
    Key(
      "streams",
      .named(.mapping(stream)),
      "Devices and their buffers.",
      examples: ["{decode: {device: ve, buffers: [{size: 3MiB, count: 8}]}}"]
    ),
    Key(
      "background",
      .mapping(background),
      "What the rest of the system does.",
      examples: ["{page-cache: 60%, anonymous: 15%, churn: 2MiB/s}"]
    ),
    Key(
      "operations",
      .list(.operation),
      "Instead of streams: steps one after another, as in `replay`'s scenarios.",
      examples: ["[[alloc, b0, 12MiB], [free, b0]]"]
    ),
    Key(
      "device",
      .text,
      "The device that `operations` allocate for; without it, a 32-bit one without a region.",
      examples: ["vpu-cedrus"]
    ),
    Key(
      "vary",
      .countWithin(0, 100),
      "By how many percent the loads of `operations` differ between seeds, up or down; 2 if not said.",
      examples: ["2", "10"]
    ),
    Key(
      "why",
      .text,
      "Why it is so.",
      examples: ["what the kiosk plays all day"]
    ),
  ]

  static let phase: [Key] = [
    Key("name", .text, "What `during` calls it.", examples: ["boot", "idle", "use", "suspend"]),
    Key("for", .time, "How long it lasts; the last one lasts to the end."),
    Key(
      "background",
      .mapping(background),
      "Keys that replace those of the workload's background.",
      examples: ["{anonymous: 40%}"]
    ),
  ]

  static let stream: [Key] = [
    Key("device", .text, "The device that allocates.", examples: ["vpu-cedrus"]),
    Key(
      "during",
      .oneOrMore(.text),
      "The phases in which it may be open; it is closed when they end. All, if not said.",
      examples: ["use"]
    ),
    Key(
      "at",
      .oneOrMore(.time),
      "When it is opened first, or each time that it is; counted from the first phase of `during`.",
      examples: ["10s", "[10s, 5min]"]
    ),
    Key("every", randomTime, "How often it is opened again.", examples: timeExamples),
    Key(
      "for",
      randomTime,
      "How long it stays open; to the end, if not said.",
      examples: timeExamples
    ),
    Key(
      "group",
      .text,
      "Streams of one group are never open together: an opening meanwhile is skipped (-EBUSY).",
      examples: ["codec"]
    ),
    Key(
      "release",
      .word(["order", "reverse", "random"]),
      "The order in which buffers are given back."
    ),
    Key(
      "mode-change",
      .mapping(modeChange),
      "All buffers are allocated anew while it is open.",
      examples: ["{every: 20min}"]
    ),
    Key(
      "buffers",
      .list(.mapping(buffer)),
      "Its buffers in allocation order.",
      examples: ["[{name: capture, size: 3MiB, count: 8}]"]
    ),
  ]

  static let modeChange: [Key] = [
    Key("every", randomTime, "How often, while it is open.", examples: timeExamples),
    Key(
      "keep-old",
      .flag,
      "The old buffers are freed only when the new ones are there, so both are held at once."
    ),
  ]

  private static let timeExamples = ["2min", "{uniform: 30s..5min}", "{exponential: 2min}"]

  /// A time that is fixed or drawn anew each time.
  static let randomTime: Shape = .either(
    .time,
    .mapping([
      Key("uniform", .timeRange, "Any time from one to another, all alike."),
      Key("exponential", .time, "A waiting time without memory, with this mean."),
    ])
  )

  static let buffer: [Key] = [
    Key("name", .text, "What the buffer is.", examples: ["capture"]),
    Key("size", .positiveSize, "Its size."),
    Key("format", .picture, "A picture: `1920x1088 nv12`."),
    Key(
      "stride",
      .countWithin(1, PictureFormat.maximumStep),
      "The bytes that each line of a `format` is rounded up to.",
      examples: ["64"]
    ),
    Key(
      "lines",
      .countWithin(1, PictureFormat.maximumStep),
      "The rows that the height of a `format` is rounded up to.",
      examples: ["16"]
    ),
    Key("count", .countWithin(1, 1_000_000), "How many of them."),
    Key("align", .size, "The alignment it needs."),
    Key(
      "pool",
      .text,
      "The pool it comes from, of several.",
      examples: ["default-cma"]
    ),
    Key("atomic", .flag, "Asked for where the driver can not sleep."),
    Key("optional", .flag, "The driver has a fallback."),
    Key(
      "leaks",
      .countWithin(0, 1_000_000),
      "So many of `count` are never given back when the stream closes.",
      examples: ["1"]
    ),
  ]

  static let background: [Key] = [
    Key("page-cache", .size, "Clean file pages: dropped when memory is short."),
    Key("dirty", .size, "Dirty file pages: written back before they can be dropped."),
    Key("anonymous", .size, "Memory of processes; without `swap` or `zram` it can only be moved."),
    Key("swap", .size, "How much anonymous and shared memory a disk can take.", examples: ["1GiB"]),
    Key(
      "zram",
      .size,
      "The same into RAM: a third of what is swapped stays, as movable pages.",
      examples: ["512MiB"]
    ),
    Key("huge", .size, "Transparent huge pages of processes."),
    Key("shared", .size, "tmpfs and shared memory: behaves as anonymous memory."),
    Key("locked", .size, "mlocked memory: never swapped out, but moved."),
    Key("slab", .size, "Slab that can be reclaimed, such as dentries and inodes."),
    Key("unmovable", .size, "Slab, page tables, stacks: neither moved nor reclaimed."),
    Key(
      "growth",
      .mapping(growth),
      "How fast classes grow over the workload's time.",
      examples: ["{unmovable: 1MiB/h}"]
    ),
    Key("churn", .throughput, "How fast page cache and anonymous memory are replaced."),
    Key(
      "pins",
      .mapping(pins),
      "Short pins of movable pages.",
      examples: ["{rate: 4/min, for: 200ms}"]
    ),
    Key(
      "long-pins",
      .mapping(longPins),
      "Pins for long: moved out of CMA areas first, or refused.",
      examples: ["{size: 64MiB, at: 1min}"]
    ),
    Key(
      "hogs",
      .mapping(hogs),
      "A process that takes memory, and dies.",
      examples: ["{size: 200MiB, every: 10min, for: 30s}"]
    ),
    Key(
      "boot-noise",
      .size,
      "Short-lived blocks, movable and not, that come and go before the first stream opens."
    ),
  ]

  /// The classes that can grow.
  static let growth: [Key] = [
    ("page-cache", "Clean file pages."), ("dirty", "Dirty file pages."),
    ("anonymous", "Memory of processes."), ("huge", "Transparent huge pages."),
    ("shared", "tmpfs and shared memory."), ("locked", "mlocked memory."),
    ("slab", "Slab that can be reclaimed."), ("unmovable", "Slab, page tables, stacks."),
  ].map { Key($0.0, .throughput, $0.1, examples: ["1MiB/h"]) }

  static let pins: [Key] = [
    Key("rate", .eventRate, "How often a page is pinned."),
    Key("for", .time, "How long it stays pinned."),
  ]

  static let longPins: [Key] = [
    Key("size", .size, "How much is pinned.", examples: ["64MiB"]),
    Key("at", .time, "When, from the start of the workload."),
  ]

  static let hogs: [Key] = [
    Key("size", .size, "How much it takes.", examples: ["200MiB"]),
    Key("every", randomTime, "How often one comes.", examples: timeExamples),
    Key("for", randomTime, "How long it lives.", examples: timeExamples),
  ]
}
