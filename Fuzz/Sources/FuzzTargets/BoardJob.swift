import Board
import DeviceTree
import Diagnostics
import DryRun
import Formats
import Layout
import LinuxBoot
import PhysicalMemory
import Policy
import Validation

/// What the command does with a board, one part of it after each input so that runs stay short.
struct BoardJob {
  let pipeline: Pipeline
  let compilation: Compilation
  /// All findings, those of the policy's files included.
  let findings: [Diagnostic]
  let sources: [String: SourceText]
  /// Which output is made; every number means something.
  let choice: UInt8

  /// The parts that there are.
  static let parts: UInt8 = 8

  /// Compiles and judges, tells the findings to a person, then makes one more kind of output.
  func run() {
    let plain = HumanRenderer(sources: sources, decorator: .plain, width: 80)
    let text = plain.render(findings.sortedWorstFirst())
    Output.requireVisible(text, "findings for people")
    Console.error(text)
    InProcess.telling {
      switch choice % Self.parts {
      case 0: try machineReadable()
      case 1: try people()
      case 2: try files()
      case 3: try dryRun()
      case 4: try boots()
      case 5: try again()
      case 6: try fixed()
      default: break
      }
    }
  }

  private func print(_ text: String, _ what: String) throws {
    Output.requireVisible(text, what)
    try Console.output(text)
  }

  private func printJSON(_ text: String, _ what: String) throws {
    Output.requireJSON(text, what)
    try Console.output(text)
  }

  // MARK: Findings

  private func machineReadable() throws {
    let accepted = pipeline.judge(compilation).accepted
    var board = FindingsJSON.BoardFindings(
      board: compilation.board.compatible.first ?? compilation.request.dtb,
      dtb: compilation.request.dtb,
      findings: findings,
      variants: compilation.variants.map(\.variant.name),
      accepted: accepted
    )
    board.title = compilation.request.title
    board.settings = compilation.settings
    let json = FindingsJSON.value([board], sources: sources).text
    try printJSON(json, "findings as JSON")
    let read = FindingsJSON.fingerprints(bytes: Array(json.utf8), file: "output")
    Harness.require(read.diagnostics.isEmpty, "findings are no baseline: \(read.diagnostics)")
    // Without the manual, which is the same each time.
    let sarif = SARIF(version: "0", pages: [], sources: sources)
    try printJSON(sarif.value([board]).text, "SARIF")
    let junit = JUnit(rules: RuleRegistry.ids, failOn: .error).text([board])
    Output.requireXML(junit, "JUnit")
    try Console.output(junit)
    let commands = GitHub.commands([board])
    try print(commands, "GitHub's commands")
    try Console.output(GitHub.summary([board]))
    try print(ConciseRenderer().render(findings), "concise findings")
  }

  // MARK: For people

  private func people() throws {
    for (variant, settings) in zip(compilation.variants, compilation.settings) {
      let explanation = ExplainText(variant, compatible: compilation.board.compatible)
      try print(explanation.overview(width: 80), "explain")
      let texts = SettingsText(settings.settings, width: 80)
      try print(texts.table, "settings")
      for name in explanation.names.prefix(40) {
        try print(explanation.text(of: name) ?? "", "explain \(name)")
      }
      for setting in settings.settings { try print(texts.text(of: setting.name) ?? "", "setting") }
      guard let layout = variant.layout else { continue }
      for scale in [MapScale.linear, .log] {
        let options = MemoryMapText.Options(width: 80, scale: scale, decorator: .plain)
        try print(MemoryMapText.text(layout, options: options), "map")
        let svg = MemoryMapSVG.text(layout, scale: scale)
        Output.requireXML(svg, "SVG")
        try Console.output(svg)
      }
    }
  }

  // MARK: Layouts

  /// `compile`: a layout that is written is read back, and so are the trees.
  private func files() throws {
    for carrier in [DefaultPoolCarrier.deviceTree, .commandLine, .kernelConfig] {
      let made = CompiledFiles(compilation, via: carrier, folder: "out")
      for file in try made.files {
        try OutputFile.write(file.bytes, to: 1, file.path)
        if file.path.hasSuffix(".dtb") || file.path.hasSuffix(".dtbo") {
          Harness.require(
            (try? DeviceTree(blob: file.bytes)) != nil,
            "\(file.path) is not read back"
          )
        }
      }
    }
    for layout in compilation.variants.compactMap(\.layout) { LayoutJob.requireReadBack(layout) }
    try Console.output(CompileSummary(compilation, LayoutChoice()).text)
  }

  private func dryRun() throws {
    let isSmall = compilation.variants.allSatisfy { variant in
      variant.layout.map(LayoutJob.isSmall) ?? true
    }
    guard isSmall else { return }
    var options = DryRun.Options()
    options.looks = [1]
    let pipeline = self.pipeline
    let compilation = self.compilation
    let found = findings
    let limited = options
    let report = InProcess.waitFor {
      await pipeline.report(compilation, "board", limited, findings: found, drawn: true)
    }
    try print(ReportText(report, width: 80, decorator: .plain, sources: sources).text, "report")
    try printJSON(ReportJSON.value(report, sources: sources).text, "report as JSON")
    try Console.output(HTMLReport(report, sources: sources).text)
  }

  // MARK: Boots

  private func boots() throws {
    var predictions: [BootPrediction] = []
    for variant in compilation.variants.prefix(2) {
      for version in ["4.19", "6.1", "6.12"] {
        var choice = compilation.request.target
        choice.linux = version
        let policy = EffectivePolicy(
          layers: compilation.layers,
          compatible: compilation.board.compatible,
          variant: variant.variant.name,
          tree: TreeLayer(compilation.board)
        )
        let target = Target(board: compilation.board, policy: policy, choice: choice)
        let input = BootInput(
          tree: compilation.board.tree,
          target: target.kernel,
          commandLine: target.commandLine,
          objects: variant.variant.objects,
          ram: variant.variant.ram,
          firmware: variant.variant.firmware.map(\.range)
        )
        predictions.append(
          BootPrediction(
            file: compilation.board.file,
            board: compilation.board.compatible.first ?? "",
            variant: variant.variant.name,
            kernel: input.target,
            commandLine: input.commandLine,
            outcome: LinuxBoot.replay(input)
          )
        )
      }
    }
    let changes = BootChanges.findings(predictions)
    for prediction in predictions { try print(BootText(prediction).text, "boot") }
    try printJSON(BootJSON.value(predictions, changes: changes).text, "boot as JSON")
  }

  // MARK: What is made of the result

  /// `init`: the policy that is written for a board is policy.
  private func again() throws {
    guard let first = compilation.variants.first else { return }
    let text = StartingPolicy(compilation.board, first, parts: .all).text
    try print(text, "a starting policy")
    var reader = LayerReader()
    reader.read(Array(text.utf8), file: "init.yaml", origin: .user)
    let more = compilation.with(reader.layers)
    _ = pipeline.judge(more)
  }

  /// `check --fix`: fixes can be applied to the text that they are of.
  private func fixed() throws {
    for (file, source) in sources.sorted(by: { $0.key < $1.key }) where file.hasSuffix("fuzz.yaml")
    {
      let fixes = findings.compactMap(\.fix).filter {
        $0.applicability == .safe && $0.span.file == file
      }
      guard let text = source.applying(Array(Set(fixes))) else { continue }
      var reader = LayerReader()
      reader.read(text, file: file, origin: .user)
      _ = pipeline.judge(compilation.with(reader.layers))
    }
  }
}
