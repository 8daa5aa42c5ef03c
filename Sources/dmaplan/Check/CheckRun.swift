import Board
import Diagnostics
import Formats
import Layout
import Policy

/// A check of all boards of a run.
struct CheckRun {
  private let pipeline: Pipeline
  private let list: BoardList
  private let sightings: DeviceSightings
  /// Of how many variants of a board the settings are wanted.
  private let settings: Int

  typealias Outcome = Result<FindingsJSON.BoardFindings, RunError>

  /// A check whose results have the settings that `format` shows: all for JSON, the first for
  /// people.
  init(_ pipeline: Pipeline, _ list: BoardList, for format: FindingsFormat) {
    let isShown = list.requests.count == 1 || list.isListed
    switch format {
    case .json: settings = isShown ? Int.max : 0
    case .human: settings = list.requests.count == 1 ? 1 : 0
    case .concise, .sarif, .junit, .github: settings = 0
    }
    self.pipeline = pipeline
    self.list = list
    sightings = DeviceSightings(list.requests.count > 1 ? pipeline.policy.layers : [])
  }

  /// What a board came to.
  private struct Board {
    var findings: FindingsJSON.BoardFindings
    let compatible: [String]
    let seen: Set<SourceSpan>
  }

  /// Everything at once.
  func all() async throws -> (boards: [FindingsJSON.BoardFindings], failures: [RunError]) {
    var boards: [FindingsJSON.BoardFindings] = []
    var failures: [RunError] = []
    try await each { result in
      switch result {
      case .success(let board): boards.append(board)
      case .failure(let error): failures.append(error)
      }
    }
    return (boards, failures)
  }

  /// Gives the mistakes in the policy files to `take`, then every board in order, as soon as it and
  /// all before it are done.
  ///
  /// Where the user's quirks have devices, everything waits for the last board: whether one that
  /// lacks such a device is wrong depends on all others. So does what a quirk without a board is.
  func each(_ take: (Outcome) throws -> Void) async throws {
    let isLate = !sightings.isEmpty
    let ofPolicy = pipeline.policy.diagnostics
    var compatibles: [[String]] = []
    var seen: Set<SourceSpan> = []
    var held: [Result<Board, RunError>] = []
    let quirks =
      list.isSearch && pipeline.policy.layers.contains { $0.origin == .user && $0.match != nil }
    if !quirks { try takePolicy(ofPolicy, take) }
    var progress = ProgressBar(total: list.requests.count, isQuiet: pipeline.options.quiet)
    try await Parallel.forEach(
      Array(list.requests.enumerated()),
      jobs: pipeline.options.threads,
      work: { board($0.element, at: $0.offset) },
      take: { result in
        if case .success(let board) = result {
          if quirks { compatibles.append(board.compatible) }
          seen.formUnion(board.seen)
        }
        if isLate || quirks {
          held.append(result)
        } else {
          progress.hide()
          try take(result.map(\.findings))
        }
        progress.advance()
      }
    )
    progress.end()
    if quirks {
      // Where a board could not be read nobody knows whose quirk it is.
      let isWhole = held.allSatisfy { if case .success = $0 { true } else { false } }
      let unmatched = isWhole ? pipeline.policy.quirks(matchingNoneOf: compatibles) : []
      try takePolicy(ofPolicy + unmatched, take)
    }
    for result in held {
      try take(
        result.map { board in
          board.findings.with(
            board.findings.findings.map { DeviceSightings.judged($0, seen: seen) }
          )
        }
      )
    }
  }

  /// Mistakes in the files are no board's: they are said once.
  private func takePolicy(_ findings: [Diagnostic], _ take: (Outcome) throws -> Void) throws {
    guard !findings.isEmpty else { return }
    try take(
      .success(
        FindingsJSON.BoardFindings(board: "", dtb: nil, findings: findings.sortedByPlace())
      )
    )
  }

  private func board(_ request: BoardRequest, at index: Int) -> Result<Board, RunError> {
    do {
      let compilation = try pipeline.compile(request, forLayouts: false)
      let (findings, accepted) = pipeline.judge(compilation)
      var result = FindingsJSON.BoardFindings(
        board: compilation.board.compatible.first ?? request.dtb,
        dtb: request.dtb,
        findings: findings,
        variants: compilation.variants.map(\.variant.name),
        accepted: accepted
      )
      result.title = request.title
      if list.isListed { result.entry = index }
      result.settings = compilation.settings(ofFirst: settings)
      return .success(
        Board(
          findings: result,
          compatible: compilation.board.compatible,
          seen: sightings.places(on: compilation.board)
        )
      )
    } catch {
      return .failure(RunError(error).at(request.place))
    }
  }
}
