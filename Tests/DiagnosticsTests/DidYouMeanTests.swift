import Diagnostics
import Testing

@Suite struct DidYouMeanTests {
  @Test func countsEdits() {
    #expect(editDistance("", "") == 0)
    #expect(editDistance("", "abc") == 3)
    #expect(editDistance("alignment", "algnment") == 1)
    #expect(editDistance("algin", "align") == 1)
    #expect(editDistance("kitten", "sitting") == 3)
    #expect(editDistance("ca", "abc") == 3)
  }

  @Test func offersOnlyWhatIsNear() {
    let keys = ["size", "align", "base", "at-least", "at-most", "compatible"]
    #expect(didYouMean("algin", among: keys) == "align")
    #expect(didYouMean("sizes", among: keys) == "size")
    #expect(didYouMean("at-mots", among: keys) == "at-most")
    #expect(didYouMean("compatable", among: keys) == "compatible")
    #expect(didYouMean("firmware", among: keys) == nil)
    #expect(didYouMean("x", among: ["y"]) == nil)
    #expect(didYouMean("", among: keys) == nil)
    let long = String(repeating: "a", count: 1_000_000)
    #expect(didYouMean(long + "b", among: [long]) == nil)
  }

  @Test func doesNotDependOnTheOrder() {
    #expect(didYouMean("bat", among: ["cat", "bad", "hat"]) == "bad")
    #expect(didYouMean("bat", among: ["hat", "cat", "bad"]) == "bad")
  }
}
