import Board
import Diagnostics
import Layout
import LinuxBoot
import Policy

/// The whole flow: files to a board and layers, to a layout for each RAM variant, to findings, to
/// verdicts.
struct Pipeline {
  let options: SharedOptions
  let policy: PolicyInput

  /// A pipeline with the policy that `options` name.
  init(_ options: SharedOptions) throws {
    self.options = options
    policy = try PolicyInput(options)
  }

  /// Reads a board and compiles its layouts.
  func compile(_ path: String) throws -> Compilation {
    let board = try BoardInput.board(path, overlays: options.overlay)
    let (variants, diagnostics) = LayoutCompiler(
      board: board,
      layers: policy.layers,
      target: try target(),
      variants: VariantChoice(
        ram: try options.ramRanges(),
        name: options.variant,
        objects: try options.bootObjects()
      ),
      digests: (tree: "", policy: "")
    ).compile()
    return Compilation(
      board: board,
      variants: variants,
      diagnostics: policy.diagnostics + diagnostics
    )
  }

  private func target() throws -> TargetChoice {
    var choice = TargetChoice(linux: options.linux, commandLine: options.cmdline)
    if let path = options.kernelConfig {
      do throws(FileError) {
        let bytes = try InputFile.bytes(path, limit: 16 << 20)
        choice.kernelConfig = String(decoding: bytes, as: UTF8.self)
      } catch {
        throw RunError.input(error.description)
      }
    }
    return choice
  }
}

/// A board with its layouts.
struct Compilation {
  let board: Board
  let variants: [CompiledVariant]
  /// What reading and merging policy found.
  let diagnostics: [Diagnostic]
}
