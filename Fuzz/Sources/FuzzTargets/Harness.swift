import Glibc

/// A way in from outside.
protocol FuzzTarget {
  /// Does all that the command does with such an input.
  ///
  /// What it prints is caught; what it finds wrong itself ends in `Harness.stop`.
  func run(_ bytes: [UInt8])

  /// Another input made of this one, or nil to leave that to libFuzzer.
  func mutate(_ bytes: [UInt8], _ limit: Int, _ seed: UInt32) -> [UInt8]?
}

extension FuzzTarget {
  func mutate(_ bytes: [UInt8], _ limit: Int, _ seed: UInt32) -> [UInt8]? { nil }
}

/// Runs a target and holds it to what every target promises.
enum Harness {
  nonisolated(unsafe) static var target: (any FuzzTarget)?
  /// One input of so many runs twice.
  private static let repeats: UInt64 = 64

  /// Runs the target once; some inputs twice, and then the output has to be the same.
  static func run(_ bytes: [UInt8]) {
    guard let target else { stop("no target was chosen") }
    let again = hash(bytes) % repeats == 0
    let first = Output.caught(keep: again) { target.run(bytes) }
    guard again else { return }
    let second = Output.caught(keep: true) { target.run(bytes) }
    if first != second {
      stop("the same input gave two outputs:\n\(text(first))\n-----\n\(text(second))")
    }
  }

  private static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(20_000), as: UTF8.self)
  }

  /// FNV-1a.
  private static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// A finding of the harness itself: says why, and ends as a crash does.
  static func stop(_ why: String) -> Never {
    Output.tell("fuzz: \(why)\n")
    abort()
  }

  /// Ends where `condition` does not hold.
  static func require(_ condition: Bool, _ why: @autoclosure () -> String) {
    if !condition { stop(why()) }
  }
}
