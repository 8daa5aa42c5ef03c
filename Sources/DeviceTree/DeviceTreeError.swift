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
  /// It was refused, and this is where it is malformed.
  case malformed(BlobFault)
  /// It asks for more than `DeviceTree.Limits` allow.
  case limit(BlobFault)
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
    case .malformed(let fault): "byte \(fault.byte): the blob is malformed: \(fault.text)"
    case .limit(let fault): "byte \(fault.byte): \(fault.text)"
    case .libfdt(let name): "the blob is malformed: \(name)"
    case .overlayMalformed(let fault): "the overlay is malformed: \(fault)"
    }
  }

  /// What to do about it.
  public var help: String {
    switch self {
    case .empty, .truncated: "copy the file again: the rest of it is missing"
    case .tooLarge, .limit: "give the tree that the boot loader passes; Linux takes none like this"
    case .badMagic(let magic): Self.help(forMagic: magic)
    case .unsupportedVersion: "compile its source with a dtc of this century: dtc -V 17"
    case .overlayMalformed: "compile the overlay's source again: dtc -@ -I dts -O dtb"
    case .malformed, .libfdt: "compile it again with dtc, or copy it again in binary mode"
    }
  }

  /// What files that are no blobs tend to be.
  private static func help(forMagic magic: UInt32) -> String {
    switch magic {
    case 0x1f8b_0000...0x1f8b_ffff: "unpack it first: gunzip"
    case 0x2f64_7473: "this is source text; compile it first: dtc -I dts -O dtb -o board.dtb FILE"
    case 0xedfe_0dd0: "its bytes are swapped in fours; a blob is big-endian on every machine"
    default: "give the .dtb that dtc writes, or /sys/firmware/fdt of the running board"
    }
  }
}
