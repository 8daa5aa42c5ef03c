import ArgumentParser

extension SharedOptions {
  /// Refuses what would do nothing where `input` is a layout: it is policy, tree, variant and kernel
  /// in one.
  func refuseWhatALayoutHasDecided(_ input: String) throws {
    guard input.hasSuffix(".json"), let option = optionForTrees else { return }
    throw ValidationError("\(option) is for a DTB; \(input) is a layout that has all of it.")
  }

  /// The first option that is given and says what a layout has decided; nil where there is none.
  var optionForTrees: String? {
    let given: [(name: String, isGiven: Bool)] = [
      ("--policy", !policy.isEmpty), ("--no-builtin", noBuiltin), ("--overlay", !overlay.isEmpty),
      ("--variant", variant != nil), ("--ram", ram != nil), ("--linux", linux != nil),
      ("--cmdline", cmdline != nil), ("--kernel-config", kernelConfig != nil),
      ("--boot-object", !bootObject.isEmpty),
    ]
    return given.first(where: \.isGiven)?.name
  }
}
