import ArgumentParser
import Formats

/// `dmaplan schema`: the JSON Schema of the policy.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of the policy, for editors.",
    discussion: """
      Put it beside the policy and name it in the first line: \
      # yaml-language-server: $schema=dmaplan-policy-1.schema.json

      Example: dmaplan schema > dmaplan-policy-1.schema.json
      """
  )

  func run() throws { try Console.output(PolicyJSONSchema.value.text) }
}
