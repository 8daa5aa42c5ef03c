// swift-tools-version: 6.2
import PackageDescription

/// Measures the engine against controls in C, both driven by one harness.
let package = Package(
  name: "engine-bench",
  dependencies: [.package(name: "dmaplan", path: "../..")],
  targets: [
    .target(name: "Controls", cSettings: [.unsafeFlags(["-O3"])]),
    .executableTarget(
      name: "engine-bench",
      dependencies: ["Controls", .product(name: "PageAllocator", package: "dmaplan")],
      swiftSettings: [.treatAllWarnings(as: .error)]
    ),
  ]
)
