import Testing

@testable import LinuxBoot

/// The kernel's sort, whose order of equal elements is what counts.
struct HeapSortTests {
  @Test(arguments: 2...10)
  func `equal elements are rotated by one`(_ count: Int) {
    var elements = Array(0..<count)
    HeapSort.sort(&elements) { _, _ in 0 }
    #expect(elements == Array(1..<count) + [0])
  }

  @Test func `dynamic nodes mixed with a static one come out as the kernel leaves them`() {
    // Vector A1: f is the only one with a base.
    var elements = ["a", "b", "c", "d", "e", "f", "g"]
    HeapSort.sort(&elements) { ($0 == "f" ? 1 : 0) - ($1 == "f" ? 1 : 0) }
    #expect(elements == ["b", "a", "d", "e", "c", "g", "f"])
  }

  @Test func `every permutation of up to seven is sorted`() {
    func permutations(_ rest: [Int], _ chosen: [Int], _ body: ([Int]) -> Void) {
      if rest.isEmpty { return body(chosen) }
      for index in rest.indices {
        var rest = rest
        let next = rest.remove(at: index)
        permutations(rest, chosen + [next], body)
      }
    }
    for count in 0...7 {
      permutations(Array(0..<count), []) { order in
        var elements = order
        HeapSort.sort(&elements) { $0 - $1 }
        #expect(elements == Array(0..<count))
      }
    }
  }
}
