/// Where the size and place of the default CMA area are stated (`--via`).
public enum DefaultPoolCarrier: String, CaseIterable, Sendable {
  /// In the devicetree, by a `linux,cma-default` node.
  case deviceTree = "dt"
  /// On the kernel's command line, by `cma=`.
  case commandLine = "cmdline"
  /// In the kernel's configuration, by CONFIG_CMA_SIZE_MBYTES.
  case kernelConfig = "kconfig"
}
