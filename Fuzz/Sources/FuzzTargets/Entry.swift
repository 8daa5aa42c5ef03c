import Glibc

/// What libFuzzer's shim calls.
@_cdecl("dmaplan_fuzz_initialize")
public func initialize() -> Int32 {
  // A closed pipe is an error of one write, as in the command.
  signal(SIGPIPE, SIG_IGN)
  // The command itself, for seeds and for looking at what an input does.
  if getenv("DMAPLAN_FUZZ_COMMAND") != nil {
    exit(InProcess.dmaplan(Array(Swift.CommandLine.arguments.dropFirst())))
  }
  let name = getenv("DMAPLAN_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = Targets.named(name) else {
    Harness.stop("DMAPLAN_FUZZ_TARGET is none of: " + Targets.names.joined(separator: " "))
  }
  Harness.target = target
  Output.open()
  return 0
}

/// Runs the target on one input.
@_cdecl("dmaplan_fuzz_one")
public func runOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  Harness.run(Array(UnsafeBufferPointer(start: data, count: size)))
  return 0
}

/// Makes another input of one.
@_cdecl("dmaplan_fuzz_mutate")
public func mutate(
  _ data: UnsafeMutablePointer<UInt8>,
  _ size: Int,
  _ limit: Int,
  _ seed: UInt32
) -> Int {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  if let mutated = Harness.target?.mutate(bytes, limit, seed), mutated.count <= limit {
    for (index, byte) in mutated.enumerated() { data[index] = byte }
    return mutated.count
  }
  return libFuzzerMutate(data, size, limit)
}

/// libFuzzer's own mutation of bytes.
@_silgen_name("dmaplan_fuzz_mutate_bytes")
func libFuzzerMutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ limit: Int) -> Int

/// libFuzzer's own mutation of some bytes.
func mutatedBytes(_ bytes: [UInt8], limit: Int) -> [UInt8] {
  var buffer = bytes + [UInt8](repeating: 0, count: max(limit - bytes.count, 0))
  let count = buffer.withUnsafeMutableBufferPointer { pointer in
    pointer.baseAddress.map { libFuzzerMutate($0, bytes.count, limit) } ?? 0
  }
  return Array(buffer[..<count])
}
