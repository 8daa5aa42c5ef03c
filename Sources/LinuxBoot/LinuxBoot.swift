import PhysicalMemory

/// What Linux does with memory in early boot, replayed from the devicetree, the configuration and the
/// command line.
public enum LinuxBoot {
  /// Replays the early memory set-up of `input`.
  ///
  /// Pure and deterministic. The order of the steps is that of `setup_arch` of the architecture, up to
  /// the activation of the CMA areas.
  /// - Complexity: O(n * m) for n nodes of `/reserved-memory` and m entries of memblock.
  public static func replay(_ input: BootInput) -> BootOutcome {
    let (replay, panic) = run(input)
    return panic.map { .panicked($0, replay.map) } ?? .booted(replay.map)
  }

  /// The replay with all its state, and why the kernel died, if it did.
  static func run(_ input: BootInput) -> (replay: Replay, panic: BootPanic?) {
    var replay = Replay(input)
    do throws(BootPanic) {
      switch input.target.architecture {
      case .arm64: try replay.runArm64()
      case .arm: try replay.runArm()
      case .riscv64: try replay.runRiscv()
      }
      return (replay, nil)
    } catch {
      replay.finish()
      replay.deactivateAreas()
      return (replay, error)
    }
  }
}
