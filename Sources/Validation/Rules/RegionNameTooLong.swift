import Board
import DeviceTree
import Diagnostics

/// A CMA pool's name is longer than what Linux keeps of it.
///
/// The name of an area, with its unit address, is cut after 63 characters. It stands in log lines and
/// in debugfs, where two cut names may be the same.
///
/// Bad: a node name of 70 characters. Good: one of 31, as the specification says.
///
/// Source: `mm/cma.h: CMA_MAX_NAME`, Devicetree Specification 2.2.1.
enum RegionNameTooLong: Rule {
  static let id: RuleID = "region-name-too-long"
  static let severity = Severity.note

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.regions.compactMap { region in
      let length = region.node.name.utf8.count
      guard length > 63, region.isSharedPool, region.isReusable else { return nil }
      return Diagnostic(
        id,
        .note,
        "the name of pool `\(region.node.name)` has \(length) characters, and Linux keeps 63",
        at: subject.label(region.node, "cut in logs and debugfs"),
        help: "give it a shorter name"
      )
    }
  }
}
