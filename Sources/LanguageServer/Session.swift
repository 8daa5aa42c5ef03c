import Diagnostics
import Formats
import Policy
import YAML

/// What a server knows while a client is connected: its settings and the files that are open.
struct Session {
  let host: any ServerHost
  private(set) var encoding = PositionEncoding.utf16
  private(set) var client = ClientCapabilities()
  private var settings = BoardSettings()
  private var folder: String
  private var documents: [String: OpenDocument] = [:]
  /// The built-in layers, read once.
  private let builtin: LayerReader

  /// How many files may be open at once; more are passed over.
  private static let mostDocuments = 256

  init(host: any ServerHost) {
    self.host = host
    folder = host.workingFolder
    var reader = LayerReader()
    for file in host.builtinLayers {
      reader.read(file.bytes, file: PolicyFiles.builtinPrefix + file.name, origin: .builtin)
    }
    builtin = reader
  }

  /// Whether some file waits for its findings.
  var hasUnpublishedDocuments: Bool { documents.values.contains(where: \.isUnpublished) }

  // MARK: Settings

  /// Takes what `initialize` says of the client; what is wrong with its options.
  mutating func start(_ params: YAMLNode?) -> [String] {
    encoding = Initialization.encoding(params?["capabilities"])
    client = Initialization.client(params?["capabilities"])
    if let stated = Initialization.folder(params) { folder = stated }
    return configure(params?["initializationOptions"])
  }

  /// Takes the settings of `didChangeConfiguration`, where some are this server's; what is wrong
  /// with them.
  ///
  /// Clients send those of all servers, and an empty object where they have none.
  mutating func reconfigure(_ options: YAMLNode?) -> [String] {
    let isOurs =
      options?["dmaplan"].map { $0.entries != nil }
      ?? options?.entries?.contains { BoardSettings.keys.contains($0.name) } ?? false
    return isOurs ? configure(options) : []
  }

  private mutating func configure(_ options: YAMLNode?) -> [String] {
    guard options?.entries != nil else { return [] }
    var problems: [String] = []
    settings = BoardSettings(options, folder: folder, problems: &problems)
    invalidate()
    return problems
  }

  // MARK: Files

  mutating func open(_ params: YAMLNode?) {
    guard let item = params?["textDocument"], let uri = item["uri"]?.quotedText,
      let text = item["text"]?.quotedText,
      documents.count < Self.mostDocuments || documents[uri] != nil
    else { return }
    let version = item["version"]?.text.flatMap { Int64($0) }
    documents[uri] = OpenDocument(TextDocument(uri: uri, version: version, text: text))
    invalidate(usersOf: uri)
  }

  mutating func change(_ params: YAMLNode?) {
    guard let item = params?["textDocument"], let uri = item["uri"]?.quotedText,
      let changes = params?["contentChanges"]?.items
    else { return }
    let version = item["version"]?.text.flatMap { Int64($0) }
    documents[uri]?.text.apply(changes, version: version, encoding)
    documents[uri]?.invalidate()
    invalidate(usersOf: uri)
  }

  /// Forgets a file; its URI if it was open.
  mutating func close(_ params: YAMLNode?) -> String? {
    guard let uri = params?["textDocument"]?["uri"]?.quotedText, documents[uri] != nil else {
      return nil
    }
    invalidate(usersOf: uri)
    documents[uri] = nil
    return uri
  }

  /// Marks everything as out of date.
  mutating func invalidate() {
    for uri in documents.keys { documents[uri]?.invalidate() }
  }

  /// Marks the files that the policy of `uri` is a part of.
  private mutating func invalidate(usersOf uri: String) {
    guard let file = documents[uri]?.text.file else { return }
    for other in documents.keys where documents[other]?.usedFiles.contains(file) == true {
      documents[other]?.invalidate()
    }
  }

  // MARK: Findings

  /// Works out what is out of date; the files whose findings the client does not know, in the order
  /// of their URIs.
  mutating func refreshAll() -> [String] {
    let unpublished = documents.filter(\.value.isUnpublished).keys.sorted()
    for uri in unpublished {
      refresh(uri)
      documents[uri]?.markPublished()
    }
    return unpublished
  }

  /// Works out the findings of one file, and the policy that holds for it.
  private mutating func refresh(_ uri: String) {
    guard var document = documents[uri], document.isDirty else { return }
    document.markClean()
    document.comment = SettingsComment(document.text, over: settings)
    document.isPolicy = document.isPolicy(document.comment?.settings ?? settings)
    document.findings = []
    document.problems = []
    if document.isPolicy, !isBuiltin(document.text.file) { judge(&document) }
    documents[uri] = document
  }

  /// Whether a file is one that `definition` has written for a built-in layer.
  private func isBuiltin(_ file: String) -> Bool {
    host.builtinFolder.map { file.hasPrefix($0 + "/") } ?? false
  }

  private func judge(_ document: inout OpenDocument) {
    let stated = document.comment?.settings ?? settings
    let files = PolicyFiles(document.text, stated, open: openTexts, builtin: builtin, host: host)
    document.problems = files.problems
    document.usedFiles = Set(files.paths)
    var findings = files.diagnostics
    let isWhole = files.isWhole(document.text.file)
    // A file that can not be read to its end says nothing of the board: what was known stays, and
    // where nothing was, the other layers are better than nothing.
    if isWhole || document.analysis?.settings != stated {
      let own = files.layers.filter { $0.span.file == document.text.file }
      let layers =
        isWhole ? files.layers : files.layers.filter { $0.span.file != document.text.file }
      document.layers = own
      do throws(HostError) {
        document.analysis = try BoardAnalysis(stated, layers, host: host)
        findings += document.analysis?.findings ?? []
        findings += document.analysis?.strangers(among: own) ?? []
      } catch {
        document.analysis = nil
        document.problems.append(error.description)
      }
    }
    document.findings = findings.withoutDuplicates().sortedByPlace()
      .compactMap { PlacedFinding($0, in: document.text) }
  }

  /// The texts that are open by the names of their files; of two with one name that of the first URI.
  private var openTexts: [String: TextDocument] {
    let sorted = documents.sorted { $0.key < $1.key }.map { ($0.value.text.file, $0.value.text) }
    return Dictionary(sorted, uniquingKeysWith: { first, _ in first })
  }

  // MARK: Requests

  /// The file of a URI as requests see it; nil where it is not open.
  func view(_ uri: String) -> DocumentView? {
    guard let document = documents[uri] else { return nil }
    return DocumentView(
      document: document,
      places: SourcePlaces(open: openTexts, host: host, encoding: encoding),
      client: client,
      rulePages: host.rulePages
    )
  }

  /// The answer to a request about a file.
  mutating func answer(_ method: String, _ params: YAMLNode?) throws(RPCError) -> JSONValue {
    let known = ["hover", "completion", "definition", "codeAction"].map { "textDocument/" + $0 }
    guard known.contains(method) else {
      throw RPCError(.methodNotFound, "there is no method `\(method.prefix(100))`")
    }
    guard let uri = params?["textDocument"]?["uri"]?.quotedText else {
      throw RPCError(.invalidParams, "`textDocument` has no `uri`")
    }
    refresh(uri)
    guard let view = view(uri) else {
      throw RPCError(.invalidParams, "`\(uri.prefix(200))` is not open")
    }
    guard view.document.isPolicy else { return .null }
    if method == "textDocument/codeAction" {
      guard let range = TextRange(params?["range"]) else {
        throw RPCError(.invalidParams, "`range` is none")
      }
      return CodeActions(view: view).value(range, context: params?["context"])
    }
    guard let position = TextPosition(params?["position"]) else {
      throw RPCError(.invalidParams, "`position` is none")
    }
    let offset = view.text.offset(of: position, encoding)
    switch method {
    case "textDocument/hover": return Hover(view: view).value(at: offset)
    case "textDocument/definition": return Definition(view: view).value(at: offset)
    default: return Completion.value(view, at: offset)
    }
  }
}
