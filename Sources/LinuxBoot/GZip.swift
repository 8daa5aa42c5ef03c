import CZLib

/// Unpacks what gzip packed (RFC 1952), bounded.
enum GZip {
  /// The first bytes of every member (RFC 1952, section 2.3.1).
  static let mark: [UInt8] = [0x1f, 0x8b]

  /// Why something could not be unpacked; `at` is how many of the packed bytes were good.
  enum Failure: Error, Hashable {
    /// The bytes end before what they pack does.
    case truncated(at: Int)
    /// The bytes are not what gzip writes, or their checksum is wrong.
    case corrupt(at: Int)
    /// There is something behind the end that is neither zeros nor packed.
    case trailing(at: Int)
    /// What is packed has more bytes than `limit`.
    case tooLarge(limit: Int)
  }

  /// The bytes that `packed` holds, member by member, at most `limit` of them.
  ///
  /// Zeros behind the last member are padding. No more than `limit` bytes and one buffer are ever
  /// held, however much the input promises. O(bytes in and out)
  static func unpack(_ packed: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
    var output: [UInt8] = []
    var start = 0
    let failure = packed.withUnsafeBufferPointer { packed -> Failure? in
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      repeat {
        do throws(Failure) {
          start += try member(packed, at: start, into: &output, &buffer, limit: limit)
        } catch {
          return error
        }
      } while packed[start...].starts(with: mark)
      return packed[start...].allSatisfy { $0 == 0 } ? nil : .trailing(at: start)
    }
    if let failure { throw failure }
    return output
  }

  /// Unpacks the member that begins at `start`; how many bytes it takes.
  private static func member(
    _ packed: UnsafeBufferPointer<UInt8>,
    at start: Int,
    into output: inout [UInt8],
    _ buffer: inout [UInt8],
    limit: Int
  ) throws(Failure) -> Int {
    var stream = z_stream()
    guard dmaplan_inflate_gzip(&stream) == Z_OK else { throw .corrupt(at: start) }
    defer { inflateEnd(&stream) }
    // zlib only reads there, though its older headers do not say so.
    stream.next_in = packed.baseAddress.map { UnsafeMutablePointer(mutating: $0 + start) }
    stream.avail_in = UInt32(clamping: packed.count - start)
    while true {
      let (status, count) = step(&stream, &buffer)
      let taken = packed.count - Int(stream.avail_in)
      if output.count + count > limit { throw .tooLarge(limit: limit) }
      output += buffer[..<count]
      switch status {
      case Z_STREAM_END: return taken - start
      case Z_OK where count > 0 || stream.avail_in > 0: continue
      case Z_OK, Z_BUF_ERROR: throw .truncated(at: taken)
      default: throw .corrupt(at: taken)
      }
    }
  }

  /// Fills the buffer as far as it goes.
  private static func step(
    _ stream: inout z_stream,
    _ buffer: inout [UInt8]
  ) -> (status: Int32, count: Int) {
    buffer.withUnsafeMutableBufferPointer { buffer in
      stream.next_out = buffer.baseAddress
      stream.avail_out = UInt32(buffer.count)
      let status = inflate(&stream, Z_NO_FLUSH)
      return (status, buffer.count - Int(stream.avail_out))
    }
  }
}
