/// What a boot log says against the prediction, and one version of Linux against another.
public enum LogFindings {
  /// Each by its name.
  public static let all: [any FindingKind.Type] = [
    BootChangesWithVersion.self,
    LogOverlayMissing.self,
    LogOfAnotherKernel.self,
    LogOfAnotherBoard.self,
    LogCommandLine.self,
    LogRAM.self,
    LogRegion.self,
    LogUnexpectedReservation.self,
    LogZone.self,
    LogKernelConfig.self,
    LogBlobSize.self,
    LogSurvived.self,
  ]
}

/// The board boots otherwise with another version of Linux: a region lies elsewhere, or is not kept.
///
/// What to do: fix the place with `reg`, or check the layout with each version that will run.
///
/// Source: `dmaplan boot --linux 6.1,6.12`, which replays each.
enum BootChangesWithVersion: FindingKind {
  static let id: RuleID = "boot-changes-with-version"
  static let severity = Severity.warning
}

/// The log shows nothing of a region that an overlay adds, so that the overlay seems not to have been applied.
///
/// What to do: look at what the boot loader applies, or leave `--overlay` out.
///
/// Source: `drivers/of/of_reserved_mem.c: fdt_reserved_mem_save_node` and its log lines.
enum LogOverlayMissing: FindingKind {
  static let id: RuleID = "log-overlay-missing"
  static let severity = Severity.error
}

/// The log is of another version of Linux than the prediction.
///
/// What to do: give `--linux` the version of the log.
///
/// Source: the line `Linux version`.
enum LogOfAnotherKernel: FindingKind {
  static let id: RuleID = "log-of-another-kernel"
  static let severity = Severity.error
}

/// The log is of another board than the tree.
///
/// What to do: give the DTB of the board that booted.
///
/// Source: the line `Machine model:`.
enum LogOfAnotherBoard: FindingKind {
  static let id: RuleID = "log-of-another-board"
  static let severity = Severity.error
}

/// The kernel got another command line than the prediction.
///
/// What to do: give the line of the log with `--cmdline`.
///
/// Source: the line `Kernel command line:`.
enum LogCommandLine: FindingKind {
  static let id: RuleID = "log-command-line"
  static let severity = Severity.error
}

/// The board has other RAM than the prediction.
///
/// What to do: give the RAM of the log with `--ram`, or as a variant of policy.
///
/// Source: the lines of `Early memory node ranges`.
enum LogRAM: FindingKind {
  static let id: RuleID = "log-ram"
  static let severity = Severity.error
}

/// A region lies elsewhere than predicted, or one of the two is not there.
///
/// What to do: look at the tree that the boot loader passed on, and at its version of the region.
///
/// Source: the lines `OF: reserved mem:` and `Reserved memory: created`.
enum LogRegion: FindingKind {
  static let id: RuleID = "log-region"
  static let severity = Severity.error
}

/// The log shows a reservation that the tree does not have.
///
/// What to do: state it as `firmware` in policy, or as a node; the boot loader or firmware adds it.
///
/// Source: the lines `OF: reserved mem:`.
enum LogUnexpectedReservation: FindingKind {
  static let id: RuleID = "log-unexpected-reservation"
  static let severity = Severity.error
}

/// A zone begins or ends elsewhere than predicted.
///
/// What to do: give the kernel's own `.config` with `--kernel-config`.
///
/// Source: the lines of `Zone ranges`.
enum LogZone: FindingKind {
  static let id: RuleID = "log-zone"
  static let severity = Severity.error
}

/// The log shows that the kernel was configured otherwise than the prediction.
///
/// What to do: give the kernel's own `.config` with `--kernel-config`.
///
/// Source: the lines of the log that a configuration decides.
enum LogKernelConfig: FindingKind {
  static let id: RuleID = "log-kernel-config"
  static let severity = Severity.note
}

/// The tree that the kernel got has another size than the file.
///
/// What to do: nothing, where the boot loader is known to fill nodes in; else compare with
/// `/sys/firmware/fdt`.
///
/// Source: the reservations of the log.
enum LogBlobSize: FindingKind {
  static let id: RuleID = "log-blob-size"
  static let severity = Severity.note
}

/// A boot went on that was predicted to panic.
///
/// What to do: report it with the log: the prediction is wrong.
///
/// Source: the log behind the predicted panic.
enum LogSurvived: FindingKind {
  static let id: RuleID = "log-survived"
  static let severity = Severity.error
}
