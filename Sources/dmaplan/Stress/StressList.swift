/// The boards and layouts of a dry-run.
struct StressList {
  /// One of them.
  enum Input {
    case layout(String)
    case board(BoardRequest)

    /// What `path` is by its name: a layout, else a DTB.
    init(_ path: String, _ pipeline: Pipeline) {
      self = path.hasSuffix(".json") ? .layout(path) : .board(pipeline.request(path))
    }

    /// What names it in output.
    var title: String {
      switch self {
      case .layout(let path): path
      case .board(let request): request.title
      }
    }
  }

  /// In the order given, in byte order below each folder.
  let inputs: [Input]
  /// Whether some of them may have nothing to run: a folder was searched, or a list was read.
  let isSearch: Bool

  /// The boards of a `--boards` file, or what `paths` name.
  ///
  /// In a folder those are the trees and the layouts that `compile` has written, or the trees alone
  /// where an option is for trees; a `board.dtb` beside a `layout.json` is the same board once more.
  init(_ paths: [String], boards: String?, _ pipeline: Pipeline) throws {
    if let boards {
      let list = try BoardList(inputs: [], file: boards, pipeline.general)
      (inputs, isSearch) = (list.requests.map(Input.board), true)
      return
    }
    var found: [String] = []
    var isSearch = false
    for path in paths {
      guard Folder.isFolder(path) else {
        try pipeline.options.refuseWhatALayoutHasDecided(path)
        found.append(path)
        continue
      }
      isSearch = true
      let inside = try Self.search(path)
        .filter { pipeline.options.optionForTrees == nil || $0.hasSuffix(".dtb") }
      if inside.isEmpty {
        throw RunError.input("\(path): there is no *.dtb and no layout.json in this folder")
      }
      found += inside
    }
    inputs = found.map { Input($0, pipeline) }
    self.isSearch = isSearch
  }

  private static func search(_ folder: String) throws -> [String] {
    let files = try Folder.files(below: folder, endings: [".dtb", ".json"])
    let all = Set(files)
    return files.filter { file in
      let slash = file.lastIndex(of: "/").map { file.index(after: $0) } ?? file.startIndex
      let (place, name) = (file[..<slash], file[slash...])
      if name.hasSuffix(".dtb") {
        return name != "board.dtb" || !all.contains(place + "layout.json")
      }
      return name == "layout.json" || name.hasPrefix("layout-")
    }
  }
}
