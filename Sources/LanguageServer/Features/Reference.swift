/// What the text at a place of a layer names: something that stands elsewhere.
enum Reference {
  case nodePath
  case nodeCompatible
  case boardCompatible
  case alias
  case label
  case pool
  case regionNode
  case device
  case variant
  case phase
  case rule

  /// What a value at `path` names; nil where it is a value of its own.
  init?(valueAt path: [Outline.Step]) {
    let names = path.compactMap { step -> String? in
      if case .key(let name) = step { name.withoutPlus } else { nil }
    }
    guard let last = names.last else { return nil }
    let section = names.count > 1 ? names[0] : ""
    switch (section, last) {
    case ("match", "compatible"), ("waive", "board"): self = .boardCompatible
    case ("match", "variant"), ("waive", "variant"): self = .variant
    case ("waive", "node"): self = .nodePath
    case ("waive", "rule"): self = .rule
    case ("pools", "node"), ("carve-outs", "node"): self = .regionNode
    case ("pools", "from"), ("carve-outs", "from"): self = .pool
    case ("devices", "path"), ("devices", "on"): self = .nodePath
    case ("devices", "compatible"): self = .nodeCompatible
    case ("devices", "alias"): self = .alias
    case ("devices", "label"): self = .label
    case ("devices", "pools"), ("devices", "heap"), ("workloads", "pool"): self = .pool
    case ("workloads", "device"): self = .device
    case ("workloads", "during"): self = .phase
    default: return nil
    }
  }

  /// What a name that stands as the key at the end of `path` names elsewhere too.
  init?(nameAt path: [Outline.Step]) {
    guard let names = path.names, names.count == 2 else { return nil }
    switch names[0] {
    case "pools", "carve-outs": self = .pool
    case "devices": self = .device
    case "variants": self = .variant
    case "rules": self = .rule
    default: return nil
    }
  }
}
