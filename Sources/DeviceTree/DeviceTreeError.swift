/// Why bytes are no devicetree, or an edit of one could not be done.
public enum DeviceTreeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There are no bytes at all.
  case empty
  /// The blob is bigger than `DeviceTree.maximumSize`.
  case tooLarge(bytes: Int)
  /// The first four bytes are not the magic number 0xd00dfeed.
  case badMagic(UInt32)
  /// The header speaks of more bytes than there are.
  case truncated(stated: Int, present: Int)
  /// The format is older than version 16, or newer than libfdt knows.
  case unsupportedVersion(UInt32)
  /// libfdt refused it; the name is libfdt's own (`FDT_ERR_BADSTRUCTURE`).
  case libfdt(name: String)
  /// An overlay says of itself what can not be: a clause that says what.
  case overlayMalformed(String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .empty: "the file is empty"
    case .tooLarge(let bytes):
      "the file has \(bytes) bytes; a devicetree of more than \(DeviceTree.maximumSize) is refused"
    case .badMagic(let magic):
      "this is no devicetree blob: it begins with 0x\(String(magic, radix: 16)), not 0xd00dfeed"
    case .truncated(let stated, let present):
      "the blob is cut off: its header states \(stated) bytes, the file has \(present)"
    case .unsupportedVersion(let version):
      "devicetree format version \(version) is not supported (16 and 17 are)"
    case .libfdt(let name): "the blob is malformed: \(name)"
    case .overlayMalformed(let fault): "the overlay is malformed: \(fault)"
    }
  }
}
