import Controls
import PageAllocator
import PhysicalMemory

let context = UnsafeMutablePointer<Adapter>.allocate(capacity: 1)
context.initialize(to: Adapter(Adapter.machine(1 << 18)))
nonisolated(unsafe) var table = Adapter.table(context)
nonisolated(unsafe) var control = list_buddy
let only = CommandLine.arguments.count > 2 ? Optional(CommandLine.arguments[2]) : nil
func med(_ v: [Double]) -> Double { v.sorted()[v.count / 2] }
func compare(_ name: String, _ runs: Int = 3, _ body: (UnsafePointer<allocator>) -> Double) {
  if let only = only, !name.contains(only) { return }
  var a: [Double] = [], b: [Double] = []
  for _ in 0..<runs { a.append(body(&control)); b.append(body(&table)) }
  print(name, "control", med(a), "engine", med(b), "ratio", med(b) / med(a))
}
for gib in CommandLine.arguments.dropFirst().compactMap({ UInt32($0) }) {
  let pages = gib << 18
  compare("\(gib) (i)") { trace_fill($0, pages, 88172645463325252) }
  compare("\(gib) (ii) 50") { trace_churn($0, pages, 50, 4_000_000, 1234567891234567) }
  compare("\(gib) (ii) 90") { trace_churn($0, pages, 90, 4_000_000, 1234567891234567) }
  let trace = mixed_trace_make(pages, 80, gib >= 16 ? 12_000_000 : 3_000_000, 0x9E37_79B9_7F4A_7C15)
  compare("\(gib) (iii)") { trace_mixed($0, trace).nanoseconds }
  compare("\(gib) (iv)") { trace_large($0, pages, 2_000_000, 42424242424242) }
}
