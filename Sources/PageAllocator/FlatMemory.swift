#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A block of plain values with one owner: the only place of this module that touches a pointer.
///
/// Invariants, all of them established in `init` and kept because nothing here changes `base` or
/// `count`:
/// - `base` points to `count` initialised elements, allocated by this value and freed by its deinit;
/// - the value can not be copied, so no two values share `base`;
/// - the pointer never leaves this file, so it is read through a borrow and written through an
///   exclusive access of the value, which the compiler checks;
/// - every subscript checks its index, but for `proven`: there the caller has checked it, by this block
///   or by one that is no longer, in the same operation;
/// - elements are bitwise copyable, so nothing has to be destroyed before the block is freed.
struct FlatMemory<Element: BitwiseCopyable>: ~Copyable {
  private let base: UnsafeMutablePointer<Element>
  /// The number of elements.
  let count: Int

  /// A block of `count` copies of `value`.
  init(repeating value: Element, count: Int) {
    base = Self.allocate(count)
    base.initialize(repeating: value, count: count)
    self.count = count
  }

  deinit { base.deallocate() }

  /// The element at `index`, which is below `count`.
  @inline(__always) subscript(index: Int) -> Element {
    get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "an index is below the count")
      return base[index]
    }
    set {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "an index is below the count")
      base[index] = newValue
    }
    _modify {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "an index is below the count")
      yield &base[index]
    }
  }

  /// The element at an index that the caller has checked; by what is said where it is used.
  ///
  /// Checked again in debug builds and by the fuzzer.
  @inline(__always) subscript(proven index: Int) -> Element {
    get {
      assert(UInt(bitPattern: index) < UInt(bitPattern: count), "an index is below the count")
      return base[index]
    }
    set {
      assert(UInt(bitPattern: index) < UInt(bitPattern: count), "an index is below the count")
      base[index] = newValue
    }
    _modify {
      assert(UInt(bitPattern: index) < UInt(bitPattern: count), "an index is below the count")
      yield &base[index]
    }
  }

  /// Sets all elements of a range, which is within the block.
  @inline(__always) mutating func fill(_ range: Range<Int>, with value: Element) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range is within the block")
    (base + range.lowerBound).update(repeating: value, count: range.count)
  }

  /// Bytes of all elements.
  var byteCount: Int { count * MemoryLayout<Element>.stride }

  /// Another block with the same elements.
  ///
  /// - Complexity: O(n).
  borrowing func copy() -> FlatMemory {
    FlatMemory(copying: base, count: count)
  }

  private init(copying source: UnsafeMutablePointer<Element>, count: Int) {
    base = Self.allocate(count)
    base.initialize(from: source, count: count)
    self.count = count
  }

  /// Room for `count` elements, on huge pages where that pays: at random access to the words of
  /// 16 GiB of pages most of the time would go into page walks.
  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
    precondition(count >= 0, "a block has no negative number of elements")
    let hugePage = 2 << 20
    let bytes = Swift.max(count, 1) * MemoryLayout<Element>.stride
    let alignment = bytes >= hugePage ? hugePage : MemoryLayout<Element>.alignment
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
    #if os(Linux)
    // Only advice: where it is refused the memory is the same, in small pages.
    if bytes >= hugePage { _ = madvise(raw, bytes, Int32(MADV_HUGEPAGE)) }
    #endif
    return raw.bindMemory(to: Element.self, capacity: Swift.max(count, 1))
  }
}

/// Sound because the block has one owner and the elements can be sent: whoever has the value has the
/// memory, and nobody else does.
extension FlatMemory: @unchecked Sendable where Element: Sendable {}
