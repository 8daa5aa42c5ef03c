import DryRun
import Layout
import PhysicalMemory
import Policy

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

  /// How the pool's devices fare with some pools at other sizes, this one among them.
  func run(
    _ sizes: [(region: LayoutRegion, size: ByteCount)],
    _ isThorough: Bool
  ) async -> DryRun.SizeTrial {
    let size = sizes.first { $0.region.name == region.name }?.size ?? region.range.size
    guard !Interruption.isWanted, let layout = layout(sizes) else { return .unplaceable(size) }
    var dryRun = DryRun.Options()
    dryRun.untilSure = isThorough
    dryRun.jobs = options.threads
    dryRun.firstSeed = seed
    dryRun.successTarget = target
    dryRun.isInterrupted = { Interruption.isWanted }
    let verdicts = await DryRun.run(layout, options: dryRun) { meter?.advance() }
    return DryRun.SizeTrial(verdicts, pool: region.name, size: size, target: target)
  }

  /// The layout with the pools at these sizes; nil where there is no place for them.
  private func layout(_ sizes: [(region: LayoutRegion, size: ByteCount)]) -> Layout? {
    var options = options
    if options.ram == nil, layout.variant != "dtb" { options.variant = layout.variant }
    var pools: [String] = []
    for (region, size) in sizes {
      if region.node == nil, let line = layout.target.commandLine.withAreaSize(size) {
        options.cmdline = line
      } else {
        pools.append(entry(region, size))
      }
    }
    let layer = (name: "size trial", bytes: Array(text(pools).utf8))
    guard let pipeline = try? Pipeline(options, adding: pools.isEmpty ? [] : [layer]),
      let subject = try? StressSubject(dtb, pipeline, workload: workload),
      let found = subject.layouts.first(where: { $0.variant == layout.variant }),
      sizes.allSatisfy({ found.region(named: $0.region.name)?.range.size == $0.size })
    else { return nil }
    return found
  }

  private func entry(_ region: LayoutRegion, _ size: ByteCount) -> String {
    let kind = region.node == nil ? "kind: cma, default: true, " : ""
    return "  \"\(region.name)\": {\(kind)size: \(size.rawValue), at-least: null, at-most: null}"
  }

  /// A layer that states sizes and outdoes every other of its rank.
  private func text(_ pools: [String]) -> String {
    let board = layout.compatible.first ?? ""
    let variant = layout.variant == "dtb" ? "" : ", variant: \"\(layout.variant)\""
    return """
      dmaplan: 1
      name: size-trial
      match: {compatible: "\(board)"\(variant)}
      why: a size that is tried
      override: true
      pools:
      \(pools.joined(separator: "\n"))

      """
  }
}

extension String {
  /// The command line with another size in its last `cma=`; nil where it has none.
  fileprivate func withAreaSize(_ size: ByteCount) -> String? {
    var words = split(separator: " ").map { String($0) }
    guard let place = words.lastIndex(where: { $0.hasPrefix("cma=") }) else { return nil }
    let rest = words[place].firstIndex(of: "@").map { words[place][$0...] } ?? ""
    words[place] = "cma=\(size.rawValue)\(rest)"
    return words.joined(separator: " ")
  }
}

extension ByteCount {
  /// The largest multiple of the size that is not above `limit`; at least once.
  fileprivate func multiple(below limit: ByteCount) -> ByteCount {
    ByteCount(max(rawValue, limit.rawValue / rawValue * rawValue))
  }
}
