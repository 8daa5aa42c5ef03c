import ArgumentParser
import Diagnostics
import Layout
import LinuxBoot

/// `dmaplan BOARD.dtb`: check, plan and dry-run; the report.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Check, plan and dry-run a board (the default)."
  )

  @Argument(help: "The board's DTB.")
  var dtb: String

  @OptionGroup var options: SharedOptions

  func run() throws {
    let pipeline = try Pipeline(options)
    let result = try pipeline.compile(dtb)
    var text = HumanRenderer(sources: pipeline.policy.sources).render(result.diagnostics)
    for variant in result.variants {
      text += "variant \(variant.variant.name)\n"
      guard let layout = variant.layout else {
        text +=
          "  no layout: \(String(describing: variant.plan)) \(String(describing: variant.today?.panic))\n"
        continue
      }
      for region in layout.regions {
        text +=
          "  \(region.range) \(region.name) \(region.kind) default=\(region.isDefault) planned=\(region.isPlanned) users=\(region.users) \(region.confidence)\n"
      }
      for device in layout.devices {
        text +=
          "  dev \(device.name) \(device.path ?? "-") \(device.reach) \(device.iommu) \(device.pools)\n"
      }
      for w in layout.workloads { text += "  workload \(w.name) \(w.streams.map(\.device))\n" }
    }
    try Console.output(text)
  }
}
