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

let package = Package(
  name: "dmaplan",
  products: [
    .executable(name: "dmaplan", targets: ["dmaplan"]),
    .library(name: "DeviceTree", targets: ["DeviceTree"]),
    .library(name: "Planner", targets: ["Planner"]),
    .library(name: "PageAllocator", targets: ["PageAllocator"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // A module may import only modules above it in this list, and only those it names.
    .systemLibrary(name: "CLibFDT", providers: [.apt(["libfdt-dev"])]),
    .systemLibrary(
      name: "CLibYAML",
      pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"])]
    ),
    module("PhysicalMemory"),
    module("Planner", ["PhysicalMemory"]),
    module("PageAllocator", ["PhysicalMemory"]),
    module("Diagnostics"),
    module("YAML", ["CLibYAML", "Diagnostics"]),
    module("DeviceTree", ["CLibFDT", "PhysicalMemory"]),
    module("Board", ["PhysicalMemory", "DeviceTree"]),
    module("LinuxBoot", ["PhysicalMemory", "DeviceTree"]),
    module("Policy", ["PhysicalMemory", "Diagnostics", "YAML"]),
    module(
      "Layout",
      ["PhysicalMemory", "Planner", "Diagnostics", "YAML", "DeviceTree", "Board", "LinuxBoot", "Policy"]
    ),
    module(
      "Formats",
      [
        "PhysicalMemory", "Diagnostics", "YAML", "DeviceTree", "LinuxBoot", "Policy", "Layout",
      ]
    ),

    tests("PhysicalMemoryTests", ["PhysicalMemory"]),
    tests("PlannerTests", ["Planner", "PhysicalMemory"]),
    tests("PageAllocatorTests", ["PageAllocator", "PhysicalMemory"]),
    tests("DiagnosticsTests", ["Diagnostics"]),
    tests("YAMLTests", ["YAML", "Diagnostics"]),
    tests("DeviceTreeTests", ["DeviceTree", "PhysicalMemory"]),
    tests("BoardTests", ["Board", "DeviceTree", "PhysicalMemory"]),
    tests("LinuxBootTests", ["LinuxBoot", "DeviceTree", "PhysicalMemory"]),
    tests("PolicyTests", ["Policy", "YAML", "Diagnostics", "PhysicalMemory"]),
    tests(
      "FormatsTests",
      [
        "Formats", "PhysicalMemory", "Diagnostics", "YAML", "DeviceTree", "Board", "LinuxBoot",
        "Policy", "Layout",
      ]
    ),
  ]
)
