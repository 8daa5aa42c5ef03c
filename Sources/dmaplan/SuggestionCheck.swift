import Diagnostics
import Layout
import Policy

/// Whether what a report suggests can be had: its layer is planned as if the user had given it.
struct SuggestionCheck {
  private let pipeline: Pipeline
  private let compilation: Compilation

  init(pipeline: Pipeline, _ compilation: Compilation) {
    self.pipeline = pipeline
    self.compilation = compilation
  }

  /// What to say for each variant that has no layout with the layer.
  func faults(of layer: String) -> [String] {
    var reader = LayerReader()
    reader.read(Array(layer.utf8), file: "suggestion", origin: .user)
    let compiled = compilation.with(reader.layers)
    let findings = pipeline.judge(compiled).findings
    return compiled.variants.filter { $0.variant.hasMemory && $0.layout == nil }.map { variant in
      let name = variant.variant.name
      let why = findings.first {
        $0.severity == .error && ($0.variant == nil || $0.variant == name)
          && ["no-room", "region-unplaceable"].contains($0.rule)
      }
      let text = why.map {
        ": " + [$0.message, $0.help].compactMap(\.self).joined(separator: "; ")
      }
      return "It has no place on \(name)\(text ?? "")."
    }
  }
}
