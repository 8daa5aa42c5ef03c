// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "PlacementBenchmark",
  dependencies: [.package(name: "dmaplan", path: "../..")],
  targets: [
    .executableTarget(
      name: "PlacementBenchmark",
      dependencies: [.product(name: "Planner", package: "dmaplan")]
    )
  ]
)
