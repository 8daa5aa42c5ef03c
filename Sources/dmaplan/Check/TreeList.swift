/// The trees that a run is about.
struct TreeList {
  /// The DTBs in the order given, in byte order below each folder.
  let paths: [String]
  /// How many overlays in the folders were passed over.
  let skippedOverlays: Int
  /// Whether a folder was searched.
  let isSearch: Bool

  /// Finds what `inputs` name.
  init(_ inputs: [String]) throws {
    var paths: [String] = []
    var skipped = 0
    var isSearch = false
    for input in inputs {
      guard Folder.isFolder(input) else {
        paths.append(input)
        continue
      }
      isSearch = true
      let found = try Folder.files(below: input, endings: [".dtb", ".dtbo"])
      let trees = found.filter { $0.hasSuffix(".dtb") }
      if trees.isEmpty { throw RunError.input("\(input): there is no *.dtb in this folder") }
      paths += trees
      skipped += found.count - trees.count
    }
    self.paths = paths
    skippedOverlays = skipped
    self.isSearch = isSearch
  }
}
