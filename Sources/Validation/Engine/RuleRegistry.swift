import Diagnostics

/// All rules there are.
public enum RuleRegistry {
  /// Every rule, sorted by id.
  public static let all: [any Rule.Type] = [
    AlignmentNotPowerOfTwo.self,
    AttachmentUnproven.self,
    BaseMisaligned.self,
    BaseOutsideWindow.self,
    BootargsMemoryOption.self,
    BootPanics.self,
    BufferExceedsPool.self,
    CarveoutWithoutUser.self,
    CellsDoNotDivide.self,
    CMAMisaligned.self,
    CommandLineOverridden.self,
    DanglingMemoryRegion.self,
    DefaultPoolNotReusable.self,
    DeviceAbsent.self,
    DMARangesChainBroken.self,
    DMARangesLost.self,
    MemoryNodeIgnored.self,
    NoRoom.self,
    NotAPool.self,
    PoolOutOfReach.self,
    PoolTakesMostOfRAM.self,
    PoolUnknown.self,
    PoolWithoutFlag.self,
    PoolWithoutUser.self,
    RAMUnknown.self,
    ReachEmpty.self,
    ReachMissesRAM.self,
    RegionEmpty.self,
    RegionNotPageAligned.self,
    RegionOutsideRAM.self,
    RegionsOverlap.self,
    RegionUnplaceable.self,
    RegionWithoutPurpose.self,
    ReservedMemoryIgnored.self,
    ReservedMemoryMisnamed.self,
    ReusableAndNoMap.self,
    SizeMalformed.self,
    SizeMissing.self,
    TooManyRegions.self,
    TwoDefaultPools.self,
    UnitAddressMismatch.self,
    WindowExceedsRAM.self,
    WindowWithoutSlack.self,
    WorkloadDeviceUnknown.self,
    BackgroundExceedsRAM.self,
    WorkloadTimesUnclear.self,
  ].sorted { $0.id < $1.id }
}

extension RuleRegistry {
  /// Findings that policy may rate and accept and that no rule of its own makes: of merging layers
  /// and of RAM variants.
  static let compiled: [RuleID] = ["layers-conflict", "ram-not-a-variant", "variant-without-ram"]

  /// What `rules:` and `waive:` may name.
  static var knownIDs: [String] { all.map { $0.id.rawValue } + compiled.map { $0.rawValue } }
}
