import Diagnostics
import Formats
import Policy
import YAML

/// A language server for policy files: the messages of a client in, those for the client out.
///
/// It speaks LSP 3.17 over JSON-RPC 2.0. It does no input or output of its own: bytes come through
/// `receive`, files through its host. Findings are worked out in `settle`, which is called when no
/// more messages wait, so that fast typing costs one check and not one for each letter.
public struct Server {
  /// Where a session stands.
  enum Phase {
    case fresh
    case running
    case shutDown
  }

  let host: any ServerHost
  private let version: String
  private var stream = MessageStream()
  private var phase = Phase.fresh
  private var output: [UInt8] = []
  private var requestCount: UInt64 = 0
  var session: Session

  /// The status that the process is to end with, once the client has asked it to end.
  public private(set) var exitStatus: Int32?

  /// Whether a client has introduced itself.
  public var hasStarted: Bool { phase != .fresh }

  /// Whether `settle` has something to do.
  public var isUnsettled: Bool { phase == .running && session.hasUnpublishedDocuments }

  /// A server that has heard nothing yet.
  public init(host: any ServerHost, version: String) {
    self.host = host
    self.version = version
    session = Session(host: host)
  }

  /// Takes bytes of the client, and returns those for the client.
  ///
  /// No bytes make it trap. Messages are answered in the order in which they came; a request that
  /// is cancelled by a message that came with it is not worked on.
  public mutating func receive(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    stream.feed(bytes)
    var messages: [IncomingMessage] = []
    while let item = stream.next() {
      switch item {
      case .message(let body): messages.append(IncomingMessage(body))
      case .fault(let reason):
        messages.append(.invalid(id: .null, RPCError(.parseError, reason)))
      }
    }
    let cancelled = Set(messages.compactMap(\.cancelledID))
    for message in messages where exitStatus == nil {
      if case .request(let id, _, _) = message, cancelled.contains(id) {
        answer(id, .failure(RPCError(.requestCancelled, "the request was cancelled")))
      } else {
        handle(message)
      }
    }
    return takeOutput()
  }

  /// Works out the findings of every file that has changed, and returns what to tell the client.
  public mutating func settle() -> [UInt8] {
    guard phase == .running else { return [] }
    for uri in session.refreshAll() {
      if let view = session.view(uri) {
        notify("textDocument/publishDiagnostics", PublishedDiagnostics(view: view).params)
      }
    }
    return takeOutput()
  }

  // MARK: Output

  private mutating func takeOutput() -> [UInt8] {
    defer { output = [] }
    return output
  }

  private mutating func send(_ message: JSONObject) {
    var whole: JSONObject = ["jsonrpc": .string("2.0")]
    for member in message.members { whole[member.name] = member.value }
    output += MessageStream.framed(JSONValue.object(whole).compactText)
  }

  private mutating func notify(_ method: String, _ params: JSONValue) {
    send(["method": .string(method), "params": params])
  }

  private mutating func answer(_ id: JSONValue, _ result: Result<JSONValue, RPCError>) {
    switch result {
    case .success(let value): send(["id": id, "result": value])
    case .failure(let error): send(["id": id, "error": error.value])
    }
  }

  private mutating func tell(_ problems: [String]) {
    for problem in problems {
      let params: JSONObject = ["type": .number(2), "message": .string("dmaplan: " + problem)]
      notify("window/showMessage", .object(params))
    }
  }

  // MARK: Messages

  private mutating func handle(_ message: IncomingMessage) {
    switch message {
    case .request(let id, let method, let params): request(id, method, params)
    case .notification(let method, let params): notification(method, params)
    case .response: break
    case .invalid(let id, let error): answer(id, .failure(error))
    }
  }

  private mutating func request(_ id: JSONValue, _ method: String, _ params: YAMLNode?) {
    switch (phase, method) {
    case (.fresh, "initialize"):
      phase = .running
      let problems = session.start(params)
      answer(id, .success(Initialization.result(session, version: version)))
      tell(problems)
    case (.fresh, _):
      answer(id, .failure(RPCError(.serverNotInitialized, "`initialize` comes first")))
    case (.shutDown, _):
      answer(id, .failure(RPCError(.invalidRequest, "the server was shut down")))
    case (.running, "initialize"):
      answer(id, .failure(RPCError(.invalidRequest, "`initialize` comes once")))
    case (.running, "shutdown"):
      phase = .shutDown
      answer(id, .success(.null))
    case (.running, _):
      answer(id, Result { () throws(RPCError) in try session.answer(method, params) })
    }
  }

  private mutating func notification(_ method: String, _ params: YAMLNode?) {
    if method == "exit" {
      exitStatus = phase == .shutDown ? 0 : 1
      return
    }
    guard phase == .running else { return }
    switch method {
    case "initialized": if session.client.watchesFiles { watchFiles() }
    case "textDocument/didOpen": session.open(params)
    case "textDocument/didChange": session.change(params)
    case "textDocument/didSave", "workspace/didChangeWatchedFiles": session.invalidate()
    case "textDocument/didClose":
      if let uri = session.close(params) {
        notify(
          "textDocument/publishDiagnostics",
          .object(["uri": .string(uri), "diagnostics": .array([])])
        )
      }
    case "workspace/didChangeConfiguration": tell(session.reconfigure(params?["settings"]))
    // A notification that is not known is passed over (LSP 3.17, "$ Notifications and Requests").
    default: break
    }
  }

  /// Asks to be told when a blob or a policy file changes on disk.
  private mutating func watchFiles() {
    requestCount += 1
    let patterns = ["**/*.{dtb,dtbo,yaml,yml}"].map {
      JSONValue.object(["globPattern": .string($0)])
    }
    let registration: JSONObject = [
      "id": .string("dmaplan-files"), "method": .string("workspace/didChangeWatchedFiles"),
      "registerOptions": .object(["watchers": .array(patterns)]),
    ]
    send([
      "id": .string("dmaplan-\(requestCount)"), "method": .string("client/registerCapability"),
      "params": .object(["registrations": .array([.object(registration)])]),
    ])
  }
}

extension IncomingMessage {
  /// The request that the message cancels, if it does.
  fileprivate var cancelledID: JSONValue? {
    guard case .notification("$/cancelRequest", let params) = self else { return nil }
    return params?["id"].flatMap(Self.id)
  }
}
