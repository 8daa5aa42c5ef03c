import Foundation
import Testing

@Suite struct MapCommandTests {
  @Test func drawsABoardAndItsLayoutAlike() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let out = scratch.path("out")
    _ = try Command.dmaplan("compile", tree, "-o", out, "--variant", "4g")
    let board = try Command.dmaplan("map", tree, "--variant", "4g", "--scale", "log")
    let layout = try Command.dmaplan("map", out + "/layout.json", "--scale", "log")
    #expect(board.status == 0)
    #expect(board.output == layout.output)
    #expect(board.output.hasPrefix("scale: log\n  memory "))
    #expect(board.output.contains("linux,cma (default CMA area)"))
    #expect(board.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let coloured = try Command.dmaplan("map", tree, "--variant", "4g", "--color", "always")
    #expect(coloured.output.contains("\u{1B}[32mC\u{1B}[0m"))
    #expect(!board.output.contains("\u{1B}"))
  }

  @Test func writesAnSVGWholeToAFile() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let file = scratch.path("map.svg")
    let result = try Command.dmaplan(
      "map",
      tree,
      "--variant",
      "1g",
      "--format",
      "svg",
      "-o",
      file
    )
    #expect(result.status == 0)
    #expect(result.output.isEmpty)
    #expect(isBalanced(try scratch.text("map.svg")))
    let all = try Command.dmaplan("map", tree, "--format", "svg")
    #expect(all.status == 2)
    #expect(all.errors.contains("--variant: 1g, 2g, 4g, 8g"))
  }

  /// Whether every element that is opened is closed, in order.
  private func isBalanced(_ text: String) -> Bool {
    var open: [Substring] = []
    for piece in text.split(separator: "<") {
      guard let name = piece.split(whereSeparator: { " >/".contains($0) }).first else {
        return false
      }
      if piece.hasPrefix("/") {
        guard open.popLast() == name else { return false }
      } else if !piece.contains("/>") {
        open.append(name)
      }
    }
    return open.isEmpty && text.hasPrefix("<svg")
  }

  @Test func withoutRAMThereIsNothingToDraw() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let result = try Command.dmaplan("map", tree, "--no-builtin")
    #expect(result.status == 1)
    #expect(result.errors.contains("no RAM is known"))
  }
}
