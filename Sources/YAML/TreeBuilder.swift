import Diagnostics

/// Turns the events of a file into trees, with a stack of its own: no input makes it recurse.
struct TreeBuilder {
  /// The documents that are complete.
  private(set) var documents: [YAMLNode] = []
  /// What was found so far.
  var findings: Findings
  /// Whether the file is at its end, or a limit was hit.
  var isDone: Bool { reachedEnd || findings.isFull }

  /// Where the innermost bracket or brace opens that is not closed.
  var openBracket: SourcePosition? { stack.last { $0.isFlow }?.start }

  private let limits: YAMLLimits
  private var reachedEnd = false
  /// The tree of the document that is being read, once it is whole.
  private var root: YAMLNode?
  private var stack: [Frame] = []
  private var anchors: [String: Anchor] = [:]
  private var nodeCount = 0
  private var aliasNodeCount = 0
  private var documentCount = 0

  /// What an anchor stands for, with the size and height of the tree under it.
  private struct Anchor {
    let node: YAMLNode
    let size: Int
    let height: Int
  }

  init(limits: YAMLLimits, findings: Findings) {
    self.limits = limits
    self.findings = findings
  }

  mutating func take(_ event: ParseEvent) {
    switch event.kind {
    case .streamStart: break
    case .streamEnd: reachedEnd = true
    case .documentStart: startDocument(event)
    case .documentEnd: endDocument()
    case .alias(let name): takeAlias(name, event)
    case .scalar(let scalar): takeScalar(scalar, event)
    case .sequenceStart(let isFlow): open(isMapping: false, isFlow: isFlow, event)
    case .mappingStart(let isFlow): open(isMapping: true, isFlow: isFlow, event)
    case .sequenceEnd, .mappingEnd: close(event)
    }
  }

  // MARK: Events

  private mutating func startDocument(_ event: ParseEvent) {
    documentCount += 1
    anchors.removeAll()
    if documentCount > limits.documents {
      stop("the file has more than \(limits.documents) documents", "one too many", split, event)
    }
  }

  private mutating func endDocument() {
    if let root { documents.append(root) }
    root = nil
  }

  private mutating func takeScalar(_ scalar: YAMLNode.Scalar, _ event: ParseEvent) {
    guard count(event) else { return }
    var scalar = scalar
    let isMissing = scalar.style == .plain && scalar.text.isEmpty
    if let tag = event.tag, let style = checkScalarTag(tag, scalar.style, event) {
      scalar.style = style
    }
    let content: YAMLNode.Content = isMissing ? .missing : .scalar(scalar)
    let node = YAMLNode(span: findings.span(event.start, event.end), content: content)
    if let anchor = event.anchor { anchors[anchor] = Anchor(node: node, size: 1, height: 0) }
    add(node, size: 1, height: 0)
  }

  private mutating func takeAlias(_ name: String, _ event: ParseEvent) {
    guard count(event) else { return }
    let span = findings.span(event.start, event.end)
    guard let anchor = anchors[name] else {
      let isInside = stack.contains { $0.anchor == name }
      findings.report(
        Diagnostic(
          "yaml-alias",
          .error,
          isInside
            ? "alias `\(name.named)` stands inside its own anchor"
            : "no anchor `\(name.named)` before here",
          at: Label(.source(span), isInside ? "refers to itself" : "refers to nothing"),
          help: (isInside ? nil : nearestAnchor(name)).map { "write `*\($0)`" }
            ?? "write the value itself"
        )
      )
      add(YAMLNode(span: span, content: .missing), size: 1, height: 0, isReported: true)
      return
    }
    guard anchor.size <= limits.aliasNodes - aliasNodeCount else {
      stop(
        "aliases expand to more than \(limits.aliasNodes) nodes",
        "too much in all",
        "write the values out where they are needed",
        event
      )
      return
    }
    aliasNodeCount += anchor.size
    guard stack.count + anchor.height <= limits.depth else {
      stopForDepth(event)
      return
    }
    let isReported = anchor.node.isMissing
    add(
      YAMLNode(span: span, content: anchor.node.content),
      size: anchor.size,
      height: anchor.height,
      isReported: isReported
    )
  }

  /// The anchor that an alias may mean; files with very many are not searched for every slip.
  private func nearestAnchor(_ name: String) -> String? {
    anchors.count <= 1000 ? didYouMean(name, among: anchors.keys) : nil
  }

  private mutating func open(isMapping: Bool, isFlow: Bool, _ event: ParseEvent) {
    guard count(event) else { return }
    guard stack.count < limits.depth else {
      stopForDepth(event)
      return
    }
    if let tag = event.tag { checkCollectionTag(tag, isMapping, event) }
    // From here to its end the name refers to nothing: an alias inside would have no end.
    if let anchor = event.anchor { anchors[anchor] = nil }
    stack.append(
      Frame(
        isMapping: isMapping,
        isFlow: isFlow,
        start: event.start,
        startEnd: event.end,
        anchor: event.anchor
      )
    )
  }

  private mutating func close(_ event: ParseEvent) {
    guard var frame = stack.popLast() else { return }
    let content: YAMLNode.Content =
      frame.isMapping
      ? .mapping(findings.checked(frame.entries, isFlow: frame.isFlow)) : .sequence(frame.items)
    // libyaml ends a block collection at the next token, which may be lines below.
    let end = frame.isFlow ? event.end : max(frame.startEnd, frame.lastEnd)
    let node = YAMLNode(span: findings.span(frame.start, end), content: content)
    frame.height += 1
    if let anchor = frame.anchor {
      anchors[anchor] = Anchor(node: node, size: frame.size, height: frame.height)
    }
    add(node, size: frame.size, height: frame.height)
  }

  // MARK: The tree

  /// Puts `node` where it belongs; `isReported` if what it lacks was said already.
  private mutating func add(_ node: YAMLNode, size: Int, height: Int, isReported: Bool = false) {
    guard let top = stack.indices.last else {
      if node.isMissing {
        if !isReported { findings.reportEmptyDocument(node.span) }
      } else {
        root = node
      }
      return
    }
    stack[top].lastEnd = max(stack[top].lastEnd, node.span.end)
    stack[top].size += size
    stack[top].height = max(stack[top].height, height)
    if !stack[top].isMapping {
      if node.isMissing, !isReported { findings.reportEmptyItem(node.span) }
      stack[top].items.append(node)
    } else if let key = stack[top].key {
      stack[top].key = nil
      stack[top].entries.append(
        RawEntry(key: key, value: node, isReported: isReported || stack[top].isKeyReported)
      )
    } else {
      stack[top].key = node
      stack[top].isKeyReported = isReported
    }
  }

  // MARK: Limits

  /// Counts a node, and stops at one too many.
  private mutating func count(_ event: ParseEvent) -> Bool {
    nodeCount += 1
    if nodeCount <= limits.nodes { return true }
    stop("the file has more than \(limits.nodes) nodes", "one too many", split, event)
    return false
  }

  private mutating func stopForDepth(_ event: ParseEvent) {
    stop(
      "the file nests deeper than \(limits.depth) levels",
      "one level too deep",
      "look for a bracket that is not closed: no value nests so deep",
      event
    )
  }

  private var split: String { "split it into several files" }

  private mutating func stop(
    _ message: String,
    _ label: String,
    _ help: String,
    _ event: ParseEvent
  ) {
    findings.reportLimit(message, label, help: help, at: findings.span(event.start, event.end))
    reachedEnd = true
  }
}

/// A sequence or mapping that is not at its end.
struct Frame {
  let isMapping: Bool
  let isFlow: Bool
  let start: SourcePosition
  let startEnd: SourcePosition
  let anchor: String?
  var items: [YAMLNode] = []
  var entries: [RawEntry] = []
  var key: YAMLNode?
  var isKeyReported = false
  var lastEnd = SourcePosition(line: 0, column: 0)
  var size = 1
  var height = 0
}

/// A key and a value as they were read, before anyone looked whether they are fit.
struct RawEntry {
  let key: YAMLNode
  var value: YAMLNode
  /// Whether what is missing here was reported already.
  let isReported: Bool
}
