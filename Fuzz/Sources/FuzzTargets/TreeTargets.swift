import ArgumentParser
import DeviceTree
import Diagnostics
import Formats
import Layout

/// The pipelines of the targets: the built-in layers are read once.
enum Pipelines {
  /// Options of a run that says nothing beside its results.
  static let options: SharedOptions = {
    do {
      return try SharedOptions.parse(["--quiet", "--today", "2026-01-01", "--jobs", "1"])
    } catch {
      Harness.stop("\(error)")
    }
  }()

  /// The pipeline of the built-in layers.
  static let builtin: Pipeline = {
    do { return try Pipeline(options) } catch { Harness.stop("\(error)") }
  }()

  /// The pipeline of a small policy for the board of the targets: four times as fast.
  static let lean: Pipeline = {
    var options = Pipelines.options
    options.noBuiltin = true
    options.policy = [Files.fixture("policy.yaml")]
    do { return try Pipeline(options) } catch { Harness.stop("\(error)") }
  }()

  static let versions: [String?] = [nil, "5.10", "6.1", "6.6", "6.12", "4.9", "6.18", "3.10"]
}

/// A blob: `check`, `explain`, `map`, `compile`, `boot`, `init` and the report.
struct TreeTarget: FuzzTarget {
  /// The header's `boot_cpuid_phys`, which means nothing here, chooses what is done.
  private static let choicePlace = 31

  func run(_ bytes: [UInt8]) {
    Self.walk(bytes)
    Self.check(Files.file("board.dtb", bytes), [], Self.choice(of: bytes))
  }

  static func choice(of bytes: [UInt8]) -> UInt8 {
    bytes.count > choicePlace ? bytes[choicePlace] : 0
  }

  func mutate(_ bytes: [UInt8], _ limit: Int, _ seed: UInt32) -> [UInt8]? {
    TreeMutator.mutate(bytes, limit: limit, seed: seed)
  }

  /// Everything that a board is asked for.
  static func check(_ path: String, _ overlays: [String], _ choice: UInt8) {
    InProcess.telling {
      let pipeline = choice >= 192 ? Pipelines.builtin : Pipelines.lean
      var request = pipeline.request(path)
      request.overlays = overlays
      request.target.linux = Pipelines.versions[Int(choice / BoardJob.parts) % 8]
      let compilation = try pipeline.compile(request)
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

  /// Looks at every node and every property.
  private static func walk(_ bytes: [UInt8]) {
    guard let tree = try? DeviceTree(blob: bytes) else { return }
    var nodes = 0
    var open = [tree.root]
    while let node = open.popLast() {
      nodes += 1
      _ = tree.node(atPath: node.path)
      for property in node.properties {
        _ = property.string
        _ = property.sourceText.text
      }
      open += node.children
    }
    Harness.require(nodes == tree.nodes.count, "\(nodes) nodes of \(tree.nodes.count)")
  }
}

/// An overlay on a board with symbols: the same.
struct OverlayTarget: FuzzTarget {
  private static let base = Files.fixture("base.dtb")

  func run(_ bytes: [UInt8]) {
    let overlay = Files.file("overlay.dtbo", bytes)
    TreeTarget.check(Self.base, [overlay], TreeTarget.choice(of: bytes))
  }

  func mutate(_ bytes: [UInt8], _ limit: Int, _ seed: UInt32) -> [UInt8]? {
    TreeMutator.mutate(bytes, limit: limit, seed: seed)
  }
}
