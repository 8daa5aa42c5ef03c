import Diagnostics
import Formats

/// The findings of an earlier run, by fingerprint.
struct Baseline {
  let fingerprints: Set<String>

  /// The boards without the findings that the earlier run had.
  func onlyNew(
    _ boards: [FindingsJSON.BoardFindings],
    sources: [String: SourceText]
  ) -> [FindingsJSON.BoardFindings] {
    boards.map { board in
      FindingsJSON.BoardFindings(
        board: board.board,
        dtb: board.dtb,
        findings: board.findings.filter {
          !fingerprints.contains(
            FindingsJSON.fingerprint(of: $0, board: board.board, sources: sources)
          )
        },
        variants: board.variants,
        accepted: board.accepted
      )
    }
  }
}

/// Reads `--baseline`.
enum BaselineInput {
  /// Biggest file of findings that is opened.
  private static let maximumBytes = 256 << 20

  static func fingerprints(_ path: String) throws -> Baseline {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try InputFile.bytes(path, limit: maximumBytes)
    } catch {
      throw RunError.input(error.description)
    }
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
