/// The items still to be placed, in a fixed order, as a doubly linked list.
///
/// Items come back in the reverse of the order in which they went, so a removed item's links stay right.
struct UnplacedList {
  private var following: [Int]
  private var preceding: [Int]
  private let head: Int
  private(set) var count: Int

  /// All items, in `order`, which is a permutation of 0 ..< count.
  init(_ order: [Int]) {
    head = order.count
    count = order.count
    following = Array(repeating: head, count: order.count + 1)
    preceding = following
    var last = head
    for item in order {
      following[last] = item
      preceding[item] = last
      last = item
    }
    following[last] = head
    preceding[head] = last
  }

  /// The first item, or -1.
  var first: Int { next(after: head) }

  /// The item after `item`, or -1.
  func next(after item: Int) -> Int {
    let next = following[item]
    return next == head ? -1 : next
  }

  mutating func remove(_ item: Int) {
    following[preceding[item]] = following[item]
    preceding[following[item]] = preceding[item]
    count -= 1
  }

  mutating func restore(_ item: Int) {
    following[preceding[item]] = item
    preceding[following[item]] = item
    count += 1
  }
}
