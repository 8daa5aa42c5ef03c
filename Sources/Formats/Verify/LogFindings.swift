public import Diagnostics
public import LinuxBoot
import PhysicalMemory

/// The differences of a boot log and a prediction as findings, each with what may be behind it.
public enum LogFindings {
  /// A finding for each difference; `dtb` and `log` are the files as they were named.
  public static func findings(
    _ differences: [BootDifference],
    dtb: String,
    log: String
  ) -> [Diagnostic] {
    let others = differences.filter { !$0.isMove }
    let moves = differences.filter(\.isMove)
    let writer = Writer(dtb: dtb, log: log, isOtherTree: others.contains(where: \.isStructural))
    return (others + moves).map(writer.finding)
  }

  /// The finding of an overlay whose absence explains all other differences.
  public static func overlayMissing(_ overlay: String, dtb: String, log: String) -> Diagnostic {
    Diagnostic(
      "log-overlay-missing",
      .error,
      "the kernel of \(log) did not get the overlay \(overlay)",
      at: Label(
        .tree(TreeLocation(dtb: dtb, path: "/reserved-memory")),
        "without it the log agrees"
      ),
      help: "look at what the boot loader applies: `fdtoverlays` in extlinux.conf, `dtoverlay=`, "
        + "`fdt apply`"
    )
  }
}

extension BootDifference {
  /// Whether only the place differs, or the area that the kernel makes itself: either may follow from
  /// any other difference.
  fileprivate var isMove: Bool {
    guard case .region(let region) = self else { return false }
    return region.cause == .moved || region.isDefaultArea
  }

  /// Whether the kernel had another tree.
  fileprivate var isStructural: Bool {
    switch self {
    case .region(let region):
      region.cause != .otherDefaultSize && !isMove && !region.isCrashKernel
    case .unexpectedPlacement, .unexpectedReservation: true
    default: false
    }
  }
}

private struct Writer {
  let dtb: String
  let log: String
  /// Whether the kernel had other regions, so that places differ of themselves.
  let isOtherTree: Bool

  func finding(_ difference: BootDifference) -> Diagnostic {
    switch difference {
    case .otherKernel(let stated, let found): otherKernel(stated, found)
    case .otherBoard(let tree, let found): otherBoard(tree, found)
    case .commandLine(let inLog, let stated, let beaten): commandLine(inLog, stated, beaten)
    case .memory(let missing, let extra): memory(missing, extra)
    case .region(let region): self.region(region)
    case .unexpectedReservation(let ranges, let caller): unexpected(ranges, caller)
    case .unexpectedPlacement(let ranges): unexpected(ranges)
    case .assumedDefaultSize(let assumed, let found): defaultSize(assumed, found)
    case .blobSize(let size): blobSize(size)
    case .zone(let kind, let predicted, let found): zone(kind, predicted, found)
    case .survived(let panic): survived(panic)
    }
  }

  private func label(_ path: String, _ property: String? = nil, _ text: String) -> Label {
    Label(.tree(TreeLocation(dtb: dtb, path: path, property: property)), text)
  }

  private func otherKernel(_ stated: KernelVersion, _ found: String) -> Diagnostic {
    Diagnostic(
      "log-of-another-kernel",
      .error,
      "\(log) is of Linux \(found), not of \(stated)",
      at: label("/", nil, "predicted for Linux \(stated)"),
      notes: ["the rest of the log was held against the prediction for its own version"],
      help: "predict for it: --linux \(KernelVersion(found)?.description ?? found)"
    )
  }

  private func otherBoard(_ tree: String, _ found: String) -> Diagnostic {
    Diagnostic(
      "log-of-another-board",
      .error,
      "\(log) is of another board: `\(found)`",
      at: label("/", "model", "this tree is for `\(tree)`"),
      notes: ["the kernel says `Machine model: \(found)`; nothing else was compared"],
      help: "give the DTB that this board boots, or the log of this board"
    )
  }

  private func commandLine(
    _ inLog: [String],
    _ stated: [String],
    _ beaten: [String]
  ) -> Diagnostic {
    let theirs = inLog.map { "`\($0)`" }.joined(separator: " ")
    let mine = stated.map { "`\($0)`" }.joined(separator: " ")
    let pools = beaten.map { "`\($0)`" }.joined(separator: ", ")
    let headline =
      beaten.isEmpty
      ? inLog.isEmpty
        ? "the kernel's command line lacks \(mine)" : "the kernel was also given \(theirs)"
      : "\(theirs) on the command line won over the default pool \(pools)"
    return Diagnostic(
      "log-command-line",
      .error,
      headline,
      at: label(
        "/chosen",
        "bootargs",
        mine.isEmpty ? "predicted without" : "predicted with \(mine)"
      ),
      notes: [inLog.isEmpty ? "the log's command line has none of it" : "the log has \(theirs)"]
        + (beaten.isEmpty
          ? [] : ["`linux,cma-default` is ignored and its memory freed where `cma=` is given"]),
      help: beaten.isEmpty
        ? "predict with the board's own line: --cmdline, or set `bootargs`"
        : "take `cma=` off the boot loader's command line, or give it with --cmdline"
    )
  }

  private func memory(_ missing: PhysicalRegionSet, _ extra: PhysicalRegionSet) -> Diagnostic {
    let lacks = missing.isEmpty ? nil : "lacks \(missing.size.approximate) at \(missing)"
    let more = extra.isEmpty ? nil : "has \(extra.size.approximate) more at \(extra)"
    return Diagnostic(
      "log-ram",
      .error,
      "firmware gave the kernel other RAM: it "
        + [lacks, more].compactMap { $0 }.joined(separator: " and "),
      at: label("/", nil, "RAM as this tree and policy have it"),
      notes: [
        missing.isEmpty
          ? "boot loaders write the memory that they find over the tree's memory node"
          : "what firmware keeps for itself it takes out of the tree's memory node",
        "the rest of the log was held against the prediction for its own RAM",
      ],
      help: "state it as a variant of the policy, or give it with --ram"
    )
  }

  private func region(_ region: RegionDifference) -> Diagnostic {
    let path = region.node ?? "/reserved-memory"
    let name = region.isDefaultArea ? "the \(region.name)" : "`\(region.name)`"
    return Diagnostic(
      "log-region",
      .error,
      headline(region, name),
      at: label(path, nil, region.predicted.first.map { "predicted: \($0)" } ?? "not predicted"),
      notes: region.predicted.dropFirst().map { "predicted: \($0)" }
        + (region.log.isEmpty ? ["the log does not mention it"] : region.log.map { "log: \($0)" }),
      help: help(region)
    )
  }

  private func headline(_ region: RegionDifference, _ name: String) -> String {
    switch region.cause {
    case .notInTree where region.isDefaultArea:
      "the kernel made a default CMA area of its own, which was not predicted"
    case .notInLog where region.isDefaultArea:
      "the kernel made no default CMA area of its own, which was predicted"
    case .notInTree where region.isCrashKernel:
      "the kernel reserved memory for a crash kernel, which was not predicted"
    case .notInLog where region.isCrashKernel:
      "the kernel reserved no memory for a crash kernel, which was predicted"
    case .notInTree: "the kernel set up \(name), which this tree does not have"
    case .notInLog: "the kernel did not set up \(name) as this tree has it"
    case .otherProperties: "\(name) was set up otherwise than this tree says"
    case .moved: "\(name) lies elsewhere than predicted"
    case .otherDefaultSize: "\(name) is not what was predicted"
    }
  }

  private func help(_ region: RegionDifference) -> String {
    if region.isCrashKernel {
      return
        "give the kernel's own configuration, whether it has CRASH_DUMP and KEXEC: --kernel-config"
    }
    if isOtherTree, region.cause == .moved || region.isDefaultArea {
      return
        "it may follow from the other regions: compare again with the tree that the board boots"
    }
    switch region.cause {
    case .notInTree where region.isDefaultArea, .notInLog where region.isDefaultArea:
      return "give the kernel's own configuration: --kernel-config"
    case .notInTree:
      return "the board boots another DTB, or an overlay was not given here: take "
        + "/sys/firmware/fdt from the board, or add --overlay"
    case .notInLog:
      return "the board boots another DTB, or an overlay was not applied there: compare with "
        + "/sys/firmware/fdt"
    case .otherProperties:
      return "the board boots another DTB: compare with /sys/firmware/fdt"
    case .moved:
      return "say where the boot loader puts the kernel, initial RAM disk and tree: --boot-object"
    case .otherDefaultSize:
      return "give the kernel's own configuration (CONFIG_CMA_SIZE_MBYTES): --kernel-config"
    }
  }

  private func unexpected(_ ranges: PhysicalRegionSet, _ caller: String?) -> Diagnostic {
    Diagnostic(
      "log-unexpected-reservation",
      .error,
      "the kernel reserved \(Self.list(ranges.ranges)), which nothing predicts",
      at: label("/reserved-memory", nil, "no region of this tree is there"),
      notes: [caller.map { "reserved by `\($0)`" } ?? "it is marked no-map"],
      help: caller == nil || caller?.contains("fdt") == true || caller?.contains("of_") == true
        ? "the board boots another DTB, or an overlay was not given here: take "
          + "/sys/firmware/fdt from the board"
        : "state it in a policy: `firmware:` with this range, or as `boot:`"
    )
  }

  private func unexpected(_ ranges: [PhysicalRange]) -> Diagnostic {
    Diagnostic(
      "log-unexpected-reservation",
      .error,
      "the kernel placed \(ranges.count) \(ranges.count == 1 ? "region" : "regions") without `reg` "
        + "that this tree does not have",
      at: label("/reserved-memory", nil, "the log has \(Self.list(ranges))"),
      help: "the board boots another DTB, or an overlay was not given here: take "
        + "/sys/firmware/fdt from the board"
    )
  }

  private static func list(_ ranges: [PhysicalRange]) -> String {
    let shown = ranges.prefix(4).map { "\($0) (\($0.size.approximate))" }.joined(separator: ", ")
    return ranges.count > 4 ? "\(shown) and \(ranges.count - 4) more" : shown
  }

  private func defaultSize(_ assumed: ByteCount, _ found: ByteCount) -> Diagnostic {
    Diagnostic(
      "log-kernel-config",
      .note,
      "the kernel was built with a default CMA area of \(found.approximate), not "
        + assumed.approximate,
      at: label("/", nil, "predicted with an assumed kernel configuration"),
      notes: ["the rest of the log was held against the prediction for that size"],
      help: "give the kernel's own configuration: --kernel-config"
    )
  }

  private func blobSize(_ size: ByteCount) -> Diagnostic {
    Diagnostic(
      "log-blob-size",
      .note,
      "the tree in the board's memory has another size than this one",
      at: label("/", nil, "\(size.rawValue) bytes, and no reservation of that size is in the log"),
      notes: ["boot loaders change a tree that they hand over; it may also be another one"],
      help: "take /sys/firmware/fdt from the board to be sure"
    )
  }

  private func zone(
    _ kind: Zone.Kind,
    _ predicted: PhysicalRange?,
    _ found: PhysicalRange?
  ) -> Diagnostic {
    Diagnostic(
      "log-zone",
      .error,
      "zone \(kind.rawValue) is \(found?.description ?? "empty") instead of "
        + (predicted?.description ?? "empty"),
      at: label("/", nil, "the zone's limit follows from the `dma-ranges` of this tree"),
      help: "the board boots another DTB or kernel configuration: compare with /sys/firmware/fdt"
    )
  }

  private func survived(_ panic: BootPanic) -> Diagnostic {
    Diagnostic(
      "log-survived",
      .error,
      "the kernel got to user space although it was predicted to die: \(panic.reason)",
      at: label("/reserved-memory", nil, "this tree is predicted to be fatal"),
      help: "the board boots another DTB: compare with /sys/firmware/fdt"
    )
  }
}
