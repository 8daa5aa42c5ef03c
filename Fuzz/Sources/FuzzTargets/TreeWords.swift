/// Names and texts that mean something in a tree.
enum TreeWords {
  static let properties = [
    "#address-cells", "#size-cells", "#interconnect-cells", "#iommu-cells", "reg", "ranges",
    "dma-ranges", "size", "alignment", "alloc-ranges", "reusable", "no-map", "linux,cma-default",
    "linux,dma-default", "memory-region", "memory-region-names", "compatible", "status", "phandle",
    "linux,phandle", "iommus", "iommu-map", "interconnects", "interconnect-names", "dma-coherent",
    "device_type", "linux,usable-memory", "linux,usable-memory-range", "linux,elfcorehdr",
    "linux,initrd-start", "linux,initrd-end", "bootargs", "numa-node-id", "no-map-fixup", "model",
    "enable-method", "riscv,isa", "riscv,isa-base", "target", "target-path", "hotpluggable",
    "linux,dma-mask",
  ]

  static let nodes = [
    "memory@40000000", "reserved-memory", "linux,cma", "pool@48000000", "chosen", "soc", "cpus",
    "cpu@0", "__symbols__", "__overlay__", "__fixups__", "__local_fixups__", "fragment@0",
    "aliases", "memory", "codec@1000", "carve-out@41000000", "axi", "psci", "hypervisor",
  ]

  static let texts = [
    "memory", "cpu", "shared-dma-pool", "restricted-dma-pool", "okay", "disabled", "simple-bus",
    "dma-mem", "arm,cortex-a53", "arm,cortex-a9", "arm,armv8", "riscv", "rv64imafdc", "rv64i",
    "cma=16M", "cma=8M@0x42000000", "mem=32M", "cma=0", "cma=64M@0-0x44000000",
    "coherent_pool=1M crashkernel=4M", "hugetlb_cma=1G", "memmap=1M$0x41000000",
    "crashkernel=1G-4G:32M,4G-:64M@16M", "swiotlb=65536 iommu.passthrough=1", "/soc", "/codec",
    "brcm,bcm2711", "allwinner,sun7i-a20", "arm,versatile", "fsl,imx6q", "ti,dra7",
    "arm,smmu-v3", "example,codec", "snps,dwc3", "memory-region", "dma-mem\0other",
  ]
}
