import DeviceTree
import PhysicalMemory
import Policy
import Testing

@testable import Formats
@testable import Layout

@Suite struct OverlayTests {
  /// What Linux sees: the enabled regions in order without their names, and who uses which.
  private func view(_ tree: DeviceTree) throws -> [String] {
    let nodes = tree.node(atPath: "/reserved-memory")?.children.filter(\.isAvailable) ?? []
    let places = nodes.map { node in
      node.baseName.prefix { $0.isLetter } + " "
        + node.properties.filter { !["phandle", "name"].contains($0.name) }
        .map(\.sourceText.text).sorted().joined()
    }
    let users = tree.nodes.compactMap { node -> String? in
      guard let list = node.property("memory-region")?.cells else { return nil }
      let names = list.map { cell -> String in
        guard let target = tree.node(phandle: cell), target.isAvailable else { return "none" }
        return target.property("reg")?.sourceText.text
          ?? String(target.baseName.prefix { $0.isLetter })
      }
      return node.path + ": " + names.joined(separator: ", ")
    }
    return places + users.sorted()
  }

  @Test(arguments: patchCases) func blobSaysWhatThePatchSays(_ sample: PatchCase) throws {
    let overlay = try OverlayBlob.tree(sample.patch, base: sample.tree)
    let applied = try sample.tree.applying(overlay)
    let patched = try sample.patch.applied(to: sample.tree)
    let mine = try view(applied)
    let wanted = try view(patched)
    // A node that is changed in place keeps its place in the tree; order matters to dynamic ones.
    #expect(mine.sorted() == wanted.sorted())
    if sample.description != "a region grows in place" { #expect(mine == wanted) }
    #expect(!mine.contains { $0.contains("none") })
  }

  @Test(.enabled(if: toolsArePresent, "dtc or fdtoverlay is not installed"), arguments: patchCases)
  func sourceCompilesToTheBlobWithoutWarnings(_ sample: PatchCase) throws {
    let described = layout([
      region(
        "left",
        .coherent,
        range(0x5000_0000, 0x10_0000),
        users: ["*/ evil", "two\nlines"]
      )
    ])
    let source = OverlaySource.text(described, sample.patch, base: sample.tree)
    let compiled = try run("dtc", ["-I", "dts", "-O", "dtb"], input: Array(source.utf8))
    #expect(compiled.errors == "", "\(source)")
    let overlay = try DeviceTree(blob: compiled.output)
    let fromSource = try view(sample.tree.applying(overlay))
    let fromBlob = try view(sample.tree.applying(OverlayBlob.tree(sample.patch, base: sample.tree)))
    #expect(fromSource == fromBlob)
  }
}

@Suite struct OverlaySourceTests {
  @Test func sourceExplainsWhatItDoes() throws {
    let sample = try #require(patchCases.first { $0.description == "a region moves" })
    let described = layout(
      [region("left", .coherent, range(0x5800_0000, 0x20_0000), users: ["ve", "camera"])],
      devices: [codec()]
    )
    #expect(
      OverlaySource.text(described, sample.patch, base: sample.tree) == """
        /*
         * DMA memory of acme,board, RAM variant 1g, written by dmaplan.
         * Apply with: fdtoverlay -i BOARD.dtb -o OUT.dtb overlay.dtbo
         * DTB d1
         * policy d2
         */
        /dts-v1/;
        /plugin/;

        / {
        	#address-cells = <2>;
        	#size-cells = <2>;

        	/* Replaced below; an overlay can not delete a node. */
        	fragment@0 {
        		target-path = "/reserved-memory/left@50000000";

        		__overlay__ {
        			status = "disabled";
        		};
        	};

        	/* The regions, the last first: each is added before those above it. */
        	fragment@1 {
        		target-path = "/reserved-memory";
        		#address-cells = <2>;
        		#size-cells = <2>;
        		ranges;

        		__overlay__ {
        			#address-cells = <2>;
        			#size-cells = <2>;
        			ranges;

        			/*
        			 * left: coherent pool, 2 MiB.
        			 * From 0x58000000 up to 0x58200000; aligned to 4 MiB.
        			 * Used by ve, camera.
        			 */
        			left: left@58000000 {
        				compatible = "shared-dma-pool";
        				no-map;
        				reg = <0x0 0x58000000 0x0 0x200000>;
        			};
        		};
        	};

        	fragment@2 {
        		target-path = "/soc/camera@1c10000";

        		__overlay__ {
        			memory-region = <&left>;
        		};
        	};

        	/*
        	 * The regions of ve.
        	 * 0x12 is /reserved-memory/right@60000000.
        	 */
        	fragment@3 {
        		target-path = "/soc/codec@1c0e000";

        		__overlay__ {
        			memory-region = <0x12 &left>;
        		};
        	};
        };

        """
    )
  }

  @Test(arguments: [
    ("*/", "* /"), ("**//*", "** //*"), ("a\nb\u{1b}é", "a\\u{A}b\\u{1B}\\u{E9}"),
  ])
  func commentsCanNotBeEnded(_ text: String, _ safe: String) {
    #expect(SourceEscaping.comment(text) == safe)
  }

  @Test(arguments: [
    (LayoutPatch.NewProperty.Value.empty, "p;"),
    (.cells([0, 0xffff_ffff]), "p = <0x0 0xffffffff>;"),
    (.strings(["a\"b\\", "\n"]), "p = \"a\\\"b\\\\\", \"\\x0a\";"),
    (.bytes([]), "p;"), (.bytes([0x61, 0]), "p = \"a\";"),
    (.bytes([0x61, 0, 0x62, 0]), "p = \"a\", \"b\";"), (.bytes([0, 0, 0, 0]), "p = <0x0>;"),
    (.bytes([1, 0xff, 0]), "p = [01 ff 00];"),
  ])
  func propertiesAreWritten(_ value: LayoutPatch.NewProperty.Value, _ text: String) {
    #expect(SourceEscaping.line(.init("p", value)) == text)
  }

  @Test func namesAreMadeFit() {
    var names = OverlayNames(taken: ["pool@1000", "gone"])
    let wanted = ["pool", "pool@1000", "pool@2000", "gone", "a/b\"@3", "@4", "x@y@z", ""]
    #expect(
      names.nodeNames(wanted)
        == ["pool-3", "pool-2@1000", "pool@2000", "gone-2", "a-b-@3", "region@4", "x", "region-2"]
    )
    #expect(names.label("9 lives") == "_9_lives")
    #expect(names.label("9-lives") == "_9_lives_2")
    #expect(names.label("") == "_")
  }
}
