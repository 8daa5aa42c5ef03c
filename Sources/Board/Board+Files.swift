import DeviceTree

/// Why files are no board, in words for a person; the file comes first.
public struct BoardFileError: Error, Hashable, CustomStringConvertible {
  /// The file and the reason.
  public let description: String
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
        description: "\(base.file): this is an overlay; give it with --overlay beside a board"
      )
    }
    for overlay in overlays {
      let fragments = try Self.tree(overlay)
      guard fragments.isOverlay else {
        throw BoardFileError(
          description:
            "\(overlay.file): this is no overlay: no node of it has an `__overlay__`"
        )
      }
      do throws(DeviceTreeError) {
        tree = try tree.applying(fragments)
      } catch {
        let reason = Self.reason(error, tree)
        throw BoardFileError(
          description: "\(overlay.file): the overlay does not apply to \(base.file): \(reason)"
        )
      }
    }
    self.init(file: base.file, tree: tree)
  }

  private static func tree(
    _ file: (file: String, bytes: [UInt8])
  ) throws(BoardFileError) -> DeviceTree {
    do throws(DeviceTreeError) {
      return try DeviceTree(blob: file.bytes)
    } catch {
      throw BoardFileError(description: "\(file.file): \(error)")
    }
  }

  /// What libfdt's refusal means to the writer of an overlay.
  private static func reason(_ error: DeviceTreeError, _ base: DeviceTree) -> String {
    guard error == .libfdt(name: "FDT_ERR_NOTFOUND") else { return error.description }
    return base.hasSymbols
      ? "a label or `target-path` of it is not in the tree"
      : "a `target-path` of it is not in the tree, or it uses labels, and the tree was compiled "
        + "without them (dtc -@)"
  }
}

extension DeviceTree {
  /// Whether the tree is made of fragments for another (`fdt_overlay_apply`).
  fileprivate var isOverlay: Bool {
    root.children.contains { $0.child(named: "__overlay__") != nil }
  }
}
