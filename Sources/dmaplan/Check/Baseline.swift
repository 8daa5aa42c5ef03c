import Diagnostics
import Formats
import YAML

/// The findings of an earlier run, by fingerprint.
struct Baseline {
  let fingerprints: Set<String>

  /// A board without the findings that the earlier run had.
  func onlyNew(
    _ board: FindingsJSON.BoardFindings,
    sources: [String: SourceText]
  ) -> FindingsJSON.BoardFindings {
    board.with(
      board.findings.filter {
        !fingerprints.contains(
          FindingsJSON.fingerprint(of: $0, board: board.board, sources: sources)
        )
      }
    )
  }
}

/// Reads `--baseline`.
enum BaselineInput {
  static func fingerprints(_ path: String) throws -> Baseline {
    let bytes = try InputFile.bytes(path, limit: YAMLLimits.data.bytes)
    let (fingerprints, diagnostics) = FindingsJSON.fingerprints(bytes: bytes, file: path)
    if diagnostics.contains(where: { $0.severity == .error }) {
      throw RunError.malformed(
        diagnostics,
        sources: [path: SourceText(file: path, bytes: bytes)]
      )
    }
    return Baseline(fingerprints: fingerprints)
  }
}
