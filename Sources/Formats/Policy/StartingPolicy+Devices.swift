import Board
import DeviceTree
import Layout
import PhysicalMemory
import Policy

extension StartingPolicy {
  /// The devices that need contiguous memory, and an example of what they allocate.
  struct DeviceLines {
    let policy: StartingPolicy

    init(_ policy: StartingPolicy) { self.policy = policy }

    /// Known devices that need contiguity, one of several instances.
    private var known: [ResolvedDevice] {
      var names: Set<String> = []
      return policy.compiled.devices.filter {
        $0.node != nil && $0.device.contiguous != .no && names.insert($0.policy.name).inserted
      }
    }

    /// Nodes with a pool of their own that no layer knows as a device.
    private var unknown: [Node] {
      let known = Set(policy.compiled.devices.compactMap { $0.node?.path })
      return policy.board.regionUsers.filter { user in
        user.node.isReachable && !known.contains(user.node.path)
          && user.targets.contains { target in
            target.node.flatMap(policy.board.region(at:))?.isPool == true
          }
      }
      .map(\.node)
    }

    var lines: [String] {
      let about = [
        "", "# Devices whose driver asks for contiguous memory. `mask` is what the driver sets,",
        "# `reach` narrows what `dma-ranges` say, `attach` is who attaches `memory-region`.",
      ]
      let entries = known.flatMap(lines) + unknown.flatMap(lines)
      guard entries.isEmpty else { return about + ["devices:"] + entries }
      return about + [
        "# None is known on this board.", "#devices:",
        "#  my-device: {match: {compatible: \"vendor,device\"}, mask: 32, contiguous: required}",
      ]
    }

    private func lines(_ resolved: ResolvedDevice) -> [String] {
      guard case .match(let paths, let compatible, let alias, let label) = resolved.policy.selector
      else { return [] }
      let wanted = Set(compatible.map(\.value))
      let hits = wanted.filter { !policy.board.nodesByCompatible([$0]).isEmpty }.sorted()
      var keys: [String] = []
      if !paths.isEmpty { keys.append("path: \(list(paths.map(\.value)))") }
      if !hits.isEmpty { keys.append("compatible: \(list(hits))") }
      if let alias { keys.append("alias: \(JSONValue.quoted(alias.value))") }
      if let label { keys.append("label: \(JSONValue.quoted(label.value))") }
      var about = resolved.device.reach.ranges.first.map { "reaches \($0)" } ?? "reaches nothing"
      if resolved.device.iommu != .none { about += ", behind an IOMMU" }
      let pools = resolved.device.pools.isEmpty ? ["the default area"] : resolved.device.pools
      return [
        "  # \(SourceEscaping.comment(resolved.node?.path ?? "")): \(about); allocates from "
          + SourceEscaping.comment(pools.joined(separator: ", ")),
        "  \(JSONValue.quoted(resolved.policy.name)):",
        "    match: {\(keys.joined(separator: ", "))}",
        "    mask: \(resolved.device.maskBits)",
        "    contiguous: \(resolved.policy.contiguous.value.rawValue)",
        "    attach: \(resolved.policy.attach.value.rawValue)",
      ]
    }

    private func lines(_ node: Node) -> [String] {
      [
        "  # No layer knows this one, but the tree gives it a pool: look into its driver.",
        "  \(JSONValue.quoted(name(node))):", "    match: {path: \(JSONValue.quoted(node.path))}",
        "    contiguous: if-no-iommu", "    attach: unknown",
      ]
    }

    /// Nodes of one name under several buses keep their unit addresses apart.
    private func name(_ node: Node) -> String { "dev-" + node.name }

    private func list(_ texts: [String]) -> String {
      "[" + texts.map(JSONValue.quoted).joined(separator: ", ") + "]"
    }

    var workloads: [String] {
      let name = known.first?.policy.name ?? "my-device"
      return [
        "",
        "# What the devices allocate, in the order of allocation; `dmaplan BOARD.dtb` then says",
        "# whether all of it is served, and `dmaplan stress` how often not.", "#workloads:",
        "#  my-workload:", "#    lasts: 2h", "#    streams:", "#      screen:",
        "#        device: \(SourceEscaping.comment(name))", "#        buffers:",
        "#          - {name: framebuffer, format: 1920x1080 xrgb8888, count: 2}",
        "#    background: {page-cache: 60%, anonymous: 15%, unmovable: 5%, churn: 2MiB/s}",
      ]
    }
  }
}
