import ArgumentParser
import Diagnostics
import Formats
import Layout

/// `dmaplan map DTB|LAYOUT`: draws the memory of a layout.
struct MapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map",
    abstract: "Draw the memory map of a board or layout, with its zones and reaches.",
    discussion: "Example: dmaplan map board.dtb --variant 1g --scale log --format svg -o map.svg"
  )

  @Argument(
    help: "A DTB, or a layout.json that `dmaplan compile` has written.",
    completion: .file(extensions: ["dtb", "json"])
  )
  var input: String

  @Option(help: "The shape of the output: human, svg.")
  var format: MapFormat = .human

  @Option(help: "How sizes become widths: linear, log.")
  var scale: ScaleChoice = .linear

  @OptionGroup var output: OutputOption
  @OptionGroup var options: SharedOptions

  func run() throws {
    let layouts = try layouts()
    guard !layouts.isEmpty else { throw ExitCode(1) }
    let text =
      switch format {
      case .human: human(layouts)
      case .svg: try svg(layouts)
      }
    try output.write(text)
  }

  private func human(_ layouts: [Layout]) -> String {
    let look = MemoryMapText.Options(
      width: options.width,
      scale: scale.scale,
      decorator: output.file == nil ? options.decorator : .plain
    )
    return layouts.map { layout in
      (layouts.count == 1 ? "" : "RAM variant \(layout.variant)\n")
        + MemoryMapText.text(layout, options: look)
    }
    .joined(separator: "\n")
  }

  private func svg(_ layouts: [Layout]) throws -> String {
    guard let layout = layouts.first, layouts.count == 1 else {
      let names = layouts.map(\.variant).joined(separator: ", ")
      throw RunError.input("an SVG holds one RAM variant; pick one with --variant: \(names)")
    }
    return MemoryMapSVG.text(layout, scale: scale.scale)
  }

  /// The layouts; what has none is said on standard error.
  private func layouts() throws -> [Layout] {
    if input.hasSuffix(".json") { return [try LayoutInput.layout(input)] }
    return try Pipeline(options).compile(input).variants.compactMap { variant in
      if variant.layout == nil {
        let why =
          variant.variant.hasMemory
          ? "no layout is possible; `dmaplan check` says why"
          : "no RAM is known; give it with --ram 0x4000_0000..+1GiB"
        Console.error("error: \(variant.variant.name): \(why)\n")
      }
      return variant.layout
    }
  }
}

/// The shapes of a map.
enum MapFormat: String, ExpressibleByArgument, CaseIterable {
  case human, svg
}

/// How sizes become widths.
enum ScaleChoice: String, ExpressibleByArgument, CaseIterable {
  case linear, log

  var scale: MapScale {
    switch self {
    case .linear: .linear
    case .log: .log
    }
  }
}
