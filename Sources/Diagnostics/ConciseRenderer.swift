/// Findings one line each, in the form that editors and log readers know from compilers.
///
/// `FILE:LINE:COLUMN: error[rule]: message`, in a tree `DTB:NODE:PROPERTY: ...`. The other places,
/// the notes and the help follow as lines of their own.
public struct ConciseRenderer: Sendable {
  /// Makes a renderer; there is nothing to choose.
  public init() {}

  /// The findings in the order given; every line ends in a line break.
  public func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { render($0) }.joined()
  }

  /// One finding; every line ends in a line break.
  public func render(_ diagnostic: Diagnostic) -> String {
    let place = diagnostic.primary.location.description
    let inVariant = diagnostic.variant.map { " (variant `\($0)`)" } ?? ""
    var lines = [
      "\(place): \(diagnostic.severity)[\(diagnostic.rule)]: \(diagnostic.message)\(inVariant)"
    ]
    for label in diagnostic.related where !label.text.isEmpty {
      lines.append("\(label.location): note: \(label.text)")
    }
    lines += diagnostic.notes.map { "\(place): note: \($0)" }
    if let help = diagnostic.help { lines.append("\(place): help: \(help)") }
    return lines.map { VisibleText.of($0) + "\n" }.joined()
  }
}

extension Location: CustomStringConvertible {
  /// `FILE:LINE:COLUMN`, `DTB:NODE:PROPERTY`, `DTB:NODE` or the name of the input.
  public var description: String {
    switch self {
    case .source(let span): "\(span.file):\(span.start.line):\(span.start.column)"
    case .tree(let tree):
      "\(tree.dtb):\(tree.path)" + (tree.property.map { ":\($0)" } ?? "")
    case .input(let name): name
    }
  }
}
