import Diagnostics
import Testing

@Suite struct DiagnosticSortingTests {
  private func finding(
    _ rule: RuleID,
    _ severity: Severity,
    _ line: Int,
    file: String = "a.yaml",
    variant: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      rule,
      severity,
      "m",
      at: Label(.source(Samples.span(line, 1..<2, file: file)), ""),
      variant: variant
    )
  }

  private func node(_ rule: RuleID, _ path: String) -> Diagnostic {
    Diagnostic(
      rule,
      .note,
      "m",
      at: Label(.tree(TreeLocation(dtb: "b.dtb", path: path)), "")
    )
  }

  @Test func byFileLineAndRule() {
    let sorted = [
      finding("z", .note, 2), finding("a", .error, 10), finding("b", .error, 10), node("z", "/a"),
      node("a", "/b"), finding("a", .warning, 1, file: "c.yaml"),
    ]
    var shuffled = sorted
    for _ in sorted.indices {
      shuffled.append(shuffled.removeFirst())
      #expect(shuffled.sortedByPlace() == sorted)
      #expect(shuffled.reversed().sortedByPlace() == sorted)
    }
  }

  @Test func worstFirst() {
    let sorted = [finding("a", .note, 1), finding("b", .error, 3), finding("c", .warning, 2)]
      .sortedWorstFirst()
    #expect(sorted.map(\.rule) == ["b", "c", "a"])
  }

  @Test func duplicatesAndVariants() {
    let plain = finding("a", .error, 1)
    let other = finding("b", .error, 1)
    func of(_ variant: String) -> Diagnostic { finding("a", .error, 1, variant: variant) }
    #expect([plain, other, plain].withoutDuplicates() == [plain, other])
    #expect([of("2g"), of("1g")].withoutDuplicates() == [of("1g, 2g")])
    #expect(
      [of("2g"), other, of("1g")].withoutDuplicates(variants: ["1g", "2g"]) == [plain, other]
    )
    #expect([of("1g")].withoutDuplicates(variants: ["1g", "2g"]) == [of("1g")])
    #expect([of("1g"), plain].withoutDuplicates(variants: ["1g", "2g"]) == [plain])
  }
}
