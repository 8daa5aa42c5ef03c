import Diagnostics
import Policy

/// Applies the safe fixes of findings to the user's policy files.
struct PolicyFixer {
  private let policy: PolicyInput

  init(_ policy: PolicyInput) { self.policy = policy }

  /// Writes the fixed files and says so; whether anything was changed.
  ///
  /// A file that would have more mistakes afterwards than before stays as it is.
  func apply(_ findings: [Diagnostic]) throws -> Bool {
    let fixes = Set(findings.compactMap(\.fix)).filter { $0.applicability == .safe }
    let byFile = Dictionary(grouping: fixes, by: \.span.file).sorted { $0.key < $1.key }
    var changed: [(path: String, bytes: [UInt8])] = []
    var said = ""
    for (file, fixes) in byFile {
      guard !file.hasPrefix(PolicyInput.builtin), let source = policy.sources[file],
        let fixed = source.applying(fixes),
        Self.mistakes(fixed, file) < Self.mistakes(source.bytes, file)
      else { continue }
      changed.append((file, fixed))
      said += "\(file): \(fixes.count) fix\(fixes.count == 1 ? "" : "es") applied\n"
    }
    try OutputFile.write(changed)
    Console.error(said)
    return !changed.isEmpty
  }

  private static func mistakes(_ bytes: [UInt8], _ file: String) -> Int {
    var reader = LayerReader()
    reader.read(bytes, file: file, origin: .user)
    return reader.diagnostics.count
  }
}
