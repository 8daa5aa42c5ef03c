import PhysicalMemory
import Testing

@testable import PageAllocator

/// Long histories of all calls come out as they did when they were recorded.
///
/// The models say what must never happen; these say that which page is taken, what is moved, dropped
/// and refused, and what is reported stays what it was. A change that is meant is recorded anew.
@Suite struct EngineHistoryTests {
  /// 48 MiB with the orders of a real kernel and everything on.
  private static func phone(_ change: (inout Machine) -> Void = { _ in }) -> Machine {
    let start: UInt64 = 0x4_0000
    let all = pages(start, start + 12_288)
    var machine = Machine(
      zones: [
        ZoneDescription(.dma, pages(start, start + 4096)),
        ZoneDescription(.normal, pages(start + 4096, start + 10_240)),
        ZoneDescription(.movable, pages(start + 10_240, start + 12_288)),
      ],
      memory: PhysicalRegionSet([all])
    )
    machine.reserved = PhysicalRegionSet([
      pages(start, start + 700), pages(start + 5000, start + 5300),
    ])
    machine.cmaAreas = [
      PoolDescription(name: "default", range: pages(start + 2048, start + 3072)),
      PoolDescription(
        name: "video",
        range: pages(start + 6144, start + 7168),
        orderPerBit: Order(1)
      ),
    ]
    machine.defaultCMAArea = CMAAreaID(0)
    machine.coherentPools = [PoolDescription(name: "dsp", range: pages(start + 8192, start + 8292))]
    machine.restrictedPools = [
      PoolDescription(name: "wifi", range: pages(start + 9216, start + 9472))
    ]
    machine.zoneDMALimit = PhysicalAddress(0x40ff_ffff)
    machine.swapPages = 500
    machine.hasProcessorLists = true
    change(&machine)
    return machine
  }

  private static let machines: [String: Machine] = {
    var machines: [String: Machine] = [:]
    for (name, machine) in modelMachines { machines["model: \(name)"] = machine }
    for rules in [KernelRules.mixedLists, .cleanLists, .claimThenSteal] {
      machines["phone, \(rules)"] = phone { $0.rules = rules }
      var small = smallMachine(512, areas: [pages(64, 128), pages(256, 288)])
      small.rules = rules
      small.watermarks = .minimumFree(.kib(128))
      small.defaultCMAArea = CMAAreaID(1)
      machines["small, \(rules)"] = small
      small.cmaUse = .beforeFallback
      small.zones = [
        ZoneDescription(.dma32, pages(0, 200)), ZoneDescription(.normal, pages(200, 512)),
      ]
      small.hasZoneDMA32 = true
      small.hasProcessorLists = true
      machines["two zones, \(rules)"] = small
    }
    machines["arm"] = phone { $0.architecture = .arm }
    machines["riscv"] = phone {
      $0.architecture = .riscv
      $0.mapsUncached = false
    }
    machines["global pool"] = phone {
      $0.globalPool = CoherentPoolID(0)
      $0.watermarks = .computed(transparentHugePages: false)
    }
    machines["without compaction"] = phone {
      $0.compacts = false
      $0.atomicPools = .size(.kib(512))
      $0.cmaUse = .lastResort
    }
    machines["high memory"] = phone { machine in
      let (first, last) = (machine.zones[1].range, machine.zones[2].range)
      machine.architecture = .arm
      machine.zones[1...2] = [ZoneDescription(.normal, first), ZoneDescription(.highMem, last)]
      machine.hasZoneDMA32 = false
    }
    machines["no free page in the lowest zone"] = phone { machine in
      machine.cmaAreas.removeFirst()
      machine.coherentPools = []
      machine.reserved = PhysicalRegionSet([machine.zones[0].range])
    }
    machines["not grouped"] = phone {
      $0.groupsByMobility = false
      $0.watermarks = .off
      $0.swapPages = 0
    }
    return machines
  }()

  @Test(arguments: machines.keys.sorted())
  func historiesAreThoseRecorded(_ name: String) throws {
    let machine = try #require(Self.machines[name])
    var history = try EngineHistory(machine, seed: UInt64(name.utf8.count))
    let figures = history.run(name.hasPrefix("model") ? 1200 : 2500)
    #expect(figures == recordedHistories[name], "\"\(name)\": \(figures),")
    #expect(history.engine.checkInvariants() == nil)
  }
}
