import PhysicalMemory

/// The lines of a `.config`: each symbol's last value and its line.
struct KernelConfigText {
  private var entries: [String: (value: String, line: Int)] = [:]

  /// Reads `CONFIG_X=value` and `# CONFIG_X is not set`; anything else is passed over.
  init(_ text: String) {
    var number = 0
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard let text = String(line) else { continue }
      if text.hasPrefix("CONFIG_"), let equals = text.firstIndex(of: "=") {
        let name = String(text[..<equals].dropFirst(7))
        var value = text[text.index(after: equals)...].drop { $0 == " " }
        while value.last?.isWhitespace == true { value = value.dropLast() }
        entries[name] = (String(value), number)
      } else if text.hasPrefix("# CONFIG_"),
        let end = text.range(of: " is not set")
      {
        entries[String(text[text.index(text.startIndex, offsetBy: 9)..<end])] = ("n", number)
      }
    }
  }

  var lines: [String: Int] { entries.mapValues(\.line) }

  func has(_ name: String) -> Bool { entries[name] != nil }

  func isSet(_ name: String) -> Bool? { entries[name].map { $0.value == "y" || $0.value == "m" } }

  func number(_ name: String) -> UInt64? {
    guard let value = entries[name]?.value else { return nil }
    if value.hasPrefix("0x") || value.hasPrefix("0X") {
      return UInt64(value.dropFirst(2), radix: 16)
    }
    return UInt64(value)
  }

  func string(_ name: String) -> String? {
    guard let value = entries[name]?.value, value.count >= 2, value.hasPrefix("\""),
      value.hasSuffix("\"")
    else { return nil }
    return String(value.dropFirst().dropLast()).replacing("\\\"", with: "\"")
  }
}

extension KernelConfigText {
  /// The orders of the page allocator: no kernel builds with blocks that are bigger than a section of
  /// sparse memory, 128 MiB with pages of 4 KiB (`include/linux/mmzone.h`).
  static let maximumOrders: UInt64 = 16

  /// The symbols that are read as numbers, with what Kconfig lets them be.
  private static let numbers: [String: ClosedRange<UInt64>] = [
    "CMA_SIZE_MBYTES": 0...(1 << 32), "CMA_SIZE_PERCENTAGE": 0...100, "CMA_AREAS": 1...(1 << 20),
    "CMA_ALIGNMENT": 2...12, "NR_CPUS": 1...65536, "NODES_SHIFT": 0...10,
    "ARCH_FORCE_MAX_ORDER": 1...maximumOrders, "ARM64_VA_BITS": 36...52, "ARM64_PA_BITS": 32...52,
    "ARM_L1_CACHE_SHIFT": 4...7,
  ]

  /// The first line that no build of a kernel writes: what is read of it would be another kernel's.
  static func fault(in text: String) -> KernelConfigFile.Failure? {
    let help = "give the .config as the kernel's build left it"
    var number = 0
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      if line.contains(0) {
        return .init(description: "line \(number): a NUL byte is not text", help: help)
      }
      guard line.starts(with: "CONFIG_".utf8), let equals = line.firstIndex(of: UInt8(ascii: "=")),
        let name = String(line[..<equals].dropFirst(7)), let good = numbers[name]
      else { continue }
      let value = String(Substring(line[line.index(after: equals)...])).trimmedBlanks
      guard let stated = UInt64(value), good.contains(stated) else {
        return .init(
          description: "line \(number): `CONFIG_\(name)=\(value.prefix(40))` is no number from "
            + "\(good.lowerBound) to \(good.upperBound)",
          help: help
        )
      }
    }
    return nil
  }
}

extension String {
  /// The text without blanks and carriage returns at its end.
  fileprivate var trimmedBlanks: String {
    var text = self[...]
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }

  /// The index where `other` begins, or nil.
  fileprivate func range(of other: String) -> String.Index? {
    firstRange(of: other)?.lowerBound
  }
}

extension KernelConfig {
  /// Reads a `.config`; a symbol that it lacks has the Kconfig default of `version` and
  /// `architecture`.
  ///
  /// Total: any text is a configuration, unreadable lines say nothing.
  /// - Complexity: O(characters).
  public init(text: String, version: KernelVersion, architecture: Architecture) {
    self.init(version: version, architecture: architecture)
    let file = KernelConfigText(text)
    lines = file.lines
    readFlags(file)
    readCMA(file, version: version)
    readNumbers(file)
    readArm(file, architecture: architecture)
    if let line = file.string("CMDLINE") { commandLine = line }
    if file.isSet("CMDLINE_FORCE") == true { commandLineUse = .force }
    if file.isSet("CMDLINE_EXTEND") == true { commandLineUse = .extend }
  }

  private mutating func readFlags(_ file: KernelConfigText) {
    let flags: [(String, WritableKeyPath<KernelConfig, Bool>)] = [
      ("CMA", \.cma), ("DMA_CMA", \.dmaCMA), ("TRANSPARENT_HUGEPAGE", \.transparentHugepage),
      ("ZONE_DMA", \.zoneDMA), ("ZONE_DMA32", \.zoneDMA32), ("NUMA", \.numa),
      ("HIGHMEM", \.highmem), ("ARM_LPAE", \.largePhysicalAddresses),
      ("ARM_GIC_V3_ITS", \.gicV3ITS), ("EFI", \.efi), ("DMA_RESTRICTED_POOL", \.restrictedPool),
      ("KFENCE", \.kfence), ("RODATA_FULL_DEFAULT_ENABLED", \.rodataFull),
      ("SPARSEMEM", \.sparsemem), ("CRASH_DUMP", \.crashDump), ("KEXEC_CORE", \.kexec),
      ("STRICT_KERNEL_RWX", \.strictKernelRWX),
    ]
    for (name, path) in flags {
      if let value = file.isSet(name) { self[keyPath: path] = value }
    }
    hugetlbPage = file.isSet("HUGETLB_PAGE") ?? file.isSet("HUGETLBFS") ?? hugetlbPage
    perNodeCMA = file.isSet("DMA_PERNUMA_CMA") ?? file.isSet("DMA_NUMA_CMA") ?? perNodeCMA
    if file.isSet("KEXEC") == true { kexec = true }
    if file.isSet("SPARSEMEM_VMEMMAP") == true { sparsemem = true }
    if file.isSet("FLATMEM") == true { sparsemem = false }
  }

  private mutating func readCMA(_ file: KernelConfigText, version: KernelVersion) {
    let megabytes = ByteCount.mib(min(file.number("CMA_SIZE_MBYTES") ?? 16, 1 << 40))
    let percentage = Int(clamping: min(file.number("CMA_SIZE_PERCENTAGE") ?? 10, 100))
    if file.isSet("CMA_SIZE_SEL_PERCENTAGE") == true {
      defaultAreaSize = .percentage(percentage)
    } else if file.isSet("CMA_SIZE_SEL_MIN") == true {
      defaultAreaSize = .smaller(megabytes, percentage)
    } else if file.isSet("CMA_SIZE_SEL_MAX") == true {
      defaultAreaSize = .larger(megabytes, percentage)
    } else {
      defaultAreaSize = .bytes(megabytes)
    }
    let lacksExtraSlot = version.isAtLeast(6, 9)
    if numa { cmaAreas = lacksExtraSlot ? 20 : 19 }
    if let areas = file.number("CMA_AREAS") { cmaAreas = Int(clamping: min(areas, 1 << 20)) }
    if let order = file.number("CMA_ALIGNMENT") { cmaAlignment = Order(UInt8(min(order, 12))) }
  }

  private mutating func readNumbers(_ file: KernelConfigText) {
    if file.isSet("ARM64_16K_PAGES") == true { pageSize = .kib16 }
    if file.isSet("ARM64_64K_PAGES") == true { pageSize = .kib64 }
    if let order = file.number("ARCH_FORCE_MAX_ORDER"), 1...KernelConfigText.maximumOrders ~= order
    {
      forceMaxOrder = Int(order)
    }
    if let count = file.number("NR_CPUS") { cpus = Int(clamping: min(count, 1 << 16)) }
    if let interval = file.number("KFENCE_SAMPLE_INTERVAL") {
      kfenceSampleInterval = Int(clamping: interval)
    }
    if let shift = file.number("NODES_SHIFT") { nodesShift = Int(min(shift, 10)) }
    if let bits = file.number("ARM64_VA_BITS"), (36...52).contains(bits) {
      virtualAddressBits = Int(bits)
    }
    if let bits = file.number("ARM64_PA_BITS"), (48...52).contains(bits) {
      physicalAddressBits = Int(bits)
    }
    if let shift = file.number("ARM_L1_CACHE_SHIFT"), (5...7).contains(shift) {
      l1CacheShift = UInt8(shift)
    }
  }

  private mutating func readArm(_ file: KernelConfigText, architecture: Architecture) {
    guard architecture == .arm else { return }
    let splits: [(String, UInt64)] = [
      ("VMSPLIT_3G_OPT", 0xb000_0000), ("VMSPLIT_2G", 0x8000_0000), ("VMSPLIT_1G", 0x4000_0000),
    ]
    for (name, offset) in splits where file.isSet(name) == true { pageOffset = offset }
    let known = splits.map(\.1) + [0xc000_0000]
    if let offset = file.number("PAGE_OFFSET"), known.contains(offset) { pageOffset = offset }
    // `arch/arm/Makefile`: these platforms keep the first 2 MiB of RAM to themselves. An excerpt that
    // names no platform at all is taken for a multi-platform kernel, which has some of them built in.
    let reserving = ["ARCH_QCOM", "ARCH_MSM8X60", "ARCH_MSM8960", "ARCH_MESON", "ARCH_AXXIA"]
    let names = reserving + ["ARCH_MULTI_V7", "ARCH_MULTI_V6", "ARCH_MULTIPLATFORM", "MMU"]
    let isExcerpt = !names.contains(where: file.has)
    if isExcerpt || reserving.contains(where: { file.isSet($0) == true }) {
      textOffset = ByteCount(0x20_8000)
    }
  }
}
