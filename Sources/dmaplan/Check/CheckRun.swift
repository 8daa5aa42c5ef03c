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

  /// Gives the mistakes in the policy files to `take`, and every board in order, as soon as it and
  /// all before it are decided.
  ///
  /// Whether a device of the user's quirks that a board lacks is wrong depends on all others: such a
  /// board waits for one that has the device, or for the last. So does what a quirk without a board
  /// is, and with it all that is wrong in policy.
  func each(_ take: (Outcome) throws -> Void) async throws {
    let ofPolicy = pipeline.policy.diagnostics
    var compatibles: [[String]] = []
    var seen: Set<SourceSpan> = []
    var waiting: [Result<Board, RunError>] = []
    let quirks =
      list.isSearch && pipeline.policy.layers.contains { $0.origin == .user && $0.match != nil }
    if !quirks { try takePolicy(ofPolicy, take) }
    let meter =
      list.requests.count > 1
      ? pipeline.options.meter("check", total: list.requests.count, unit: "boards") : nil
    defer { meter?.hide() }
    try await Parallel.forEach(
      Array(list.requests.enumerated()),
      jobs: pipeline.options.threads,
      work: { board($0.element, at: $0.offset) },
      take: { result in
        if case .success(let board) = result {
          if quirks { compatibles.append(board.compatible) }
          seen.formUnion(board.seen)
        }
        waiting.append(result)
        let decided = waiting.prefix { !isUndecided($0, seen: seen) }
        if !decided.isEmpty { meter?.hide() }
        for result in decided { try take(Self.judged(result, seen: seen)) }
        waiting.removeFirst(decided.count)
        meter?.advance()
      }
    )
    meter?.hide()
    if quirks {
      // Where a board could not be read nobody knows whose quirk it is.
      let isWhole = compatibles.count == list.requests.count
      let unmatched = isWhole ? pipeline.policy.quirks(matchingNoneOf: compatibles) : []
      try takePolicy(ofPolicy + unmatched, take)
    }
    for result in waiting { try take(Self.judged(result, seen: seen)) }
  }

  /// Whether a later board may change what is said of this one.
  private func isUndecided(_ result: Result<Board, RunError>, seen: Set<SourceSpan>) -> Bool {
    guard case .success(let board) = result else { return false }
    return board.findings.findings.contains { sightings.isOpen($0, seen: seen) }
  }

  private static func judged(_ result: Result<Board, RunError>, seen: Set<SourceSpan>) -> Outcome {
    result.map { board in
      board.findings.with(
        board.findings.findings.map { DeviceSightings.judged($0, seen: seen) }
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
