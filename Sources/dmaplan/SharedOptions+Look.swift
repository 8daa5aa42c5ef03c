import ArgumentParser
import Diagnostics
import Glibc

extension SharedOptions {
  /// Whether output is coloured: as asked, else on a terminal unless `NO_COLOR` is set.
  var decorator: Decorator {
    switch color {
    case .always: .ansi
    case .never: .plain
    case .auto: Console.outputIsTerminal && getenv("NO_COLOR") == nil ? .ansi : .plain
    }
  }

  /// The columns to fill: the terminal's, else 80.
  var width: Int { Console.width ?? 80 }

  /// How many threads to use.
  var threads: Int { jobs ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// A progress bar for `total` steps of work, each one of `unit`, where somebody watches.
  func meter(_ name: String, total: Int, unit: String = "runs") -> Meter? {
    quiet || !Console.errorIsTerminal ? nil : Meter(name, total: total, unit: unit)
  }

  /// A renderer of findings for the terminal.
  func renderer(_ sources: [String: SourceText]) -> HumanRenderer {
    HumanRenderer(sources: sources, decorator: decorator, width: width)
  }

  /// Ends with status 1 where a finding is as bad as `--fail-on` says.
  func exit(findings: [Diagnostic]) throws {
    if findings.contains(where: { $0.severity >= failOn.severity }) { throw ExitCode(1) }
  }
}
