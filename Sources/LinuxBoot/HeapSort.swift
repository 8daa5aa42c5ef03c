/// The sort of `lib/sort.c: sort_r`, which is not stable: what it leaves of equal elements is part of
/// what Linux 6.1 does.
enum HeapSort {
  /// Sorts `elements` in place; `compare` is negative, zero or positive.
  ///
  /// - Complexity: O(n log n).
  static func sort<Element>(_ elements: inout [Element], by compare: (Element, Element) -> Int) {
    var count = elements.count
    var root = count / 2
    guard root > 0 else { return }
    while true {
      if root > 0 {
        root -= 1
      } else {
        count -= 1
        if count == 0 { return }
        elements.swapAt(0, count)
      }
      siftDown(&elements, root: root, count: count, by: compare)
    }
  }

  private static func siftDown<Element>(
    _ elements: inout [Element],
    root: Int,
    count: Int,
    by compare: (Element, Element) -> Int
  ) {
    // Down to a leaf without looking at the root, always to the larger child, then back up.
    var node = root
    while 2 * node + 2 < count {
      let left = 2 * node + 1
      node = compare(elements[left], elements[left + 1]) >= 0 ? left : left + 1
    }
    if 2 * node + 2 == count { node = 2 * node + 1 }
    while node != root, compare(elements[root], elements[node]) >= 0 { node = (node - 1) / 2 }
    let target = node
    while node != root {
      node = (node - 1) / 2
      elements.swapAt(node, target)
    }
  }
}
