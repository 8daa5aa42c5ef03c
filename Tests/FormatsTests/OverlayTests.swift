import DeviceTree
import Foundation
import PhysicalMemory
import Policy
import Testing

@testable import Formats
@testable import Layout

/// A board with two old pools, a codec that uses both, and a camera that uses one.
func boardTree(container: Bool = true, cells: Int = 2) throws -> DeviceTree {
  var editor = try BlobEditor()
  try editor.addNode("soc", under: "/")
  try editor.addNode("codec@1c0e000", under: "/soc")
  try editor.addNode("camera@1c10000", under: "/soc")
  try editor.addNode("iommu@1", under: "/soc")
  try editor.set("phandle", toCells: [0x30], at: "/soc/iommu@1")
  try editor.set("#address-cells", toCells: [UInt32(cells)], at: "/")
  try editor.set("#size-cells", toCells: [UInt32(cells)], at: "/")
  try editor.set("compatible", toStrings: ["acme,board"], at: "/")
  guard container else { return try editor.tree() }
  let path = "/reserved-memory"
  try editor.addNode("reserved-memory", under: "/")
  try editor.set("#address-cells", toCells: [UInt32(cells)], at: path)
  try editor.set("#size-cells", toCells: [UInt32(cells)], at: path)
  try editor.set("ranges", to: [], at: path)
  for (name, base, phandle) in [("left", 0x5000_0000, 0x11), ("right", 0x6000_0000, 0x12)] {
    let node = name + "@" + String(base, radix: 16)
    try editor.addNode(node, under: path)
    try editor.set("compatible", toStrings: ["shared-dma-pool"], at: path + "/" + node)
    try editor.set("no-map", to: [], at: path + "/" + node)
    try editor.set("phandle", toCells: [UInt32(phandle)], at: path + "/" + node)
    let zero = [UInt32](repeating: 0, count: cells - 1)
    try editor.set(
      "reg",
      toCells: zero + [UInt32(base)] + zero + [0x10_0000],
      at: path + "/" + node
    )
  }
  try editor.set("memory-region", toCells: [0x12, 0x11], at: "/soc/codec@1c0e000")
  try editor.set("memory-region", toCells: [0x11], at: "/soc/camera@1c10000")
  return try editor.tree()
}

/// A pool's node of a patch.
func added(
  _ name: String,
  _ base: UInt64,
  _ size: UInt64,
  cells: Int = 2,
  phandle: UInt32? = nil,
  isReferenced: Bool = true,
  more: [LayoutPatch.NewProperty] = []
) -> LayoutPatch.AddedNode {
  let reg =
    LayoutPatch.cells(base, count: cells) + LayoutPatch.cells(size, count: cells)
  return LayoutPatch.AddedNode(
    name: name + "@" + String(base, radix: 16),
    region: name,
    properties: [
      .init("compatible", .strings(["shared-dma-pool"])), .init("no-map", .empty),
    ] + more + [.init("reg", .cells(reg))],
    phandle: phandle,
    isReferenced: isReferenced
  )
}

struct PatchCase: Sendable, CustomStringConvertible {
  let description: String
  let tree: DeviceTree
  let patch: LayoutPatch
}

let patchCases: [PatchCase] = {
  func make(_ name: String, _ tree: DeviceTree?, _ patch: LayoutPatch) -> PatchCase? {
    tree.map { PatchCase(description: name, tree: $0, patch: patch) }
  }
  let cells = CellCounts(address: 2, size: 2)
  let board = try? boardTree()
  let old = "/reserved-memory/"
  return [
    make(
      "nothing",
      board,
      LayoutPatch(cells: cells, createsContainer: false, removed: [], added: [], references: [])
    ),
    make(
      "a region moves",
      board,
      LayoutPatch(
        cells: cells,
        createsContainer: false,
        removed: [.init(path: old + "left@50000000")],
        added: [added("left", 0x5800_0000, 0x20_0000, phandle: 0x11)],
        references: []
      )
    ),
    make(
      "a region grows in place",
      board,
      LayoutPatch(
        cells: cells,
        createsContainer: false,
        removed: [.init(path: old + "left@50000000")],
        added: [added("left", 0x5000_0000, 0x80_0000, phandle: 0x11)],
        references: [
          .init(
            device: "/soc/camera@1c10000",
            targets: [.added(region: "left"), .existing(0x12)]
          )
        ]
      )
    ),
    make(
      "both change, one is new",
      board,
      LayoutPatch(
        cells: cells,
        createsContainer: false,
        removed: [.init(path: old + "left@50000000"), .init(path: old + "right@60000000")],
        added: [
          added("right", 0x4800_0000, 0x20_0000, phandle: 0x12),
          added(
            "new*odd \"name\"*",
            0x5000_0000,
            0x10_0000,
            more: [
              .init("label", .bytes(Array("a\"\\\0".utf8))), .init("iommu-addresses", .bytes([1])),
            ]
          ),
          added("left", 0x6000_0000, 0x40_0000, phandle: 0x11),
        ],
        references: [
          .init(
            device: "/soc/codec@1c0e000",
            targets: [.added(region: "right"), .added(region: "new*odd \"name\"*")]
          )
        ]
      )
    ),
    make(
      "no container yet",
      try? boardTree(container: false, cells: 1),
      LayoutPatch(
        cells: CellCounts(address: 1, size: 1),
        createsContainer: true,
        removed: [],
        added: [
          added("a", 0x5000_0000, 0x10_0000, cells: 1, isReferenced: false),
          added("b", 0x6000_0000, 0x10_0000, cells: 1),
        ],
        references: [.init(device: "/soc/codec@1c0e000", targets: [.added(region: "b")])]
      )
    ),
    make(
      "dynamic",
      board,
      LayoutPatch(
        cells: cells,
        createsContainer: false,
        removed: [.init(path: old + "left@50000000")],
        added: [
          LayoutPatch.AddedNode(
            name: "left",
            region: "left",
            properties: [
              .init("compatible", .strings(["shared-dma-pool"])), .init("reusable", .empty),
              .init("size", .cells([0, 0x40_0000])),
              .init("alignment", .cells([0, 0x40_0000])),
              .init("alloc-ranges", .cells([0, 0x5000_0000, 0, 0x1000_0000])),
            ],
            phandle: 0x11,
            isReferenced: true
          )
        ],
        references: []
      )
    ),
  ].compactMap(\.self)
}()

let toolsArePresent =
  FileManager.default.isExecutableFile(atPath: "/usr/bin/dtc")
  && FileManager.default.isExecutableFile(atPath: "/usr/bin/fdtoverlay")

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

        	/* The regions. Each is added before the others: the last comes first in the tree. */
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
        			 * 0x5800_0000 + 0x200000 = 0x5820_0000, from a multiple of 4 MiB.
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
