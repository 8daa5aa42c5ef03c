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
  private let target: TargetChoice
  private let choice: VariantChoice
  private let today: String

  /// A pipeline with the policy and the kernel that `options` name, and with the layers of `more`.
  init(_ options: SharedOptions, adding more: [(name: String, bytes: [UInt8])] = []) throws {
    self.options = options
    policy = try PolicyInput(options, adding: more)
    today = options.today ?? Today.text
    target = try TargetInput.choice(options)
    choice = VariantChoice(
      ram: try options.ramRanges(),
      name: options.variant,
      objects: try options.bootObjects()
    )
  }

  /// Reads a board and compiles its layouts.
  ///
  /// A layout names the tree by its digest, which costs more than everything else; findings need
  /// none.
  func compile(
    _ path: String,
    _ layout: LayoutChoice = LayoutChoice(),
    forLayouts: Bool = true
  ) throws -> Compilation {
    let board = try BoardInput.board(path, overlays: options.overlay)
    let compiled = LayoutCompiler(
      board: board,
      layers: policy.layers,
      target: target,
      variants: choice,
      choice: layout,
      digests: (
        tree: forLayouts ? SHA256.hexadecimal(of: board.tree.blob) : "",
        policy: policy.digest
      )
    ).compile()
    if let name = choice.name, compiled.variants.first?.variant.name != name {
      let known = EffectivePolicy(
        layers: policy.layers,
        compatible: board.compatible,
        variant: nil
      ).variants.map(\.name)
      throw RunError.input(
        "no layer that matches \(path) has a variant `\(name)`"
          + (known.isEmpty ? "; none has any" : "; there are " + known.joined(separator: ", "))
      )
    }
    return Compilation(board: board, compiled: compiled)
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
      layers: policy.layers
    )
    return Validator(today: today).judge(subject, compiled: compilation.diagnostics)
  }

  /// What each device of a compiled board will get.
  func verdicts(
    _ compilation: Compilation,
    _ dryRun: DryRun.Options
  ) async -> [DryRun.Verdict] {
    let workloads = compilation.variants.reduce(0) { $0 + ($1.layout?.workloads.count ?? 0) }
    let meter = options.meter("dry-run", total: workloads * Int(dryRun.looks.first ?? 0))
    defer { meter?.finish() }
    var verdicts: [DryRun.Verdict] = []
    for variant in compilation.variants {
      if let layout = variant.layout {
        verdicts += await DryRun.run(layout, options: dryRun) { meter?.advance() }
      } else {
        verdicts += DryRun.unjudged(
          devices: variant.devices.map(\.device),
          variant: variant.variant.name
        )
      }
    }
    return verdicts
  }

  /// The main job: everything about one board.
  func report(_ path: String, _ dryRun: DryRun.Options) async throws -> Report {
    let compilation = try compile(path)
    return await report(compilation, path, dryRun)
  }

  /// Everything about a compiled board.
  func report(
    _ compilation: Compilation,
    _ path: String,
    _ dryRun: DryRun.Options
  ) async -> Report {
    Report(
      file: path,
      compatible: compilation.board.compatible,
      variants: compilation.variants,
      findings: findings(compilation).sortedWorstFirst(),
      verdicts: await verdicts(compilation, dryRun)
    )
  }

  /// Ends with status 1 where a finding is bad enough or a constraint is not met.
  func exit(findings: [Diagnostic], unmet: Bool) throws {
    if unmet { throw ExitCode(1) }
    try options.exit(findings: findings)
  }
}

/// A board with its layouts.
struct Compilation {
  let board: Board
  let compiled: CompiledBoard

  var variants: [CompiledVariant] { compiled.variants }
  /// What merging policy found.
  var diagnostics: [Diagnostic] { compiled.diagnostics }
}

extension Pipeline {
  /// The verdicts of a layout that was written earlier, or of a board with its findings.
  func stress(
    _ path: String,
    _ dryRun: DryRun.Options
  ) async throws -> (verdicts: [DryRun.Verdict], findings: [Diagnostic]) {
    guard path.hasSuffix(".json") else {
      let compilation = try compile(path)
      return (await verdicts(compilation, dryRun), findings(compilation))
    }
    return (await DryRun.run(try LayoutInput.layout(path), options: dryRun), [])
  }
}
