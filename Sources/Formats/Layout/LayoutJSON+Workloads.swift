import Layout
import PhysicalMemory
import Policy

/// Workloads as they are written into a layout.
extension LayoutJSON {
  static func workload(_ workload: Workload) -> JSONValue {
    var object: JSONObject = [
      "name": .string(workload.name), "lasts_us": .number(workload.lasts.microseconds),
      "streams": .array(workload.streams.map(stream)),
    ]
    if workload.phases.count == 1, workload.phases[0] == wholeTime(workload) {
      object["background"] = background(workload.background)
    } else {
      object["phases"] = .array(workload.phases.map(phase))
    }
    if !workload.operations.isEmpty {
      object["operations"] = .array(workload.operations.map { .strings($0.words) })
      object["device"] = workload.device.map { .string($0) }
      object["vary"] = .number(workload.variation)
    }
    return .object(object)
  }

  private static func wholeTime(_ workload: Workload) -> Phase {
    Workload(
      name: workload.name,
      lasts: workload.lasts,
      streams: [],
      background: workload.background
    )
    .phases[0]
  }

  private static func phase(_ phase: Phase) -> JSONValue {
    .object([
      "name": .string(phase.name), "start_us": .number(phase.start.microseconds),
      "end_us": .number(phase.end.microseconds), "background": background(phase.background),
    ])
  }

  private static func time(_ time: RandomTime) -> JSONValue {
    switch time {
    case .fixed(let time): .number(time.microseconds)
    case .uniform(let least, let most):
      .object([
        "uniform_us": .array([.number(least.microseconds), .number(most.microseconds)])
      ])
    case .exponential(let mean): .object(["exponential_us": .number(mean.microseconds)])
    }
  }

  private static func stream(_ stream: Stream) -> JSONValue {
    var object: JSONObject = ["name": .string(stream.name), "device": .string(stream.device)]
    if !stream.during.isEmpty { object["during"] = .strings(stream.during) }
    if !stream.starts.isEmpty {
      object["at_us"] = .array(stream.starts.map { .number($0.microseconds) })
    }
    object["every_us"] = stream.every.map(time)
    object["for_us"] = stream.holds.map(time)
    object["group"] = stream.group.map { .string($0) }
    if stream.release != .order { object["release"] = .string(stream.release.rawValue) }
    if let change = stream.modeChange {
      object["mode_change"] = .object([
        "every_us": time(change.every), "keep_old": .bool(change.keepsOld),
      ])
    }
    object["buffers"] = .array(stream.buffers.map(buffer))
    return .object(object)
  }

  private static func buffer(_ buffer: Buffer) -> JSONValue {
    var object: JSONObject = [
      "name": .string(buffer.name), "size": .hexadecimal(buffer.size),
      "count": .number(buffer.count), "align": .hexadecimal(buffer.alignment.bytes),
    ]
    object["pool"] = buffer.pool.map { .string($0) }
    if buffer.isAtomic { object["atomic"] = .bool(true) }
    if buffer.isOptional { object["optional"] = .bool(true) }
    if buffer.leaks > 0 { object["leaks"] = .number(buffer.leaks) }
    return .object(object)
  }

  private static func background(_ background: Background) -> JSONValue {
    var object = JSONObject()
    for kind in MemoryClass.allCases {
      object[kind.key] = background.levels[kind].map { .hexadecimal($0) }
    }
    var growth = JSONObject()
    for kind in MemoryClass.allCases {
      growth[kind.key] = background.growth[kind].map {
        .object(["bytes": .hexadecimal($0.bytes), "per_us": .number($0.per.microseconds)])
      }
    }
    if !growth.members.isEmpty { object["growth"] = .object(growth) }
    if background.swap > .zero { object["swap"] = .hexadecimal(background.swap) }
    if background.zram > .zero { object["zram"] = .hexadecimal(background.zram) }
    object["churn"] = .hexadecimal(background.churn)
    object["churn_period_us"] = .number(background.churnPeriod.microseconds)
    object["pins"] = .number(background.pins)
    object["pin_period_us"] = .number(background.pinPeriod.microseconds)
    object["pin_holds_us"] = .number(background.pinHolds.microseconds)
    if background.longPins > .zero {
      object["long_pins"] = .hexadecimal(background.longPins)
      object["long_pins_at_us"] = .number(background.longPinsStart.microseconds)
    }
    object["hogs"] = background.hogs.map {
      .object([
        "size": .hexadecimal($0.size), "every_us": time($0.every), "for_us": time($0.holds),
      ])
    }
    if background.bootNoise > .zero {
      object["boot_noise"] = .hexadecimal(background.bootNoise)
    }
    return .object(object)
  }
}

extension MemoryClass {
  /// The key in JSON: `page_cache`.
  var key: String { rawValue == "page-cache" ? "page_cache" : rawValue }
}
