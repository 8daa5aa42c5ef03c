import PhysicalMemory

/// The words of memory as machine-readable output writes them: addresses and byte sizes as
/// hexadecimal texts, because 64-bit numbers do not survive in JavaScript.
extension JSONValue {
  static func hexadecimal(_ address: some MemoryAddress) -> JSONValue {
    .string(address.hexadecimal)
  }

  static func hexadecimal(_ size: ByteCount) -> JSONValue { .string(size.hexadecimal) }

  static func range(_ range: PhysicalRange) -> JSONValue {
    .object(["base": .hexadecimal(range.start), "size": .hexadecimal(range.size)])
  }

  static func ranges(_ ranges: some Sequence<PhysicalRange>) -> JSONValue {
    .array(ranges.map(JSONValue.range))
  }
}
