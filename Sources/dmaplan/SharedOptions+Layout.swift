extension SharedOptions {
  /// The options given that say what a layout has decided already: policy, tree, RAM and kernel.
  var decidedByALayout: [String] {
    let options: [(name: String, isGiven: Bool)] = [
      ("--policy", !policy.isEmpty), ("--no-builtin", noBuiltin), ("--overlay", !overlay.isEmpty),
      ("--variant", variant != nil), ("--ram", ram != nil), ("--linux", linux != nil),
      ("--cmdline", cmdline != nil), ("--kernel-config", kernelConfig != nil),
      ("--boot-object", !bootObject.isEmpty),
    ]
    return options.filter(\.isGiven).map(\.name)
  }
}
