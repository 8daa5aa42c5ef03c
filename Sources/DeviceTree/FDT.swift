internal import CLibFDT

extension DeviceTree {
  /// Reads a flattened devicetree.
  ///
  /// The bytes are copied; `fdt_check_full` judges them before anything else looks.
  ///
  /// - Complexity: O(bytes).
  public init(blob bytes: [UInt8]) throws(DeviceTreeError) {
    do throws(DeviceTreeError) {
      let layout = try FDT.check(bytes)
      let total = Int(bytes.bigEndian32(at: 4))
      let blob = total == bytes.count ? bytes : Array(bytes[..<total])
      storage = Storage(try BlobReader(blob: blob, layout: layout))
    } catch .libfdt(let name) {
      throw BlobFault(bytes).map { .malformed($0) } ?? .libfdt(name: name)
    }
  }

  /// This tree with `overlay` applied, as boot loaders apply it (`fdt_overlay_apply`).
  public func applying(_ overlay: DeviceTree) throws(DeviceTreeError) -> DeviceTree {
    try OverlayCheck.run(overlay)
    // Room for the overlay's nodes, its strings and its symbols; libfdt reports when it was not
    // enough, and the sum of both blobs and a page always was.
    var base = try FDT.opened(blob, capacity: blob.count + overlay.blob.count * 2 + 4096)
    var fragments = overlay.blob
    let result = base.withUnsafeMutableBytes { base in
      fragments.withUnsafeMutableBytes { fdt_overlay_apply(base.baseAddress, $0.baseAddress) }
    }
    try FDT.check(result)
    // Without packing the header would state the whole buffer, which a boot reserves.
    try FDT.check(base.withUnsafeMutableBytes { fdt_pack($0.baseAddress) })
    return try DeviceTree(blob: base)
  }
}

/// The calls into libfdt that read and judge whole blobs; `BlobEditor.swift` has those that edit.
enum FDT {
  /// Judges `bytes` and says where their blocks lie.
  static func check(_ bytes: [UInt8]) throws(DeviceTreeError) -> BlobLayout {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= DeviceTree.maximumSize else { throw .tooLarge(bytes: bytes.count) }
    guard bytes.count >= 40 else {
      if bytes.count >= 4, bytes.bigEndian32(at: 0) != UInt32(FDT_MAGIC) {
        throw .badMagic(bytes.bigEndian32(at: 0))
      }
      throw .truncated(stated: 40, present: bytes.count)
    }
    guard bytes.bigEndian32(at: 0) == UInt32(FDT_MAGIC) else {
      throw .badMagic(bytes.bigEndian32(at: 0))
    }
    let total = Int(bytes.bigEndian32(at: 4))
    guard total <= bytes.count else { throw .truncated(stated: total, present: bytes.count) }
    guard (16...17).contains(bytes.bigEndian32(at: 20)) else {
      throw .unsupportedVersion(bytes.bigEndian32(at: 20))
    }
    try check(bytes.withUnsafeBytes { fdt_check_header($0.baseAddress) })
    if let fault = BlobFault.misaligned(bytes) { throw .malformed(fault) }
    let layout = bytes.withUnsafeBytes(layout(of:))
    try checkNames(bytes, layout.strings)
    try check(bytes.withUnsafeBytes { fdt_check_full($0.baseAddress, $0.count) })
    return layout
  }

  /// Refuses long names before libfdt looks up each property's: it reads every name to its end, so
  /// that a million properties with a name of megabytes would take hours.
  private static func checkNames(
    _ bytes: [UInt8],
    _ strings: Range<Int>
  ) throws(DeviceTreeError) {
    let start = strings.lowerBound
    let longest = bytes.withUnsafeBufferPointer { bytes -> Int? in
      var begin = start
      for place in strings where bytes[place] == 0 {
        if place - begin > DeviceTree.Limits.name { return begin }
        begin = place + 1
      }
      return strings.upperBound - begin > DeviceTree.Limits.name ? begin : nil
    }
    guard let longest else { return }
    throw .limit(
      BlobFault(
        "the name of a property has more than \(DeviceTree.Limits.name) bytes",
        at: longest
      )
    )
  }

  private static func layout(of blob: UnsafeRawBufferPointer) -> BlobLayout {
    let base = blob.baseAddress
    let total = Int(dmaplan_fdt_totalsize(base))
    let structure = Int(dmaplan_fdt_off_dt_struct(base))
    let strings = Int(dmaplan_fdt_off_dt_strings(base))
    // Version 16 has no size of the structure block: it ends at its end token.
    let structureSize =
      dmaplan_fdt_version(base) >= 17
      ? Int(dmaplan_fdt_size_dt_struct(base)) : max(total - structure, 0)
    return BlobLayout(
      reservations: Int(blob.loadUnaligned(fromByteOffset: 16, as: UInt32.self).bigEndian),
      structure: structure..<min(structure + structureSize, total),
      strings: strings..<min(strings + Int(dmaplan_fdt_size_dt_strings(base)), total)
    )
  }

  /// Turns a libfdt result into an error where it is one.
  static func check(_ result: Int32) throws(DeviceTreeError) {
    if result < 0 { throw .libfdt(name: String(cString: fdt_strerror(result))) }
  }

  /// A copy of `blob` with room for edits up to `capacity` bytes.
  static func opened(_ blob: [UInt8], capacity: Int) throws(DeviceTreeError) -> [UInt8] {
    guard capacity <= DeviceTree.maximumSize * 4 else { throw .tooLarge(bytes: capacity) }
    var buffer = [UInt8](repeating: 0, count: capacity)
    let result = buffer.withUnsafeMutableBytes { buffer in
      blob.withUnsafeBytes { fdt_open_into($0.baseAddress, buffer.baseAddress, Int32(capacity)) }
    }
    try check(result)
    return buffer
  }
}
