import Diagnostics
public import LinuxBoot
import PhysicalMemory

/// What a log was compared in, for a person.
public enum VerifyText {
  /// Two or three lines: what agrees or that it differs, and what the log does not tell.
  public static func summary(_ comparison: BootComparison) -> String {
    VisibleText.lines(of: text(comparison))
  }

  private static func text(_ comparison: BootComparison) -> String {
    let log = comparison.log
    let kernel =
      log.versionText.map { "Linux \($0)" }
      ?? "a kernel that the log does not name, taken for \(comparison.input.target.version)"
    let model = log.model.map { ", \($0)" } ?? ""
    var compared: [String] = []
    if let ram = log.ram { compared.append("RAM (\(ram.size.approximate))") }
    if !log.zones.isEmpty { compared.append("zones") }
    let count = log.messages.count
    compared.append("\(count) \(count == 1 ? "message" : "messages") about reserved memory")
    if log.hasLists { compared.append("the memblock lists") }
    let result =
      comparison.agrees
      ? "The log agrees with the prediction.\n"
      : "\(comparison.differences.count) "
        + (comparison.differences.count == 1 ? "difference.\n" : "differences.\n")
    return "Log of \(Plain.safe(kernel + model)).\n"
      + "Compared: \(compared.joined(separator: ", ")).\n" + missing(log) + result
  }

  private static func missing(_ log: BootLog) -> String {
    var lines: [String] = []
    if !log.isFromStart { lines.append("the boot's first lines") }
    if log.ram == nil { lines.append("the RAM") }
    if !log.hasLists {
      lines.append("what is reserved without a message (boot with memblock=debug)")
    }
    return lines.isEmpty ? "" : "Not in the log: \(lines.joined(separator: "; ")).\n"
  }
}
