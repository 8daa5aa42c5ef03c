/// Files as URIs.
public enum FileURI {
  /// A file's name as a URI reference (RFC 3986): what is no unreserved character or
  /// `/` goes in percent; an absolute path is a `file:` URI (RFC 8089).
  ///
  /// - Complexity: O(length).
  public static func text(ofPath path: String) -> String {
    var text = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      if isLetter || (0x30...0x39).contains(byte) || "/-._~".utf8.contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
      }
    }
    return text
  }
}
