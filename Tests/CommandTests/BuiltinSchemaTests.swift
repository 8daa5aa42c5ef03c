import Foundation
import Testing

/// The built-in layers are read without the schema, so that no run pays for it; here they pay.
@Suite struct BuiltinSchemaTests {
  @Test func builtinLayersKeepToTheSchema() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("imx8mm", in: scratch)
    let policies = Command.root.appending(path: "policies").path()
    let result = try Command.dmaplan(
      "check",
      tree,
      "--no-builtin",
      "--policy",
      policies,
      "--format",
      "concise"
    )
    #expect(result.status != 2, "\(result.errors)")
    let mistakes = result.output.split(separator: "\n").filter {
      $0.contains("error[") && $0.contains(".yaml:")
    }
    #expect(mistakes.isEmpty, "\(mistakes)")
  }
}
