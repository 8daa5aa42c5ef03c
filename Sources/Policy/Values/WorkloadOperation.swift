public import PhysicalMemory

/// One step of an explicit list of operations, as `replay`'s scenarios write them.
///
/// The names are those of the recorded runs: `alloc b0 12441600`, `anon_until 100000`.
public enum WorkloadOperation: Hashable, Sendable {
  /// A driver allocates a buffer of this name.
  case allocate(String, ByteCount)
  /// It gives the buffer back.
  case free(String)
  /// A new mapping of anonymous memory is touched.
  case anonymous(ByteCount)
  /// The same, mlocked.
  case locked(ByteCount)
  /// The same, of transparent huge pages.
  case huge(ByteCount)
  /// A new file of tmpfs is written.
  case tmpfs(ByteCount)
  /// Anonymous memory is touched, 1 MiB at a time, until no more than this is free.
  case anonymousUntil(ByteCount)
  /// The same with files of tmpfs.
  case tmpfsUntil(ByteCount)
  /// A file is read into the page cache.
  case read(String, ByteCount)
  /// So many files of this size are written to tmpfs.
  case smallFiles(UInt64, ByteCount)
  /// Every second of the small files is removed.
  case removeOdd
  /// One file of tmpfs is removed, by its number.
  case removeFile(UInt64)
  /// All files of tmpfs are removed.
  case removeFiles
  /// All anonymous memory is given back.
  case dropAnonymous
  /// The first mapping of anonymous memory is given back.
  case dropFirst
  /// Clean page cache is dropped.
  case dropCaches
  /// Memory is compacted.
  case compact
  /// Anonymous pages in the area are pinned: at most so many, one in each window of so many pages.
  case pin(most: UInt64, stride: UInt64)
  /// The pins end.
  case unpin
  /// All anonymous memory is pinned for long.
  case pinLong
  /// Nothing happens for so many milliseconds.
  case sleep(milliseconds: UInt64)
  /// The state is looked at.
  case state
}

extension WorkloadOperation {
  /// The step that these words state.
  init(words: [String]) throws(ValueError) {
    guard let name = words.first, let form = Self.forms.first(where: { $0.name == name }) else {
      throw ValueError(
        "`\(words.first ?? "")` is no operation",
        help: "the operations are " + Self.forms.map(\.name).joined(separator: ", ")
      )
    }
    guard words.count == form.words.count + 1 else {
      throw ValueError(
        "`\(name)` takes \(form.words.isEmpty ? "no word" : form.words.joined(separator: " and "))",
        help: "write `[" + ([name] + form.words).joined(separator: ", ") + "]`"
      )
    }
    self = try form.make(Array(words.dropFirst()))
  }

  /// The step that these words state; nil where they state none.
  public init?(_ words: [String]) {
    guard let operation = try? WorkloadOperation(words: words) else { return nil }
    self = operation
  }

  /// One operation as it is written.
  struct Form: Sendable {
    let name: String
    let words: [String]
    let make: @Sendable ([String]) throws(ValueError) -> WorkloadOperation
  }

  private static func form(
    _ name: String,
    _ words: [String] = [],
    _ make: @escaping @Sendable ([String]) throws(ValueError) -> WorkloadOperation
  ) -> Form {
    Form(name: name, words: words, make: make)
  }

  private static func size(_ text: String) throws(ValueError) -> ByteCount {
    guard case .bytes(let size) = try ValueParser.size(text) else {
      throw ValueError("`\(text)` is no fixed size", help: "write 12MiB or plain bytes")
    }
    guard size.rawValue <= largest else {
      throw ValueError("`\(text)` is more than any machine has", help: "write less than 1024TiB")
    }
    return size
  }

  /// 1 PiB: more than any machine has, and far from where sums overflow.
  private static let largest: UInt64 = 1 << 50

  private static func positive<Value>(
    _ value: Value,
    above zero: Value,
    _ what: String
  ) throws(ValueError) -> Value where Value: Comparable {
    guard value > zero else { throw ValueError("\(what) of 0 is none", help: "write more than 0") }
    return value
  }

  private static func count(_ text: String) throws(ValueError) -> UInt64 {
    let count = try ValueParser.count(text)
    guard count <= largest else {
      throw ValueError("`\(text)` is more than can happen", help: "write \(largest) at most")
    }
    return count
  }

  private static func kibibytes(_ text: String) throws(ValueError) -> ByteCount {
    let count = try ValueParser.count(text)
    guard count <= largest >> 10 else {
      throw ValueError("`\(text)` is more KiB than any machine has", help: "write KiB, not bytes")
    }
    return ByteCount(count << 10)
  }

  /// All operations, as they are written.
  static let forms: [Form] = [
    form("alloc", ["ID", "BYTES"]) { w throws(ValueError) in
      .allocate(w[0], try positive(try size(w[1]), above: .zero, "a buffer"))
    },
    form("free", ["ID"]) { w throws(ValueError) in .free(w[0]) },
    form("anon", ["BYTES"]) { w throws(ValueError) in .anonymous(try size(w[0])) },
    form("anon_locked", ["BYTES"]) { w throws(ValueError) in .locked(try size(w[0])) },
    form("anon_thp", ["BYTES"]) { w throws(ValueError) in .huge(try size(w[0])) },
    form("tmpfs", ["BYTES"]) { w throws(ValueError) in .tmpfs(try size(w[0])) },
    form("anon_until", ["KB"]) { w throws(ValueError) in .anonymousUntil(try kibibytes(w[0])) },
    form("tmpfs_until", ["KB"]) { w throws(ValueError) in .tmpfsUntil(try kibibytes(w[0])) },
    form("read", ["FILE", "BYTES"]) { w throws(ValueError) in .read(w[0], try size(w[1])) },
    form("small_files", ["N", "BYTES"]) { w throws(ValueError) in
      .smallFiles(try count(w[0]), try size(w[1]))
    },
    form("rm_odd") { _ throws(ValueError) in .removeOdd },
    form("rm_file", ["N"]) { w throws(ValueError) in .removeFile(try count(w[0])) },
    form("rm_tmpfs") { _ throws(ValueError) in .removeFiles },
    form("drop_anon") { _ throws(ValueError) in .dropAnonymous },
    form("drop_first") { _ throws(ValueError) in .dropFirst },
    form("drop_caches") { _ throws(ValueError) in .dropCaches },
    form("compact") { _ throws(ValueError) in .compact },
    form("pin", ["MAX", "STRIDE"]) { w throws(ValueError) in
      .pin(most: try count(w[0]), stride: try positive(try count(w[1]), above: 0, "a window"))
    },
    form("unpin") { _ throws(ValueError) in .unpin },
    form("uring") { _ throws(ValueError) in .pinLong },
    form("sleep_ms", ["N"]) { w throws(ValueError) in
      .sleep(milliseconds: try count(w[0]))
    },
    form("state") { _ throws(ValueError) in .state },
  ]

  /// The words that state it.
  public var words: [String] {
    func bytes(_ size: ByteCount) -> String { "\(size.rawValue)" }
    func kibibytes(_ size: ByteCount) -> String { "\(size.rawValue >> 10)" }
    switch self {
    case .allocate(let id, let size): return ["alloc", id, bytes(size)]
    case .free(let id): return ["free", id]
    case .anonymous(let size): return ["anon", bytes(size)]
    case .locked(let size): return ["anon_locked", bytes(size)]
    case .huge(let size): return ["anon_thp", bytes(size)]
    case .tmpfs(let size): return ["tmpfs", bytes(size)]
    case .anonymousUntil(let size): return ["anon_until", kibibytes(size)]
    case .tmpfsUntil(let size): return ["tmpfs_until", kibibytes(size)]
    case .read(let file, let size): return ["read", file, bytes(size)]
    case .smallFiles(let count, let size): return ["small_files", "\(count)", bytes(size)]
    case .removeOdd: return ["rm_odd"]
    case .removeFile(let number): return ["rm_file", "\(number)"]
    case .removeFiles: return ["rm_tmpfs"]
    case .dropAnonymous: return ["drop_anon"]
    case .dropFirst: return ["drop_first"]
    case .dropCaches: return ["drop_caches"]
    case .compact: return ["compact"]
    case .pin(let most, let stride): return ["pin", "\(most)", "\(stride)"]
    case .unpin: return ["unpin"]
    case .pinLong: return ["uring"]
    case .sleep(let time): return ["sleep_ms", "\(time)"]
    case .state: return ["state"]
    }
  }
}
