import Foundation

/// Whether `dtc` and `fdtoverlay` can be run.
let toolsArePresent =
  FileManager.default.isExecutableFile(atPath: "/usr/bin/dtc")
  && FileManager.default.isExecutableFile(atPath: "/usr/bin/fdtoverlay")

/// What a tool of the system makes of `input`.
func run(_ tool: String, _ arguments: [String], input: [UInt8]) throws -> (
  output: [UInt8], errors: String
) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/" + tool)
  process.arguments = arguments
  let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
  process.standardInput = stdin
  process.standardOutput = stdout
  process.standardError = stderr
  try process.run()
  // Less than a pipe holds.
  stdin.fileHandleForWriting.write(Data(input))
  try stdin.fileHandleForWriting.close()
  let output = stdout.fileHandleForReading.readDataToEndOfFile()
  let errors = stderr.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (Array(output), String(decoding: errors, as: UTF8.self))
}
