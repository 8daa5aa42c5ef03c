import ArgumentParser
import Board
import DeviceTree
import Diagnostics
import Formats
import Glibc
import Layout
import LinuxBoot
import Planner
import Policy

/// A board that does not change, read once.
enum FixtureBoard {
  static let board: Board = {
    do {
      return try BoardInput.board(Files.fixture("board.dtb"), overlays: [])
    } catch {
      Harness.stop("\(error)")
    }
  }()
}

/// A policy file: read, merged with the built-in layers on a board, judged, dry-run.
///
/// The first byte after `#` chooses the output.
struct PolicyTarget: FuzzTarget {
  func run(_ bytes: [UInt8]) {
    let choice = bytes.first == UInt8(ascii: "#") && bytes.count > 1 ? bytes[1] : 3
    InProcess.telling {
      // Now and then all of it as the command does it, with the files behind it.
      if bytes.count % 97 == 0 {
        let path = Files.file("policy.yaml", bytes)
        let board = Files.fixture("board.dtb")
        InProcess.dmaplan(["check", board, "--policy", path, "--quiet"])
      }
      let file = "fuzz.yaml"
      var reader = LayerReader()
      reader.read(bytes, file: file, origin: .user)
      let pipeline = bytes.count % 16 == 0 ? Pipelines.builtin : Pipelines.lean
      var sources = pipeline.policy.sources
      sources[file] = SourceText(file: file, bytes: bytes)
      let board = FixtureBoard.board
      let compilation = Compilation(
        request: pipeline.request(board.file),
        board: board,
        layers: pipeline.policy.layers(for: board.compatible) + reader.layers,
        choice: LayoutChoice(),
        digests: (tree: "", policy: ""),
        ofRequest: []
      )
      let findings = (reader.diagnostics + pipeline.judge(compilation).findings)
        .withoutDuplicates()
      BoardJob(
        pipeline: pipeline,
        compilation: compilation,
        findings: findings,
        sources: sources,
        choice: choice
      )
      .run()
    }
  }
}

/// A `.config`, plain or packed.
struct KernelConfigTarget: FuzzTarget {
  func run(_ bytes: [UInt8]) {
    InProcess.telling {
      let path = Files.file("config", bytes)
      var request = Pipelines.lean.request(FixtureBoard.board.file)
      request.target.kernelConfig = try TargetInput.configuration(path)
      request.configFile = "config"
      let pipeline = Pipelines.lean
      let compilation = Compilation(
        request: request,
        board: FixtureBoard.board,
        layers: pipeline.policy.layers(for: FixtureBoard.board.compatible),
        choice: LayoutChoice(),
        digests: (tree: "", policy: ""),
        ofRequest: []
      )
      BoardJob(
        pipeline: pipeline,
        compilation: compilation,
        findings: pipeline.findings(compilation),
        sources: pipeline.policy.sources,
        choice: UInt8(truncatingIfNeeded: bytes.count)
      )
      .run()
    }
  }
}

/// A kernel's command line: `--cmdline`.
struct CommandLineTarget: FuzzTarget {
  func run(_ bytes: [UInt8]) {
    InProcess.telling {
      var request = Pipelines.lean.request(FixtureBoard.board.file)
      request.target.commandLine = String(decoding: bytes.dropFirst(), as: UTF8.self)
      let choice = bytes.first ?? 0
      request.target.linux = Pipelines.versions[Int(choice / BoardJob.parts) % 8]
      let pipeline = Pipelines.lean
      let compilation = Compilation(
        request: request,
        board: FixtureBoard.board,
        layers: pipeline.policy.layers(for: FixtureBoard.board.compatible),
        choice: LayoutChoice(),
        digests: (tree: "", policy: ""),
        ofRequest: []
      )
      BoardJob(
        pipeline: pipeline,
        compilation: compilation,
        findings: pipeline.findings(compilation),
        sources: pipeline.policy.sources,
        choice: choice
      )
      .run()
    }
  }
}

/// The log of a boot: `verify`.
struct BootLogTarget: FuzzTarget {
  private static let options: SharedOptions = {
    do {
      return try SharedOptions.parse(["--quiet", "--no-builtin"])
    } catch {
      Harness.stop("\(error)")
    }
  }()
  private static let runs: [BootRun] = ["board.dtb", "logged.dtb"].map { file in
    do { return try BootRun(Files.fixture(file), options) } catch { Harness.stop("\(error)") }
  }

  func run(_ bytes: [UInt8]) {
    InProcess.telling {
      if bytes.count % 61 == 0 {
        let log = Files.file("log.txt", bytes)
        InProcess.dmaplan(["verify", Files.fixture("logged.dtb"), "--log", log, "--format", "json"])
      }
      let log = BootLog(bytes: bytes)
      if log.saysNothing { return }
      for run in Self.runs {
        for (variant, input) in run.inputs() {
          let comparison = BootComparison(
            log,
            input,
            isVersionStated: run.isVersionStated(variant),
            isConfigStated: run.isConfigStated
          )
          let findings = LogFindings.findings(comparison.differences, dtb: "dtb", log: "log")
          let text = Self.options.renderer([:]).render(findings) + VerifyText.summary(comparison)
          Output.requireVisible(text, "verify")
          try Console.output(text)
          let json = FindingsJSON.value([
            FindingsJSON.BoardFindings(board: "board", dtb: "dtb", findings: findings)
          ])
          Output.requireJSON(json.text, "verify as JSON")
          try Console.output(json.text)
        }
      }
    }
  }
}

/// A layout that is read back.
struct LayoutTarget: FuzzTarget {
  func run(_ bytes: [UInt8]) {
    InProcess.telling {
      let layout = try LayoutInput.layout(Files.file("layout.json", bytes))
      try LayoutJob(layout: layout).run(UInt8(truncatingIfNeeded: bytes.count))
    }
  }
}

/// A problem of placement, with a small budget of steps.
struct PlacementTarget: FuzzTarget {
  func run(_ bytes: [UInt8]) {
    let path = Files.file("problem.json", bytes)
    InProcess.dmaplan(["place", path, "--steps", "20000"])
  }
}

/// A scenario and, behind a zero byte, a recorded run: `replay`.
struct ScenarioTarget: FuzzTarget {
  func run(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    var arguments = [
      "replay", Files.fixture("layout.json"), Files.file("scenario.json", Array(parts[0])),
    ]
    if parts.count > 1 {
      arguments += ["--observed", Files.file("observed.json", Array(parts[1]))]
    }
    InProcess.dmaplan(arguments + (bytes.count % 2 == 0 ? ["--format", "json"] : []))
  }
}

/// A list of boards, and as findings of an earlier run: `check --boards --baseline`.
struct BoardsTarget: FuzzTarget {
  func run(_ bytes: [UInt8]) {
    InProcess.telling {
      let general = try BoardRequest(Pipelines.options, dtb: "")
      let list = Files.file("boards.yaml", bytes)
      for request in try BoardsInput.requests(list, general).prefix(4) {
        let compilation = try Pipelines.lean.compile(request, forLayouts: false)
        let findings = Pipelines.lean.findings(compilation)
        try Console.output(Pipelines.options.renderer([:]).render(findings))
      }
    }
    InProcess.telling {
      let baseline = try BaselineInput.fingerprints(Files.file("baseline.json", bytes))
      try Console.output(baseline.fingerprints.sorted().joined(separator: "\n"))
    }
  }
}
