/// All targets by name.
enum Targets {
  private static let all: [(name: String, make: @Sendable () -> any FuzzTarget)] = [
    ("dtb", { TreeTarget() }), ("dtbo", { OverlayTarget() }), ("policy", { PolicyTarget() }),
    ("kconfig", { KernelConfigTarget() }), ("bootlog", { BootLogTarget() }),
    ("layout", { LayoutTarget() }), ("placement", { PlacementTarget() }),
    ("lsp", { EditorTarget() }), ("engine", { EngineTarget() }),
    ("scenario", { ScenarioTarget() }), ("boards", { BoardsTarget() }),
    ("cmdline", { CommandLineTarget() }),
  ]

  static var names: [String] { all.map(\.name) }

  static func named(_ name: String) -> (any FuzzTarget)? {
    all.first { $0.name == name }?.make()
  }
}
