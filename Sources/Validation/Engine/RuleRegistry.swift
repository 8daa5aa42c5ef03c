public import Diagnostics

/// All rules there are.
public enum RuleRegistry {
  /// Every rule, sorted by id.
  public static let all: [any Rule.Type] = [
    AlignmentNotPowerOfTwo.self,
    AreaNotActivated.self,
    AttachmentUnproven.self,
    BaseMisaligned.self,
    BaseOutsideWindow.self,
    BootargsMemoryOption.self,
    BootObjectOutsideRAM.self,
    BootObjectsOverlap.self,
    BootPanics.self,
    BufferExceedsPool.self,
    BufferWithoutPool.self,
    CarveoutAttached.self,
    CarveoutMapped.self,
    CarveoutWithoutUser.self,
    CellsDoNotDivide.self,
    CMAMisaligned.self,
    CoherentPoolBehindIOMMU.self,
    CommandLineOverridden.self,
    CrashKernelUnplaceable.self,
    DanglingMemoryRegion.self,
    DefaultAreaBeside.self,
    DefaultAreaUnplaceable.self,
    DefaultPoolNotReusable.self,
    DeviceAbsent.self,
    DevicesDisagree.self,
    DeviceWithoutMatch.self,
    DMADefaultIgnored.self,
    DMARangesChainBroken.self,
    DMARangesLost.self,
    DMARangesMalformed.self,
    DMARangesOverlap.self,
    DMARangesUntranslatable.self,
    DuplicatePhandle.self,
    DynamicWithUnitAddress.self,
    FirmwareNotReserved.self,
    InitrdDisabled.self,
    KernelWithoutCMA.self,
    MemoryBanksOverlap.self,
    MemoryNodeIgnored.self,
    MemoryTrimmed.self,
    NestedRegion.self,
    NoRoom.self,
    NotAPool.self,
    PlaceDependsOnVersion.self,
    PoolAboveDefaultMask.self,
    PoolOutOfReach.self,
    PoolsTakeMostOfLowmem.self,
    PoolTakesMostOfRAM.self,
    PoolUnknown.self,
    PoolWithoutFlag.self,
    PoolWithoutUser.self,
    RAMUnknown.self,
    RangesNotEmpty.self,
    ReachEmpty.self,
    ReachMissesRAM.self,
    RegAndSize.self,
    RegionEmpty.self,
    RegionNamesMismatch.self,
    RegionNameTooLong.self,
    RegionNotPageAligned.self,
    RegionOutsideRAM.self,
    RegionOverBootObject.self,
    RegionsOverlap.self,
    RegionUnplaceable.self,
    RegionWithoutPurpose.self,
    ReservedMemoryIgnored.self,
    ReservedMemoryMisnamed.self,
    RestrictedPoolUnusable.self,
    ReusableAndNoMap.self,
    SecondCoherentPool.self,
    SizeMalformed.self,
    SizeMissing.self,
    TooManyRegions.self,
    TwoDefaultPools.self,
    UnitAddressMismatch.self,
    WindowExceedsRAM.self,
    WindowWithoutSlack.self,
    WorkloadDeviceUnknown.self,
    ZoneBeyondWindow.self,
  ].sorted { $0.id < $1.id }
}

extension RuleRegistry {
  /// The ids of all rules, sorted.
  public static var ids: [RuleID] { all.map { $0.id } }

  /// What `rules:` and `waive:` may name: the rules, and of the other findings those that a mistake
  /// in policy does not make.
  static let knownIDs: [String] =
    all.map { $0.id.rawValue }
    + FindingCatalogue.all.filter { $0.isSetByPolicy }.map { $0.id.rawValue }
}
