/// What is stated of a board beside its tree and policy.
public enum InputFindings {
  /// Each by its name.
  public static let all: [any FindingKind.Type] = [
    RAMOverlaps.self,
    CommandLineMalformed.self,
  ]
}

/// Two ranges of RAM that policy or `--ram` states overlap.
///
/// Linux merges them, so that there is less RAM than was meant, and all that follows is of another board.
///
/// Bad: `--ram 0x4000_0000..+1GiB,0x6000_0000..+1GiB`. Good: `--ram 0x4000_0000..+1GiB,0x8000_0000..+1GiB`.
///
/// Source: `mm/memblock.c: memblock_add_range`.
enum RAMOverlaps: FindingKind {
  static let id: RuleID = "ram-overlaps"
  static let severity = Severity.error
  static let isSetByPolicy = true
}

/// A word of the command line that sets memory aside is not written as Linux reads sizes.
///
/// Linux takes the digits in front with K, M, G, T, P or E, passes the rest over and says nothing: `cma=banana` is an
/// area of 0 bytes, so that there is none, and `cma=1.5G` is one byte. `cma=96MiB` is read as it is meant, which is a note.
///
/// Bad: `cma=banana`, `mem=1.5G`. Good: `cma=96M`, `mem=1536M`.
///
/// Source: `lib/cmdline.c: memparse`, `kernel/dma/contiguous.c: early_cma`.
enum CommandLineMalformed: FindingKind {
  static let id: RuleID = "command-line-malformed"
  static let severity = Severity.error
  static let isSetByPolicy = true
}
