/// One line of a log with everything taken off that is not the kernel's text.
struct LogLine {
  /// The kernel's text.
  let text: Substring
  /// The kernel's time stamp in microseconds, if one stood before it.
  let time: UInt64?

  /// Whether a kernel time stamp stood before it.
  var isStamped: Bool { time != nil }

  /// Cleans a line: escape sequences, control characters, what a serial tool, `journalctl` or the log
  /// level put before it, the time stamp, the caller's thread.
  init(_ bytes: ArraySlice<UInt8>) {
    let line = Substring(String(decoding: Self.printable(bytes), as: UTF8.self))
    if let stamp = Self.stamp(in: line) {
      var rest = line[stamp.end...]
      // CONFIG_PRINTK_CALLER: `[    T0]`.
      if rest.first == "[", let close = rest.firstIndex(of: "]") {
        let inside = rest[rest.index(after: rest.startIndex)..<close].drop { $0 == " " }
        if let kind = inside.first, "TC".contains(kind), inside.dropFirst().allSatisfy(\.isNumber) {
          rest = rest[rest.index(after: close)...]
        }
      }
      text = Self.trimmed(rest)
      time = stamp.time
    } else {
      text = Self.trimmed(Self.withoutLevel(Self.withoutJournal(line)))
      time = nil
    }
  }

  /// The printable ASCII and UTF-8 bytes; escape sequences of terminals are left out whole.
  private static func printable(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let byte = bytes[position]
      position += 1
      if byte == 0x1b {
        guard position < bytes.endIndex else { break }
        let isSequence = bytes[position] == UInt8(ascii: "[")
        position += 1
        guard isSequence else { continue }
        while position < bytes.endIndex, !(0x40...0x7e).contains(bytes[position]) { position += 1 }
        position = min(position + 1, bytes.endIndex)
      } else if byte == UInt8(ascii: "\t") {
        result.append(UInt8(ascii: " "))
      } else if byte >= 0x20, byte != 0x7f {
        result.append(byte)
      }
    }
    return result
  }

  /// The first `[   12.345678]`, or nil.
  private static func stamp(in line: Substring) -> (time: UInt64, end: String.Index)? {
    var rest = line[...]
    while let open = rest.firstIndex(of: "[") {
      rest = rest[rest.index(after: open)...]
      var inside = rest.drop { $0 == " " }
      let seconds = inside.prefix { $0.isASCII && $0.isNumber }
      inside = inside[seconds.endIndex...]
      guard !seconds.isEmpty, inside.first == "." else { continue }
      let fraction = inside.dropFirst().prefix { $0.isASCII && $0.isNumber }
      guard fraction.count == 6, fraction.endIndex < line.endIndex, line[fraction.endIndex] == "]"
      else { continue }
      guard let whole = UInt64(seconds), whole < 1 << 40, let part = UInt64(fraction) else {
        continue
      }
      return (whole * 1_000_000 + part, line.index(after: fraction.endIndex))
    }
    return nil
  }

  /// Without `Nov 23 07:00:00 host kernel: `.
  private static func withoutJournal(_ line: Substring) -> Substring {
    guard let found = line.prefix(120).firstRange(of: " kernel: ") else { return line }
    return line[found.upperBound...]
  }

  /// Without `<6>`.
  private static func withoutLevel(_ line: Substring) -> Substring {
    let line = trimmed(line)
    guard line.first == "<", let close = line.prefix(5).firstIndex(of: ">") else { return line }
    let digits = line[line.index(after: line.startIndex)..<close]
    return !digits.isEmpty && digits.allSatisfy(\.isNumber)
      ? line[line.index(after: close)...] : line
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension Substring {
  /// What follows `prefix`, or nil.
  func after(_ prefix: String) -> Substring? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }

  /// The first `[0x1000-0x1fff]` or `[mem 0x1000-0x1fff]`, whose end is inside.
  var bracketedRange: PhysicalRangeText? {
    guard let open = firstIndex(of: "["), let close = self[open...].firstIndex(of: "]") else {
      return nil
    }
    var inside = self[index(after: open)..<close]
    if let rest = inside.after("mem ") { inside = rest }
    let parts = inside.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let start = parts[0].hexadecimalValue,
      let last = parts[1].hexadecimalValue, start <= last, last < .max
    else { return nil }
    return PhysicalRangeText(start: start, last: last, rest: self[index(after: close)...])
  }

  /// The value of `0x1f`.
  var hexadecimalValue: UInt64? { after("0x").flatMap { UInt64($0, radix: 16) } }
}

/// A range as a log line has it.
struct PhysicalRangeText {
  let start: UInt64
  let last: UInt64
  /// What stands behind it.
  let rest: Substring
}
