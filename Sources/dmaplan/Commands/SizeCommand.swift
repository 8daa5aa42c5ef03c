import ArgumentParser
import Diagnostics
import DryRun
import Formats
import Layout
import PhysicalMemory

/// `dmaplan size DTB`: how small pools may be, and how large.
struct SizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "size",
    abstract: "Find the smallest pools that meet the workload, and the largest that leave enough.",
    discussion: """
      Each pool is planned and dry-run at many sizes, the others as they are. The smallest size is \
      one at which, and at the two granules above which, every device of the pool is served in the \
      share of runs that --success asks for. The largest is one at which nothing of the kernel's \
      own is refused and no process killed.

      Example: dmaplan size board.dtb --variant 1g --workload kiosk-1080p
      """
  )

  @Argument(help: "The board's DTB.", completion: .file(extensions: ["dtb"]))
  var dtb: String

  @Option(help: "The shape of the output: human, json, html.")
  var format: PageFormat = .human

  @Option(help: "Only this pool.")
  var pool: String?

  @Option(help: "Only this workload.")
  var workload: String?

  @Option(help: "The first seed.")
  var seed: UInt64 = 1

  @OptionGroup var success: SuccessOption
  @OptionGroup var output: OutputOption
  @OptionGroup var options: SharedOptions

  func validate() throws {
    if dtb.hasSuffix(".json") {
      throw ValidationError("size plans the board anew for each trial: name its DTB.")
    }
  }

  func run() async throws {
    Interruption.watch()
    let pipeline = try Pipeline(options)
    let subject = try StressSubject(dtb, pipeline, workload: workload)
    if subject.layouts.isEmpty { throw RunError.noLayout(dtb) }
    let meter = options.meter("size", total: 0)
    defer { meter?.hide() }
    var sizings: [PoolSizingResult] = []
    for layout in subject.layouts {
      var found: [(region: LayoutRegion, size: ByteCount)] = []
      for region in DryRun.pools(layout) where pool.map({ $0 == region.name }) ?? true {
        let trial = SizeTrialRun(command: self, layout: layout, region: region, meter: meter)
        let answer = await trial.search.run(hint: trial.hint) { size, isThorough in
          await trial.run([(region, size)], isThorough)
        }
        if Interruption.isWanted { break }
        if let smallest = answer.smallest { found.append((region, smallest)) }
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
      guard found.count > 1, !Interruption.isWanted else { continue }
      // The others were as they are while one was searched for; now all are small at once.
      let all = found
      for index in sizings.indices where sizings[index].variant == layout.variant {
        guard let own = found.first(where: { $0.region.name == sizings[index].pool }) else {
          continue
        }
        let trial = SizeTrialRun(command: self, layout: layout, region: own.region, meter: meter)
        sizings[index].servesTogether = await trial.run(all, true).serves
      }
    }
    meter?.hide()
    if let pool, sizings.isEmpty, !Interruption.isWanted {
      throw RunError.input("\(dtb): no workload allocates from a pool `\(pool)`")
    }
    let text =
      switch format {
      case .human: PoolSizingText(sizings, width: options.width, success: success.text).text
      case .json: PoolSizingJSON.value(sizings, success: success.target).text
      case .html: HTMLPoolSizing(sizings, title: dtb, success: success.target).text
      }
    try output.write(text)
    if Interruption.isWanted {
      Console.error("interrupted: only the pools above were finished\n")
      throw ExitCode(2)
    }
    let isMet = sizings.allSatisfy { $0.answer.smallest != nil && $0.servesTogether != false }
    try pipeline.exit(findings: subject.findings, unmet: !isMet)
  }
}
