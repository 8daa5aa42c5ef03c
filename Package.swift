// swift-tools-version: 6.2
import PackageDescription

/// What every target of this package is compiled with: a warning is an error, imports are internal
/// unless a public face needs them, and a member is visible only where its module is imported.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The files under `policies/` that become a part of the program.
let builtinPolicies = [
  "attachment.yaml", "default.yaml", "devices-camera.yaml", "devices-display.yaml",
  "devices-network.yaml", "devices-usb.yaml", "devices-video.yaml", "quirk-allwinner-a20.yaml",
  "quirk-allwinner-a64.yaml", "quirk-amlogic-g12b.yaml", "quirk-amlogic-s805x.yaml",
  "quirk-nvidia-tegra186.yaml", "quirk-nvidia-tegra194.yaml", "quirk-nxp-imx8mm.yaml",
  "quirk-nxp-imx8mq.yaml", "quirk-qualcomm-sdm845.yaml", "quirk-raspberrypi-3.yaml",
  "quirk-raspberrypi-4.yaml", "quirk-rockchip-rk3288.yaml", "quirk-rockchip-rk3399.yaml",
  "quirk-samsung-exynos4412.yaml", "quirk-st-stm32mp157.yaml", "quirk-ti-am625.yaml",
  "quirk-ti-am65x.yaml", "quirk-ti-j721e.yaml", "quirk-xilinx-zcu102.yaml",
]

let package = Package(
  name: "dmaplan",
  products: [
    .executable(name: "dmaplan", targets: ["dmaplan"]),
    // Addresses and sizes in their public faces are PhysicalMemory's.
    .library(name: "DeviceTree", targets: ["PhysicalMemory", "DeviceTree"]),
    .library(name: "Planner", targets: ["PhysicalMemory", "Planner"]),
    .library(name: "PageAllocator", targets: ["PhysicalMemory", "PageAllocator"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    // `swift package generate-documentation`; nothing of it is built into a product.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    // A module may import only modules above it in this list, and only those it names.
    .systemLibrary(name: "CLibFDT", providers: [.apt(["libfdt-dev"])]),
    .systemLibrary(
      name: "CLibYAML",
      pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"])]
    ),
    .systemLibrary(name: "CZLib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    module("PhysicalMemory"),
    module("Planner", ["PhysicalMemory"]),
    module("PageAllocator", ["PhysicalMemory"]),
    module("Diagnostics"),
    module("YAML", ["CLibYAML", "Diagnostics"]),
    module("DeviceTree", ["CLibFDT", "PhysicalMemory"]),
    module("Board", ["PhysicalMemory", "DeviceTree"]),
    module("LinuxBoot", ["CZLib", "PhysicalMemory", "DeviceTree"]),
    module("Policy", ["PhysicalMemory", "Diagnostics", "YAML"]),
    module(
      "Layout",
      [
        "PhysicalMemory", "Planner", "Diagnostics", "YAML", "DeviceTree", "Board", "LinuxBoot",
        "Policy",
      ]
    ),

    module(
      "Validation",
      [
        "PhysicalMemory", "Planner", "Diagnostics", "YAML", "DeviceTree", "Board", "LinuxBoot",
        "Policy",
        "Layout",
      ]
    ),
    // What report.html carries with it.
    .target(
      name: "ReportPage",
      path: "report-page",
      resources: [.embedInCode("page.css"), .embedInCode("page.js")],
      swiftSettings: settings
    ),
    module("DryRun", ["PhysicalMemory", "PageAllocator", "LinuxBoot", "Policy", "Layout"]),
    module(
      "Formats",
      [
        "PhysicalMemory", "Planner", "PageAllocator", "Diagnostics", "YAML", "DeviceTree", "Board",
        "LinuxBoot", "Policy",
        "Layout", "DryRun", "ReportPage",
      ]
    ),
    module(
      "LanguageServer",
      [
        "PhysicalMemory", "Diagnostics", "YAML", "DeviceTree", "Board", "LinuxBoot", "Policy",
        "Layout", "Validation", "Formats",
      ]
    ),
    .target(
      name: "BuiltinPolicies",
      path: "policies",
      resources: builtinPolicies.map { .embedInCode($0) },
      swiftSettings: settings
    ),
    // RULES.md is embedded, so that `explain` has its pages at hand.
    .target(
      name: "RuleManual",
      path: "manual",
      resources: [.embedInCode("RULES.md")],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "dmaplan",
      dependencies: [
        "PhysicalMemory", "Planner", "PageAllocator", "Diagnostics", "YAML", "DeviceTree", "Board",
        "LinuxBoot", "Policy", "Layout", "Validation", "DryRun", "Formats", "LanguageServer",
        "BuiltinPolicies", "RuleManual",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings
    ),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    tests("PhysicalMemoryTests", ["PhysicalMemory", "TestSupport"]),
    tests("PlannerTests", ["Planner", "PhysicalMemory", "TestSupport"]),
    tests("PageAllocatorTests", ["PageAllocator", "PhysicalMemory", "TestSupport"]),
    tests("DiagnosticsTests", ["Diagnostics", "TestSupport"]),
    tests("YAMLTests", ["YAML", "Diagnostics", "TestSupport"]),
    tests("DeviceTreeTests", ["DeviceTree", "PhysicalMemory"]),
    tests("BoardTests", ["Board", "DeviceTree", "PhysicalMemory"]),
    tests("LinuxBootTests", ["LinuxBoot", "DeviceTree", "PhysicalMemory", "TestSupport"]),
    tests(
      "DryRunTests",
      ["DryRun", "Layout", "LinuxBoot", "PageAllocator", "Policy", "PhysicalMemory"]
    ),
    tests("CommandTests", ["dmaplan", "PageAllocator", "PhysicalMemory"]),
    tests(
      "ValidationTests",
      [
        "Validation", "Planner", "PhysicalMemory", "Diagnostics", "DeviceTree", "Board",
        "LinuxBoot", "Policy",
        "Layout", "YAML", "TestSupport",
      ]
    ),
    tests("TidyTests", []),
    tests(
      "LanguageServerTests",
      ["LanguageServer", "DeviceTree", "Diagnostics", "Formats", "YAML", "TestSupport"]
    ),
    tests(
      "FormatsTests",
      [
        "Formats", "Board", "Diagnostics", "YAML", "DeviceTree", "Policy", "Planner", "Layout",
        "LinuxBoot", "PhysicalMemory",
      ]
    ),
    tests(
      "LayoutTests",
      [
        "Layout", "Board", "DeviceTree", "Diagnostics", "LinuxBoot", "Planner", "Policy",
        "PhysicalMemory",
      ]
    ),
    tests("PolicyTests", ["Policy", "YAML", "Diagnostics", "PhysicalMemory", "TestSupport"]),
  ]
)

// The fuzz targets in Fuzz/ are a package of their own that needs every module (`make fuzz`).
if Context.environment["DMAPLAN_FUZZ"] != nil {
  package.products.append(
    .library(
      name: "DmaplanModules",
      type: .static,
      targets: [
        "PhysicalMemory", "Planner", "PageAllocator", "Diagnostics", "YAML", "DeviceTree", "Board",
        "LinuxBoot", "Policy", "Layout", "Validation", "DryRun", "Formats", "LanguageServer",
        "BuiltinPolicies", "RuleManual",
      ]
    )
  )
}

// `Scripts/sanitize thread`. Engine and planner are values that no two threads share; instrumented,
// a dry-run takes 25 times as long.
if Context.environment["DMAPLAN_THREAD_SANITIZER"] != nil {
  for target in package.targets where ![.system, .plugin].contains(target.type) {
    target.linkerSettings = [.unsafeFlags(["-sanitize=thread"])]
    guard !["PageAllocator", "Planner"].contains(target.name) else { continue }
    target.swiftSettings?.append(.unsafeFlags(["-sanitize=thread"]))
  }
}
