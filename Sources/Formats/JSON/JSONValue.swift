/// A JSON value whose objects keep the order that they were built in.
///
/// There is no floating point: a fraction states its decimals, so that the same value is the same
/// text on every machine.
public enum JSONValue: Sendable, Hashable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number that is not negative: a count, a number of pages.
  case number(UInt64)
  /// A whole number below zero or above: an error number, a difference.
  case signed(Int64)
  /// `units` divided by ten to the power of `decimals`, of which there are at most 18.
  case fraction(units: Int64, decimals: Int)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// Names with values.
  case object(JSONObject)

  /// A list of texts.
  public static func strings(_ texts: some Sequence<String>) -> JSONValue {
    .array(texts.map(JSONValue.string))
  }
}

/// Names with values in the order that they were set; no name is there twice.
public struct JSONObject: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// A name with its value.
  public struct Member: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The value.
    public internal(set) var value: JSONValue
  }

  /// The names with their values in order.
  public private(set) var members: [Member] = []
  /// Where a name is: objects keyed by data can be big.
  private var positions: [String: Int] = [:]

  /// An object without members.
  public init() {}

  /// The object with these members in their order; of equal names the last value holds.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    for (name, value) in elements { self[name] = value }
  }

  /// The value of `name`; setting nil leaves the object as it is, so that what is absent is left
  /// out.
  public subscript(name: String) -> JSONValue? {
    get { positions[name].map { members[$0].value } }
    set {
      guard let newValue else { return }
      if let position = positions[name] {
        members[position].value = newValue
      } else {
        positions[name] = members.count
        members.append(Member(name: name, value: newValue))
      }
    }
  }
}
