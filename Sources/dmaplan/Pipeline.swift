import ArgumentParser
import Board
import DeviceTree
import Diagnostics
import DryRun
import Formats
import Layout
import LinuxBoot
import Policy
import Validation

/// The whole flow: files to a board and layers, to a layout for each RAM variant, to findings, to
/// verdicts.
struct Pipeline: Sendable {
  let options: SharedOptions
  let policy: PolicyInput
  /// What `options` state of every board.
  let general: BoardRequest
  private let today: String

  /// A pipeline with the policy and the kernel that `options` name, and with the layers of `more`.
  init(_ options: SharedOptions, adding more: [(name: String, bytes: [UInt8])] = []) throws {
    self.options = options
    policy = try PolicyInput(options, adding: more)
    today = options.today ?? Today.text
    general = try BoardRequest(options, dtb: "")
  }

  /// The board in `path` with what the options state.
  func request(_ path: String) -> BoardRequest { general.with(dtb: path) }

  /// Reads a board and compiles its layouts.
  ///
  /// A layout names the tree by its digest, which costs more than everything else; findings need
  /// none.
  func compile(
    _ path: String,
    _ layout: LayoutChoice = LayoutChoice(),
    forLayouts: Bool = true
  ) throws -> Compilation {
    try compile(request(path), layout, forLayouts: forLayouts)
  }

  /// Reads the board of a request and compiles its layouts.
  func compile(
    _ request: BoardRequest,
    _ layout: LayoutChoice = LayoutChoice(),
    forLayouts: Bool = true
  ) throws -> Compilation {
    let board = try BoardInput.board(request.dtb, overlays: request.overlays)
    let own = request.ownVariants.map { Layer.variants($0, forBoard: board.compatible.first) }
    let layers = policy.layers(for: board.compatible) + (own.map { [$0.layer] } ?? [])
    let compilation = Compilation(
      request: request,
      board: board,
      layers: layers,
      choice: layout,
      digests: (
        tree: forLayouts ? SHA256.hexadecimal(of: board.tree.blob) : "",
        policy: forLayouts ? policy.digest : ""
      ),
      ofRequest: own?.diagnostics ?? []
    )
    let names = request.variants.names + [request.variants.name].compactMap(\.self)
    let found = Set(compilation.variants.map(\.variant.name))
    if let name = names.first(where: { !found.contains($0) }) {
      throw Self.noVariant(name, request, board, layers)
    }
    return compilation
  }

  private static func noVariant(
    _ name: String,
    _ request: BoardRequest,
    _ board: Board,
    _ layers: [Layer]
  ) -> RunError {
    let known = EffectivePolicy(layers: layers, compatible: board.compatible, variant: nil)
      .variants.map(\.name)
    return RunError.input(
      "no layer that matches \(request.dtb) has a variant `\(name)`",
      help: known.isEmpty
        ? "none has any; state it under `variants:`" : "there are " + known.joined(separator: ", ")
    ).at(request.place)
  }

  /// What is wrong with policy and a compiled board, the same in all variants said once.
  func findings(_ compilation: Compilation) -> [Diagnostic] {
    (policy.diagnostics + judge(compilation).findings).withoutDuplicates()
  }

  /// What is wrong with a compiled board, and what of it policy accepts.
  func judge(
    _ compilation: Compilation
  ) -> (findings: [Diagnostic], accepted: [AcceptedFinding]) {
    let subject = Subject(
      board: compilation.board,
      variants: compilation.variants,
      layers: compilation.layers
    )
    return Validator(today: today).judge(
      subject,
      compiled: compilation.diagnostics + compilation.ofStatements
    )
  }

  /// What each device of a compiled board will get.
  func verdicts(
    _ compilation: Compilation,
    _ dryRun: DryRun.Options
  ) async -> [DryRun.Verdict] {
    let workloads = compilation.variants.reduce(0) { $0 + ($1.layout?.workloads.count ?? 0) }
    let meter = options.meter("dry-run", total: workloads * Int(dryRun.looks.first ?? 0))
    defer { meter?.hide() }
    var verdicts: [DryRun.Verdict] = []
    for variant in compilation.variants {
      if let layout = variant.layout {
        verdicts += await DryRun.run(layout, options: dryRun) { meter?.advance() }
      } else {
        verdicts += DryRun.unjudged(variant)
      }
    }
    return verdicts
  }

  /// The main job: everything about one board; with timelines for a page that draws them.
  func report(
    _ request: BoardRequest,
    _ dryRun: DryRun.Options,
    drawn: Bool = false
  ) async throws -> Report {
    await report(try compile(request), request.title, dryRun, drawn: drawn)
  }

  /// Everything about a compiled board, under a title.
  func report(
    _ compilation: Compilation,
    _ title: String,
    _ dryRun: DryRun.Options,
    findings: [Diagnostic]? = nil,
    drawn: Bool
  ) async -> Report {
    let verdicts = await verdicts(compilation, dryRun)
    var report = Report(
      file: title,
      compatible: compilation.board.compatible,
      variants: compilation.variants,
      findings: (findings ?? self.findings(compilation)).sortedWorstFirst(),
      verdicts: verdicts,
      settings: compilation.settings(ofFirst: 1).first?.settings ?? [],
      timelines: drawn ? timelines(compilation, verdicts, dryRun) : []
    )
    if let layer = report.suggestedLayer {
      report.suggestionFaults = SuggestionCheck(pipeline: self, compilation).faults(of: layer)
    }
    return report
  }

  /// One run of each workload that was run: one that failed where any did.
  private func timelines(
    _ compilation: Compilation,
    _ verdicts: [DryRun.Verdict],
    _ dryRun: DryRun.Options
  ) -> [DryRun.Timeline] {
    compilation.variants.compactMap(\.layout).flatMap { layout in
      layout.workloads.compactMap { workload -> DryRun.Timeline? in
        let own = verdicts.filter {
          $0.variant == layout.variant && $0.workload == workload.name && $0.seeds > 0
        }
        guard !own.isEmpty, !dryRun.isInterrupted() else { return nil }
        let seed = own.compactMap(\.firstFailure?.seed).min() ?? dryRun.firstSeed
        return DryRun.timeline(layout, workload: workload.name, seed: seed)
      }
    }
  }

  /// Ends with status 1 where a finding is bad enough or a constraint is not met.
  func exit(findings: [Diagnostic], unmet: Bool) throws {
    if unmet { throw ExitCode(1) }
    try options.exit(findings: findings)
  }
}

/// A board with its layouts.
struct Compilation {
  let request: BoardRequest
  let board: Board
  /// The layers of the run and of the request.
  let layers: [Layer]
  let compiled: CompiledBoard
  /// What is wrong with what the request states.
  let ofRequest: [Diagnostic]

  /// Compiles a board with these layers.
  init(
    request: BoardRequest,
    board: Board,
    layers: [Layer],
    choice: LayoutChoice,
    digests: (tree: String, policy: String),
    ofRequest: [Diagnostic]
  ) {
    self.request = request
    self.board = board
    self.layers = layers
    self.ofRequest = ofRequest
    compiled = LayoutCompiler(
      board: board,
      layers: layers,
      target: request.target,
      variants: request.variants,
      choice: choice,
      digests: digests
    ).compile()
  }

  /// The board as it would be with more layers; its layouts are not for keeping.
  func with(_ more: [Layer]) -> Compilation {
    Compilation(
      request: request,
      board: board,
      layers: layers + more,
      choice: LayoutChoice(),
      digests: (tree: "", policy: ""),
      ofRequest: ofRequest
    )
  }

  var variants: [CompiledVariant] { compiled.variants }
  /// What merging policy found.
  var diagnostics: [Diagnostic] { compiled.diagnostics + ofRequest }
}

extension Compilation {
  /// What is wrong with RAM and command line as they were stated.
  fileprivate var ofStatements: [Diagnostic] { StatementFindings(variants.map(effective)).all }

  /// The settings of each RAM variant with their places.
  var settings: [SettingsJSON.VariantSettings] { settings(ofFirst: variants.count) }

  /// The settings of the first `count` variants.
  func settings(ofFirst count: Int) -> [SettingsJSON.VariantSettings] {
    variants.prefix(count).map { variant in
      SettingsJSON.VariantSettings(
        dtb: request.dtb,
        variant: variant.variant.name,
        settings: effective(variant).all
      )
    }
  }

  private func effective(_ variant: CompiledVariant) -> EffectiveSettings {
    EffectiveSettings(
      board: board,
      compiled: variant,
      choice: request.target,
      stated: request.variants,
      configFile: request.configFile,
      commandLinePlace: request.commandLinePlace
    )
  }
}
