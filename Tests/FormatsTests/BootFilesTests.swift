import DeviceTree
import Formats
import Layout
import PhysicalMemory
import Policy
import Testing

@Suite struct BootFilesTests {
  private let area = region(
    "cma",
    .cma,
    range(0x4a00_0000, 0x600_0000),
    users: ["ve"],
    isDefault: true
  )

  @Test func theCommandLineHoldsTheAreaOnlyWhereItIsSetThere() throws {
    let tree = try boardTree()
    #expect(
      CommandLineText.text(layout([area]), via: .commandLine, tree: tree) == "cma=96M@0x4a000000\n"
    )
    #expect(CommandLineText.text(layout([area]), via: .deviceTree, tree: tree) == "\n")
    #expect(CommandLineText.text(layout([area]), via: .kernelConfig, tree: tree) == "\n")
    #expect(CommandLineText.text(layout([]), via: .commandLine, tree: tree) == "\n")
    let odd = region("cma", .cma, range(0x4a00_0000, 0x12_3400), isDefault: true)
    #expect(
      CommandLineText.text(layout([odd]), via: .commandLine, tree: tree)
        == "cma=1165K@0x4a000000\n"
    )
  }

  @Test func theCommandLineNeverSwitchesADefaultNodeOff() throws {
    var editor = try BlobEditor(boardTree())
    let path = "/reserved-memory/left@50000000"
    try editor.set("linux,cma-default", to: [], at: path)
    let tree = try editor.tree()
    #expect(CommandLineText.text(layout([area]), via: .commandLine, tree: tree) == "\n")
    try editor.set("status", toStrings: ["disabled"], at: path)
    #expect(
      CommandLineText.text(layout([area]), via: .commandLine, tree: try editor.tree()) != "\n"
    )
  }

  @Test func theKernelConfigurationCountsAreas() {
    let pools = (0..<9).map { number in
      region("p\(number)", .cma, range(0x5000_0000 + UInt64(number) * 0x40_0000, 0x40_0000))
    }
    let node = "/reserved-memory/linux,cma@48000000"
    let placed = region("linux,cma", .cma, area.range, node: node, isDefault: true)
    let text = KernelConfigFragment.text(layout([placed] + pools), via: .deviceTree)
    #expect(
      text == """
        # DMA memory of acme,board, RAM variant 1g.
        CONFIG_CMA=y
        CONFIG_DMA_CMA=y
        # 10 CMA areas; the kernel has room for one more than this.
        CONFIG_CMA_AREAS=9
        # Buffers are aligned to at most 1 MiB.
        CONFIG_CMA_ALIGNMENT=8
        # The default area is set in the devicetree, which overrides this size; it counts only
        # where that region can not be set up.
        CONFIG_CMA_SIZE_SEL_MBYTES=y
        CONFIG_CMA_SIZE_MBYTES=96
        # CONFIG_CMA_SIZE_SEL_PERCENTAGE is not set
        # CONFIG_CMA_SIZE_SEL_MIN is not set
        # CONFIG_CMA_SIZE_SEL_MAX is not set

        """
    )
  }

  @Test func anAreaThatTheKernelMakesItselfIsNotSaidToBeInTheTree() {
    let text = KernelConfigFragment.text(layout([area]), via: .deviceTree)
    #expect(!text.contains("is set in the devicetree"))
    #expect(text.contains("CONFIG_CMA_SIZE_MBYTES=96\n"))
  }

  @Test func theKernelConfigurationWithoutAreas() {
    let text = KernelConfigFragment.text(
      layout(
        [region("r", .restricted, range(0x5000_0000, 0x40_0000))],
        compatible: ["a\nCONFIG_X=y"]
      ),
      via: .kernelConfig
    )
    #expect(
      text == """
        # DMA memory of a\\u{A}CONFIG_X=y, RAM variant 1g.
        # The layout has no CMA area.
        # Bounces all DMA of a device through its restricted pool.
        CONFIG_SWIOTLB=y
        CONFIG_DMA_RESTRICTED_POOL=y

        """
    )
  }

  @Test func loadAddressesAreClearOfEverything() throws {
    let kernel = TakenRange(owner: "kernel", range: range(0x4001_0000, 0x1a0_0000))
    let dtb = TakenRange(owner: "dtb", range: range(0x7fff_0000, 0x1_0000))
    let environment = UBootEnvironment(layout([area], reserved: [kernel, dtb]))
    #expect(
      environment.text == """
        # Load addresses clear of every region; import with `env import -t`.
        # room for 26.1 MiB
        kernel_addr_r=0x40000000
        # room for 2 MiB
        fdt_addr_r=0x41c00000
        # room for 1 MiB
        fdtoverlay_addr_r=0x41e00000
        # room for 128 MiB
        ramdisk_addr_r=0x42000000
        # U-Boot moves devicetree and RAM disk up to below these.
        fdt_high=0x4a000000
        initrd_high=0x4a000000

        """
    )
  }

  /// Regions all over a small RAM, for each architecture: nothing that is loaded may touch one.
  @Test(arguments: ["arm", "arm64", "riscv64"]) func noLoadAddressTouchesARegion(_ name: String) {
    let target = TargetSummary(
      linux: "6.12",
      architecture: name,
      pageSize: .kib4,
      pageblockOrder: Order(9),
      maxOrder: Order(10),
      cmaAlignment: Order(8),
      cmaGranule: Alignment(shift: 21),
      cmaAreas: 7,
      iommu: "on",
      commandLine: "",
      zoneDMALimit: nil
    )
    let bank = range(0x4000_0000, 0x1000_0000)
    for pattern in 0..<256 {
      let regions = (0..<8).filter { pattern >> $0 & 1 == 1 }.map { slot in
        region("r\(slot)", .cma, range(0x4000_0000 + UInt64(slot) << 25, 0x100_0000))
      }
      let plan = layout(regions, banks: [bank], target: target)
      let environment = UBootEnvironment(plan)
      let places = [
        environment.kernel, environment.ramdisk, environment.deviceTree, environment.overlay,
      ].compactMap(\.self)
      let all = regions.map(\.range) + places
      for (index, place) in all.enumerated() {
        #expect(bank.contains(place))
        #expect(!all[..<index].contains { $0.overlaps(place) })
      }
      for (place, limit) in [
        (environment.deviceTree, environment.deviceTreeLimit),
        (environment.ramdisk, environment.ramdiskLimit),
      ] {
        guard let place, let limit else { continue }
        let moved = PhysicalRange(start: place.start, end: limit)
        #expect(!regions.contains { $0.range.overlaps(moved) })
      }
      #expect(environment.deviceTree != nil)
    }
  }
}
