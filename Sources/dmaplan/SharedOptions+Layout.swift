import ArgumentParser

extension SharedOptions {
  /// Refuses what would do nothing where `input` is a layout: it is policy, tree, variant and kernel
  /// in one.
  func refuseWhatALayoutHasDecided(_ input: String) throws {
    guard input.hasSuffix(".json") else { return }
    let given: [(name: String, isGiven: Bool)] = [
      ("--policy", !policy.isEmpty), ("--no-builtin", noBuiltin), ("--overlay", !overlay.isEmpty),
      ("--variant", variant != nil), ("--ram", ram != nil), ("--linux", linux != nil),
      ("--cmdline", cmdline != nil), ("--kernel-config", kernelConfig != nil),
      ("--boot-object", !bootObject.isEmpty),
    ]
    if let option = given.first(where: \.isGiven) {
      throw ValidationError("\(option.name) is for a DTB; \(input) is a layout that has all of it.")
    }
  }
}
