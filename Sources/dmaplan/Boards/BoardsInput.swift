import Diagnostics
import Formats
import Layout
import YAML

/// Reads `--boards`.
enum BoardsInput {
  /// The boards that `file` lists; what an entry does not say is as in `general`.
  ///
  /// Paths are relative to the folder of `file`. An entry whose files are not there is an error at
  /// its place.
  static func requests(_ file: String, _ general: BoardRequest) throws -> [BoardRequest] {
    let bytes = try InputFile.bytes(file, limit: YAMLLimits.default.bytes)
    let list = BoardsFile(bytes: bytes, file: file)
    let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    var diagnostics = list.diagnostics
    var requests: [BoardRequest] = []
    var configs: [String: String] = [:]
    func path(_ stated: BoardEntry.Path) -> String {
      let path = stated.text.hasPrefix("/") ? stated.text : folder + stated.text
      if !InputFile.exists(path) { diagnostics.append(.missing(path, stated.span)) }
      return path
    }
    for board in list.boards {
      var request = general.with(dtb: path(board.dtb))
      request.overlays = general.overlays + board.overlays.map(path)
      request.place = board.span
      request.ownVariants = board.variants
      request.variants.names = board.variantNames
      if let line = board.commandLine {
        request.target.commandLine = line
        request.commandLinePlace = board.commandLineSpan
      }
      if let stated = board.kernelConfig {
        let config = path(stated)
        if InputFile.exists(config) {
          let text = try configs[config] ?? configuration(config, at: stated.span)
          configs[config] = text
          request.target.kernelConfig = text
        }
        request.configFile = config
      }
      requests.append(request)
    }
    if diagnostics.contains(where: { $0.severity == .error }) {
      throw RunError.malformed(
        diagnostics,
        sources: [file: SourceText(file: file, bytes: bytes)]
      )
    }
    return requests
  }
}

extension BoardsInput {
  private static func configuration(_ path: String, at place: SourceSpan) throws -> String {
    do {
      return try TargetInput.configuration(path)
    } catch {
      throw RunError(error).at(place)
    }
  }
}

extension Diagnostic {
  fileprivate static func missing(_ path: String, _ span: SourceSpan) -> Self {
    Diagnostic(
      "boards-file-missing",
      .error,
      "there is no file `\(path)`",
      at: Label(.source(span), "not found"),
      help: "correct the path; it is relative to the folder of this list"
    )
  }
}
