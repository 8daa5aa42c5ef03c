/// A block of plain values with one owner: the only place of this module that touches a pointer.
///
/// Invariants, all of them established in `init` and kept because nothing here changes `base` or
/// `count`:
/// - `base` points to `count` initialised elements, allocated by this value and freed by its deinit;
/// - the value can not be copied, so no two values share `base`;
/// - the pointer never leaves this file, so it is read through a borrow and written through an
///   exclusive access of the value, which the compiler checks;
/// - every subscript checks its index;
/// - elements are bitwise copyable, so nothing has to be destroyed before the block is freed.
struct FlatMemory<Element: BitwiseCopyable>: ~Copyable {
  private let base: UnsafeMutablePointer<Element>
  /// The number of elements.
  let count: Int

  /// A block of `count` copies of `value`.
  init(repeating value: Element, count: Int) {
    precondition(count >= 0, "a block has no negative number of elements")
    base = UnsafeMutablePointer<Element>.allocate(capacity: Swift.max(count, 1))
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

  /// Another block with the same elements.
  ///
  /// - Complexity: O(n).
  borrowing func copy() -> FlatMemory {
    FlatMemory(copying: base, count: count)
  }

  private init(copying source: UnsafeMutablePointer<Element>, count: Int) {
    base = UnsafeMutablePointer<Element>.allocate(capacity: Swift.max(count, 1))
    base.initialize(from: source, count: count)
    self.count = count
  }
}

/// Sound because the block has one owner and the elements can be sent: whoever has the value has the
/// memory, and nobody else does.
extension FlatMemory: @unchecked Sendable where Element: Sendable {}
