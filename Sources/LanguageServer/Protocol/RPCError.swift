import Formats

/// Why a message could not be answered (JSON-RPC 2.0 section 5.1, LSP 3.17 "ErrorCodes").
struct RPCError: Error, Hashable {
  /// What kind of failure it is.
  enum Code: Int64 {
    case parseError = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParams = -32602
    case serverNotInitialized = -32002
    case requestCancelled = -32800
  }

  let code: Code
  let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The error as an answer carries it.
  var value: JSONValue {
    .object(["code": .signed(code.rawValue), "message": .string(message)])
  }
}
