import Formats
import YAML

/// A message of the client.
enum IncomingMessage {
  /// It wants an answer.
  case request(id: JSONValue, method: String, params: YAMLNode?)
  /// It wants none.
  case notification(method: String, params: YAMLNode?)
  /// It is an answer to a request of the server.
  case response
  /// It can not be understood; the answer goes to `id`, null where that can not be read.
  case invalid(id: JSONValue, RPCError)

  /// Reads a body.
  init(_ body: [UInt8]) {
    guard let top = JSONText.value(body) else {
      self = .invalid(id: .null, RPCError(.parseError, "the message is no JSON text"))
      return
    }
    guard top.entries != nil else {
      self = .invalid(id: .null, RPCError(.invalidRequest, "a message is a JSON object"))
      return
    }
    let id = top["id"].flatMap(Self.id)
    guard top["jsonrpc"]?.text == "2.0" else {
      let error = RPCError(.invalidRequest, "the message does not say `\"jsonrpc\": \"2.0\"`")
      self = .invalid(id: id ?? .null, error)
      return
    }
    guard let method = top["method"] else {
      self =
        top["result"] != nil || top["error"] != nil
        ? .response
        : .invalid(id: id ?? .null, RPCError(.invalidRequest, "the message has no `method`"))
      return
    }
    guard let name = method.scalar, name.style != .plain else {
      let error = RPCError(.invalidRequest, "`method` is no text")
      self = .invalid(id: id ?? .null, error)
      return
    }
    if let params = top["params"], params.scalar != nil, !params.isNull {
      let error = RPCError(.invalidParams, "`params` is neither an object nor a list")
      self = .invalid(id: id ?? .null, error)
    } else if let id {
      self = .request(id: id, method: name.text, params: top["params"])
    } else if top["id"] != nil {
      let error = RPCError(.invalidRequest, "`id` is neither a whole number nor a text")
      self = .invalid(id: .null, error)
    } else {
      self = .notification(method: name.text, params: top["params"])
    }
  }

  /// An id that an answer can carry: a whole number or a text.
  static func id(_ node: YAMLNode) -> JSONValue? {
    guard let scalar = node.scalar else { return nil }
    if scalar.style != .plain { return .string(scalar.text) }
    return Int64(scalar.text).map(JSONValue.signed)
  }
}
