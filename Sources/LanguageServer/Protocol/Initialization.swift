import Formats
import YAML

/// What client and server tell each other of themselves.
enum Initialization {
  /// The answer to `initialize`.
  static func result(_ session: Session, version: String) -> JSONValue {
    let sync: JSONObject = [
      "openClose": .bool(true), "change": .number(2), "save": .bool(true),
    ]
    let completion: JSONObject = [
      "triggerCharacters": .strings([" ", "/", "\"", "[", "{", ",", ":"])
    ]
    let actions: JSONObject = ["codeActionKinds": .strings(["quickfix", "source.fixAll"])]
    let capabilities: JSONObject = [
      "positionEncoding": .string(session.encoding.rawValue), "textDocumentSync": .object(sync),
      "hoverProvider": .bool(true), "completionProvider": .object(completion),
      "definitionProvider": .bool(true), "codeActionProvider": .object(actions),
    ]
    let info: JSONObject = ["name": .string("dmaplan"), "version": .string(version)]
    return .object(["capabilities": .object(capabilities), "serverInfo": .object(info)])
  }

  /// UTF-8 where the client offers it, else what every client knows.
  static func encoding(_ capabilities: YAMLNode?) -> PositionEncoding {
    let offered = capabilities?["general"]?["positionEncodings"]?.items?.compactMap(\.text) ?? []
    return offered.contains(PositionEncoding.utf8.rawValue) ? .utf8 : .utf16
  }

  /// What the client can show.
  static func client(_ capabilities: YAMLNode?) -> ClientCapabilities {
    let document = capabilities?["textDocument"]
    func isTrue(_ node: YAMLNode?) -> Bool { node?.text == "true" }
    func takesMarkdown(_ node: YAMLNode?) -> Bool {
      node?.items?.contains { $0.text == "markdown" } ?? false
    }
    let diagnostics = document?["publishDiagnostics"]
    let watching = capabilities?["workspace"]?["didChangeWatchedFiles"]
    return ClientCapabilities(
      hoverMarkdown: takesMarkdown(document?["hover"]?["contentFormat"]),
      completionMarkdown: takesMarkdown(
        document?["completion"]?["completionItem"]?["documentationFormat"]
      ),
      relatedInformation: isTrue(diagnostics?["relatedInformation"]),
      diagnosticVersion: isTrue(diagnostics?["versionSupport"]),
      codeActionLiterals: document?["codeAction"]?["codeActionLiteralSupport"]?.entries != nil,
      watchesFiles: isTrue(watching?["dynamicRegistration"])
    )
  }

  /// The folder that relative paths of the settings start from.
  static func folder(_ params: YAMLNode?) -> String? {
    let first = params?["workspaceFolders"]?.items?.first?["uri"]?.quotedText
    return (first ?? params?["rootUri"]?.quotedText).flatMap(DocumentURI.path)
      ?? params?["rootPath"]?.quotedText
  }
}
