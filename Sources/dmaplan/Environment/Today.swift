import Glibc

/// The day that waivers are held against.
enum Today {
  /// The day of `SOURCE_DATE_EPOCH` where it is set, else this one, in UTC as `2026-11-23`.
  static var text: String {
    let stated = getenv("SOURCE_DATE_EPOCH").flatMap { Int(String(cString: $0)) }
    var seconds = time_t(stated ?? time(nil))
    var parts = tm()
    guard gmtime_r(&seconds, &parts) != nil else { return "1970-01-01" }
    return padded(Int(parts.tm_year) + 1900, 4) + "-" + padded(Int(parts.tm_mon) + 1, 2) + "-"
      + padded(Int(parts.tm_mday), 2)
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
