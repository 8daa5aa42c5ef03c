import Diagnostics
import Layout
import YAML

/// One board that a run is about, with everything that is stated of it alone.
struct BoardRequest: Sendable {
  /// The DTB as findings name it.
  var dtb: String
  /// Overlays in the order in which they are applied.
  var overlays: [String] = []
  /// What is stated of the kernel.
  var target = TargetChoice()
  /// Where a list of boards has the command line.
  var commandLinePlace: SourceSpan?
  /// The `.config` that `target` holds, as it was named.
  var configFile: String?
  /// What is stated of RAM and boot objects.
  var variants = VariantChoice()
  /// RAM variants of this board alone, as a policy states them.
  var ownVariants: YAMLNode?
  /// Where a list of boards has it.
  var place: SourceSpan?

  /// What names the board in output where a DTB may be there more than once.
  var title: String { ([dtb] + overlays).joined(separator: " + ") }
}

/// The boards of a run.
struct BoardList {
  let requests: [BoardRequest]
  /// How many overlays in the folders were passed over.
  let skippedOverlays: Int
  /// Whether there may be boards that some layer is not meant for: a folder or a list.
  let isSearch: Bool
  /// Whether a `--boards` file names them.
  let isListed: Bool

  /// The boards of a `--boards` file, or those that `inputs` name; `general` is what is stated of all.
  init(inputs: [String], file: String?, _ general: BoardRequest) throws {
    if let file {
      requests = try BoardsInput.requests(file, general)
      (skippedOverlays, isSearch, isListed) = (0, true, true)
      return
    }
    let trees = try TreeList(inputs)
    requests = trees.paths.map { general.with(dtb: $0) }
    (skippedOverlays, isSearch, isListed) = (trees.skippedOverlays, trees.isSearch, false)
  }
}

extension BoardRequest {
  /// The board in `dtb` with what `options` state.
  init(_ options: SharedOptions, dtb: String) throws {
    self.dtb = dtb
    overlays = options.overlay
    target = try TargetInput.choice(options)
    configFile = options.kernelConfig
    variants = VariantChoice(
      ram: try options.ramRanges(),
      name: options.variant,
      objects: try options.bootObjects()
    )
  }

  /// The same statements of another DTB.
  func with(dtb: String) -> BoardRequest {
    var request = self
    request.dtb = dtb
    return request
  }
}
