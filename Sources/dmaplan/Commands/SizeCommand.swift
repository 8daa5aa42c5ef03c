import ArgumentParser
import Diagnostics
import DryRun
import Formats
import Layout
import PhysicalMemory
import Policy

/// `dmaplan size DTB`: how small pools may be, and how large.
struct SizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "size",
    abstract: "Find the smallest pools that meet the workload, and the largest that leave enough.",
    discussion: """
      Each pool is planned and dry-run at many sizes, the others as they are. The smallest size is
      one at which, and at the two granules above which, every device of the pool is served in the
      share of runs that --success asks for. The largest is one at which nothing of the kernel's
      own is refused and no process killed.

      Example: dmaplan size board.dtb --success 95%
      """
  )

  @Argument(help: "The board's DTB.")
  var dtb: String

  @Option(help: "The shape of the output: human, json.")
  var format: ReportFormat = .human

  @Option(help: "Only this pool.")
  var pool: String?

  @Option(help: "Only this workload.")
  var workload: String?

  @Option(help: "The first seed.")
  var seed: UInt64 = 1

  @OptionGroup var success: SuccessOption
  @OptionGroup var options: SharedOptions

  func run() async throws {
    Interruption.watch()
    let pipeline = try Pipeline(options)
    let subject = try StressSubject(dtb, pipeline, workload: workload)
    let meter = options.meter("size", total: 0)
    defer { meter?.finish() }
    var sizings: [PoolSizingResult] = []
    for layout in subject.layouts {
      for region in DryRun.pools(layout) where pool.map({ $0 == region.name }) ?? true {
        let trial = SizeTrialRun(command: self, layout: layout, region: region, meter: meter)
        let answer = await trial.search.run(hint: trial.hint) { size, isThorough in
          await trial.run(size, isThorough)
        }
        if Interruption.isWanted { break }
        sizings.append(
          PoolSizingResult(
            variant: layout.variant,
            pool: region.name,
            kind: region.kind,
            current: region.range.size,
            answer: answer
          )
        )
      }
    }
    meter?.finish()
    if let pool, sizings.isEmpty, !Interruption.isWanted {
      throw RunError.input("\(dtb): no workload allocates from a pool `\(pool)`")
    }
    let text = PoolSizingText(sizings, width: options.width, success: success.text)
    try Console.output(
      format == .human
        ? text.text : PoolSizingJSON.value(sizings, success: success.target).text
    )
    if Interruption.isWanted {
      Console.error("interrupted: only the pools above were finished\n")
      throw ExitCode(2)
    }
    let isMet = sizings.allSatisfy { $0.answer.smallest != nil }
    try pipeline.exit(findings: subject.findings, unmet: !isMet)
  }
}

/// Plans and dry-runs a board with one pool of another size.
struct SizeTrialRun: Sendable {
  private let dtb: String
  private let options: SharedOptions
  private let workload: String?
  private let target: Proportion
  private let seed: UInt64
  private let region: LayoutRegion
  private let layout: Layout
  private let meter: Meter?

  init(command: SizeCommand, layout: Layout, region: LayoutRegion, meter: Meter?) {
    dtb = command.dtb
    options = command.options
    workload = command.workload
    target = command.success.target
    seed = command.seed
    self.layout = layout
    self.region = region
    self.meter = meter
  }

  /// A size in which the workloads' own buffers fit when nothing else is in the pool.
  var hint: ByteCount { DryRun.neededSize(layout, pool: region.name) ?? region.range.size }

  var search: DryRun.PoolSearch {
    let granule = region.kind == .cma ? layout.target.cmaGranule.bytes : ByteCount.kib(64)
    let ram = layout.banks.reduce(ByteCount.zero) { $0 + $1.size }
    return DryRun.PoolSearch(granule: granule, least: granule, most: granule.multiple(below: ram))
  }

  /// How the workloads fare with a pool of this size.
  func run(_ size: ByteCount, _ isThorough: Bool) async -> DryRun.SizeTrial {
    guard !Interruption.isWanted, let layout = layout(size) else { return .unplaceable(size) }
    var dryRun = DryRun.Options()
    dryRun.untilSure = isThorough
    dryRun.jobs = options.threads
    dryRun.firstSeed = seed
    dryRun.successTarget = target
    dryRun.isInterrupted = { Interruption.isWanted }
    let verdicts = await DryRun.run(layout, options: dryRun) { meter?.advance() }
    return DryRun.SizeTrial(verdicts, pool: region.name, size: size, target: target)
  }

  /// The layout with the pool at this size; nil where there is no place for it.
  private func layout(_ size: ByteCount) -> Layout? {
    var options = options
    if options.ram == nil, layout.variant != "dtb" { options.variant = layout.variant }
    let layer = (name: "size trial", bytes: Array(text(size).utf8))
    guard let pipeline = try? Pipeline(options, adding: [layer]),
      let subject = try? StressSubject(dtb, pipeline, workload: workload),
      let found = subject.layouts.first(where: { $0.variant == layout.variant }),
      let planned = found.region(named: region.name), planned.range.size == size
    else { return nil }
    return found
  }

  /// A layer that states the size and outdoes every other of its rank.
  private func text(_ size: ByteCount) -> String {
    let board = layout.compatible.first ?? ""
    let variant = layout.variant == "dtb" ? "" : ", variant: \"\(layout.variant)\""
    let kind = region.node == nil ? "kind: cma, default: true, " : ""
    return """
      dmaplan: 1
      name: size-trial
      match: {compatible: "\(board)"\(variant)}
      why: a size that is tried
      override: true
      pools:
        "\(region.name)": {\(kind)size: \(size.rawValue), at-least: null, at-most: null}

      """
  }
}

extension ByteCount {
  /// The largest multiple of the size that is not above `limit`; at least once.
  fileprivate func multiple(below limit: ByteCount) -> ByteCount {
    ByteCount(max(rawValue, limit.rawValue / rawValue * rawValue))
  }
}
