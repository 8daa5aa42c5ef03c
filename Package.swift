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
  dependencies: [],
  targets: [
    // A module may import only modules above it in this list, and only those it names.
    .systemLibrary(name: "CLibFDT", providers: [.apt(["libfdt-dev"])]),
    module("PhysicalMemory"),
    module("Diagnostics"),
    module("DeviceTree", ["CLibFDT", "PhysicalMemory"]),
    module("LinuxBoot", ["PhysicalMemory", "DeviceTree"]),

    tests("PhysicalMemoryTests", ["PhysicalMemory"]),
    tests("DeviceTreeTests", ["DeviceTree", "PhysicalMemory"]),
    tests("LinuxBootTests", ["LinuxBoot", "PhysicalMemory", "DeviceTree"]),
  ]
)
