import Diagnostics
import Testing
import Validation

@Suite struct RegistryTests {
  private let ids = RuleRegistry.all.map { $0.id.rawValue }

  @Test func idsAreUniqueAndSorted() {
    #expect(Set(ids).count == ids.count)
    #expect(ids == ids.sorted())
  }

  @Test func idsAreKebabCase() {
    for id in ids {
      let words = id.split(separator: "-", omittingEmptySubsequences: false)
      #expect(
        words.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isLowercase } },
        "\(id)"
      )
    }
  }

  @Test func prerequisitesExist() {
    for rule in RuleRegistry.all {
      for needed in rule.requires {
        #expect(ids.contains(needed.rawValue), "\(rule.id): \(needed)")
      }
    }
  }
}
