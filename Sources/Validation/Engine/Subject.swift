public import Board
import DeviceTree
import Diagnostics
public import Layout
import LinuxBoot
import PhysicalMemory
public import Policy

/// What rules look at: one board with what policy makes of it.
///
/// A class, so that a fact that several rules need is worked out once; used by one task at a time.
public final class Subject {
  /// The board.
  public let board: Board
  /// What the compiler made of each RAM variant.
  public let variants: [CompiledVariant]
  /// The layers that were read, whether they match the board or not.
  public let layers: [Layer]

  /// The board, compiled with `layers` into `variants`.
  public init(board: Board, variants: [CompiledVariant], layers: [Layer]) {
    self.board = board
    self.variants = variants
    self.layers = layers
  }

  /// What policy states for a variant; typed once, since that costs more than any rule.
  func stated(in variant: CompiledVariant) -> Stated {
    if let known = statedByVariant[variant.variant.name] { return known }
    let stated = Stated(
      regions: variant.policy.regions,
      devices: variant.policy.devices,
      workloads: variant.policy.workloads
    )
    statedByVariant[variant.variant.name] = stated
    return stated
  }

  private var statedByVariant: [String: Stated] = [:]

  /// What `statedObjects` has worked out.
  var objectsByVariant: [String: [StatedObject]] = [:]

  /// The children of the root with their names.
  private(set) lazy var rootChildren: [(name: String, node: Node)] = board.tree.root.children.map {
    ($0.name, $0)
  }

  /// The node /reserved-memory, whether Linux accepts it or not.
  private(set) lazy var container: Node? = rootChildren.first { $0.name == "reserved-memory" }?.node

  /// The nodes whose `memory-region` names each region, by the position of the region's node.
  private(set) lazy var usersOfRegion: [Int: [RegionUser]] = board.regionUsers
    .reduce(into: [:]) { users, user in
      for position in Set(user.targets.compactMap { $0.node?.position }) {
        users[position, default: []].append(user)
      }
    }

  /// Every node with a `memory-region` list, available or not, by the position of each target.
  private(set) lazy var allReferrers: [Int: [Node]] = board.tree.nodes(having: "memory-region")
    .reduce(into: [:]) { users, node in
      guard let list = node.property("memory-region") else { return }
      for cell in 0..<list.cellCount {
        guard let target = board.tree.node(phandle: list.cell(cell)) else { continue }
        users[target.position, default: []].append(node)
      }
    }

  /// The positions of the nodes of which policy says who attaches their region.
  private(set) lazy var attachedNodes: Set<Int> = {
    guard !layers.isEmpty, let variant = variants.first else { return [] }
    let match = DeviceMatch(board: board)
    return stated(in: variant).devices.filter { $0.attach.value != .unknown }
      .reduce(into: []) { nodes, device in
        nodes.formUnion(match.nodes(of: device).map(\.position))
      }
  }()

  /// The regions whose nodes policy replaces in every variant, by the position of their nodes.
  private(set) lazy var replaced: Set<Int> = {
    guard !layers.isEmpty else { return [] }
    let sets = variants.map { variant in
      Set(variant.regions.compactMap { $0.isTouched ? $0.node?.node.position : nil })
    }
    return sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
  }()

  /// The regions of the tree that hold as they are written.
  private(set) lazy var regions: [RegionNode] = board.regions.filter {
    !replaced.contains($0.node.position)
  }

  /// Every entry of every fixed region, in the order of addresses.
  private(set) lazy var fixedEntries: [FixedEntry] = {
    let cells = board.tree.root.childCells
    return regions.flatMap { region -> [FixedEntry] in
      guard case .fixed(let entries) = region.placement, cells.entry > 0 else { return [] }
      return entries.compactMap { entry in
        guard entry.size > 0,
          let range = PhysicalRange(
            start: PhysicalAddress(entry.address),
            size: ByteCount(entry.size)
          )
        else { return nil }
        return FixedEntry(region: region, entry: entry, range: range)
      }
    }
    .sorted {
      ($0.range.start, $0.region.node.position) < ($1.range.start, $1.region.node.position)
    }
  }()

  /// The nodes that say that they are memory, wherever they are.
  private(set) lazy var nodesOfTypeMemory: [Node] = board.tree.nodes(having: "device_type").filter {
    $0.property("device_type")?.string == "memory"
  }

  /// The nodes that Linux takes for memory.
  private(set) lazy var memoryNodes: [Node] = nodesOfTypeMemory.filter {
    $0.parent?.position == 0 && $0.isAvailable
  }

  /// The banks of those nodes.
  private(set) lazy var memoryBanks: [MemoryBank] = board.memoryBanks

  /// What the buses with windows see of memory.
  private(set) lazy var reachOfBuses: [(bus: Node, windows: [DMAWindow])] =
    busesWithWindows
    .compactMap { bus in
      guard let property = bus.property("dma-ranges"), property.count > 0,
        case .windows(let windows, of: bus) = bus.dmaMappingBehind
      else { return nil }
      return (bus, windows)
    }

  /// The nodes with `dma-ranges`, available or not.
  private(set) lazy var busesWithWindows: [Node] = board.tree.nodes(having: "dma-ranges")

  /// The name of `region` in reports.
  func name(of region: RegionNode) -> String { board.name(of: region) }

  /// The nodes that use `region`.
  func users(of region: RegionNode) -> [Node] {
    (usersOfRegion[region.node.position] ?? []).map(\.node)
  }
}

/// What policy states for one variant.
struct Stated {
  let regions: [RegionPolicy]
  let devices: [DevicePolicy]
  let workloads: [WorkloadPolicy]
}

/// One entry of a fixed region's `reg`.
struct FixedEntry {
  let region: RegionNode
  let entry: RegEntry
  let range: PhysicalRange
}
