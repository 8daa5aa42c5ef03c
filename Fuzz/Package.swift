// swift-tools-version: 6.2
import PackageDescription

// The fuzz targets, apart from the package so that nobody who builds dmaplan builds them.
// `Scripts/fuzz` sets DMAPLAN_FUZZ, with which the package above offers all its modules, and gives
// the flags of libFuzzer and the sanitizers.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "dmaplan-fuzz",
  dependencies: [
    .package(name: "dmaplan", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
  ],
  targets: [
    // The command's own sources are a part of it (`Command` is a link to them): what is fuzzed is what
    // the command does with a file. Its entry point gets a name that is not libFuzzer's.
    .target(
      name: "FuzzTargets",
      dependencies: [
        .product(name: "DmaplanModules", package: "dmaplan"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings + [
        .unsafeFlags(["-Xfrontend", "-entry-point-function-name", "-Xfrontend", "dmaplan_main"])
      ]
    ),
    .executableTarget(
      name: "fuzzer",
      dependencies: ["FuzzTargets"],
      cSettings: [.unsafeFlags(["-fsanitize=fuzzer-no-link,address,undefined"])]
    ),
  ]
)
