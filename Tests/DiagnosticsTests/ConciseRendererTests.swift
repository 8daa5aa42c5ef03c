import Diagnostics
import Testing

@Suite struct ConciseRendererTests {
  @Test func oneLineForEachFact() {
    #expect(
      ConciseRenderer().render([Samples.outOfReach, Samples.unknownKey, Samples.cells]) == """
        policies/imx8mp.yaml:15:11: error[pool-out-of-reach]: pool `camera` is out of reach of `/soc/isp@32e10000`
        policies/imx8mp.yaml:12:3: note: 64 MiB, used by 1 master
        fixtures/dtb/imx8mp.dtb:/soc:dma-ranges: note: the window is 3 GiB long
        policies/imx8mp.yaml:15:11: note: bus 0x4000_0000..<0x1_0000_0000 is the same range of CPU addresses
        policies/imx8mp.yaml:15:11: help: move it down; 0xfc00_0000 is the highest place where 64 MiB fit
        policies/imx8mp.yaml:16:5: warning[unknown-key]: a pool has no key `algnment`
        fixtures/dtb/imx8mp.dtb:/memory@40000000:reg: error[cells-do-not-divide]: `reg` of `/memory@40000000` is not a whole number of entries
        fixtures/dtb/imx8mp.dtb:/:#address-cells: note: from here
        fixtures/dtb/imx8mp.dtb:/:#size-cells: note: and here
        fixtures/dtb/imx8mp.dtb:/memory@40000000:reg: note: 3 checks that read this property were skipped

        """
    )
  }
}
