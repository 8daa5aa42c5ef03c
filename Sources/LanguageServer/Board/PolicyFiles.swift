import Diagnostics
import Policy
import YAML

/// The layers that hold for one file that is open.
struct PolicyFiles {
  /// Where the text of a built-in layer seems to lie.
  static let builtinPrefix = "<builtin>/"

  private(set) var layers: [Layer] = []
  /// What is wrong with all of them.
  private(set) var diagnostics: [Diagnostic] = []
  /// Why files could not be read.
  private(set) var problems: [String] = []
  /// The files of the client's settings, whether they could be read or not.
  private(set) var paths: [String] = []

  /// The built-in layers, those of `settings`, and `document`; what is open in the editor is read
  /// from there.
  init(
    _ document: TextDocument,
    _ settings: BoardSettings,
    open: [String: TextDocument],
    builtin: LayerReader,
    host: some ServerHost
  ) {
    var reader = settings.usesBuiltin ? builtin : LayerReader()
    for policy in settings.policies {
      do throws(HostError) {
        paths += try host.policyFiles(at: policy)
      } catch {
        problems.append(error.description)
      }
    }
    var seen: Set<String> = [document.file]
    for path in paths where seen.insert(path).inserted {
      if let shown = open[path] {
        reader.read(shown.bytes, file: path, origin: .user)
        continue
      }
      do throws(HostError) {
        let bytes = try host.bytes(ofFile: path, limit: YAMLLimits.default.bytes)
        reader.read(bytes, file: path, origin: .user)
      } catch {
        problems.append(error.description)
      }
    }
    problems += reader.diagnostics.filter { YAMLReader.fatal.contains($0.rule) }.compactMap {
      finding in
      guard case .source(let span) = finding.primary.location else { return nil }
      return "\(span.file):\(span.start.line): \(finding.message); what follows there is not known"
    }
    reader.read(document.bytes, file: document.file, origin: .user)
    layers = reader.layers
    diagnostics = reader.diagnostics
  }

  /// Whether `file` could be read to its end.
  func isWhole(_ file: String) -> Bool {
    !diagnostics.contains { finding in
      guard YAMLReader.fatal.contains(finding.rule),
        case .source(let span) = finding.primary.location
      else { return false }
      return span.file == file
    }
  }
}
