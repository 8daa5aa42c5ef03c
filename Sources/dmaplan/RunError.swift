import Diagnostics

/// Why a run could not be done: exit status 2.
enum RunError: Error {
  /// An input could not be read; `help` says what to do about it.
  case input(String, help: String? = nil)
  /// An input was read and is malformed at these places.
  case malformed([Diagnostic], sources: [String: SourceText])

  /// The board has no layout to work with.
  static func noLayout(_ path: String) -> RunError {
    .input("\(path): there is no layout: no RAM is known or nothing fits; see check")
  }

  /// The error as one of the entry of a list at `place`, which comes first.
  func at(_ place: SourceSpan?) -> RunError {
    guard let place, case .input(let message, let help) = self else { return self }
    let prefix = "\(place.file):\(place.start.line): "
    return message.hasPrefix(prefix) ? self : .input(prefix + message, help: help)
  }

  /// What any error of a run means to the user: one that a file made says which.
  init(_ error: any Error) {
    switch error {
    case let error as RunError: self = error
    case let error as FileError: self = .input(error.description, help: error.help)
    default: self = .input("\(error)")
    }
  }
}
