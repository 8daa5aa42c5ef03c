import Board
import DeviceTree
import Formats
import Layout

/// The files that a compilation comes to.
struct CompiledFiles {
  let compilation: Compilation
  let via: DefaultPoolCarrier
  let folder: String

  init(_ compilation: Compilation, via: DefaultPoolCarrier, folder: String) {
    self.compilation = compilation
    self.via = via
    self.folder = folder
  }

  /// Every file with its path.
  ///
  /// The files of a layout that serves all variants are those of the smallest: what is clear of its
  /// regions and in its RAM is so in all.
  var files: [(path: String, bytes: [UInt8])] {
    get throws {
      let variants = compilation.variants
      guard compilation.compiled.isShared || variants.count == 1 else {
        return try variants.flatMap { try files($0, in: folder + "/" + $0.variant.name) }
      }
      let others = variants.dropFirst().compactMap { variant in
        variant.layout.map { layout in
          (
            folder + "/layout-\(variant.variant.name).json",
            Self.text(LayoutJSON.value(layout).text)
          )
        }
      }
      return try variants.prefix(1).flatMap { try files($0, in: folder) } + others
    }
  }

  /// The files of one variant; none where it has no layout.
  private func files(
    _ variant: CompiledVariant,
    in folder: String
  ) throws -> [(path: String, bytes: [UInt8])] {
    guard let layout = variant.layout, let patch = variant.patch else { return [] }
    let base = compilation.board.tree
    do {
      let patched = try patch.applied(to: base)
      let texts = [
        ("layout.json", LayoutJSON.value(layout).text),
        ("overlay.dts", OverlaySource.text(layout, patch, base: base)),
        ("cmdline.txt", CommandLineText.text(layout, via: via, tree: patched)),
        ("kernel.config", KernelConfigFragment.text(layout, via: via)),
        ("uboot.env", UBootEnvironment(layout).text),
        ("map.svg", MemoryMapSVG.text(layout)),
      ]
      return texts.map { (folder + "/" + $0.0, Self.text($0.1)) } + [
        (folder + "/overlay.dtbo", try OverlayBlob.tree(patch, base: base).blob),
        (folder + "/board.dtb", patched.blob),
      ]
    } catch {
      throw RunError.input(
        "the tree of \(compilation.board.file) can not take the layout: \(error)"
      )
    }
  }

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }
}
