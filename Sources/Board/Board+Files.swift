import DeviceTree

/// Why files are no board, in words for a person; the file comes first.
public struct BoardFileError: Error, Hashable, CustomStringConvertible {
  /// The file and the reason.
  public let description: String
  /// What to do about it.
  public let help: String
}

extension Board {
  /// The board of a DTB with overlays applied in order, each with the name that findings give it.
  ///
  /// - Complexity: O(bytes).
  public init(
    base: (file: String, bytes: [UInt8]),
    overlays: [(file: String, bytes: [UInt8])]
  ) throws(BoardFileError) {
    var tree = try Self.tree(base)
    if tree.isOverlay, tree.compatible.isEmpty {
      throw BoardFileError(
        description: "\(base.file): this is an overlay, not a board's tree",
        help: "give the board's DTB, and this one with --overlay"
      )
    }
    for overlay in overlays {
      let fragments = try Self.tree(overlay)
      guard fragments.isOverlay else {
        throw BoardFileError(
          description:
            "\(overlay.file): this is no overlay: no node of it has an `__overlay__`",
          help: "compile a source that begins with `/dts-v1/; /plugin/;`"
        )
      }
      if let fault = OverlayFault.find(in: fragments, on: tree) {
        throw BoardFileError(
          description: "\(overlay.file): \(fault.text)",
          help: fault.help
        )
      }
      do throws(DeviceTreeError) {
        tree = try tree.applying(fragments)
      } catch {
        let (reason, help) = Self.reason(error, tree)
        throw BoardFileError(
          description: "\(overlay.file): the overlay does not apply to \(base.file): \(reason)",
          help: help
        )
      }
    }
    if let beyond = Self.regionBeyond(tree) {
      throw BoardFileError(
        description:
          "\(base.file): \(beyond.path): `/reserved-memory` has more than \(Self.maximumRegions) children",
        help: "give the tree that the boot loader passes; Linux has a table of 64 up to 6.12"
      )
    }
    for name in Self.lists {
      guard let node = tree.nodes(having: name).first(where: { Self.isTooLong($0, name) }) else {
        continue
      }
      throw BoardFileError(
        description:
          "\(base.file): \(node.path): `\(name)` has more than \(Self.maximumListBytes) bytes",
        help: "give the tree that the boot loader passes; no board's list is so long"
      )
    }
    self.init(file: base.file, tree: tree)
  }

  /// Bytes of a list that rules hold entry against entry; the longest of Debian's trees has 3272.
  public static let maximumListBytes = 16 << 10

  private static let lists = [
    "memory-region", "memory-region-names", "dma-ranges", "ranges", "reg", "alloc-ranges",
    "interconnects", "interconnect-names", "compatible", "iommu-map", "linux,usable-memory",
  ]

  private static func isTooLong(_ node: Node, _ name: String) -> Bool {
    (node.property(name)?.count ?? 0) > maximumListBytes
  }

  /// Children of /reserved-memory that are read: sixteen times the table of most kernels
  /// (`MAX_RESERVED_REGIONS`).
  public static let maximumRegions = 1024

  private static func regionBeyond(_ tree: DeviceTree) -> Node? {
    let container = tree.root.children.first { $0.name == "reserved-memory" }
    return container?.children.dropFirst(maximumRegions).first { _ in true }
  }

  private static func tree(
    _ file: (file: String, bytes: [UInt8])
  ) throws(BoardFileError) -> DeviceTree {
    do throws(DeviceTreeError) {
      return try DeviceTree(blob: file.bytes)
    } catch {
      throw BoardFileError(description: "\(file.file): \(error)", help: error.help)
    }
  }

  /// What libfdt's refusal means to the writer of an overlay, and what to do about it.
  private static func reason(
    _ error: DeviceTreeError,
    _ base: DeviceTree
  ) -> (reason: String, help: String) {
    guard error == .libfdt(name: "FDT_ERR_NOTFOUND") else { return (error.description, error.help) }
    return base.hasSymbols
      ? (
        "a label or `target-path` of it is not in the tree",
        "look for the labels of its `__fixups__` in the tree's `__symbols__`"
      )
      : (
        "a `target-path` of it is not in the tree, or it uses labels, and the tree was compiled "
          + "without them (dtc -@)",
        "correct the `target-path`, or compile the tree with dtc -@"
      )
  }
}

extension DeviceTree {
  /// Whether the tree is made of fragments for another (`fdt_overlay_apply`).
  fileprivate var isOverlay: Bool {
    root.children.contains { $0.child(named: "__overlay__") != nil }
  }
}
