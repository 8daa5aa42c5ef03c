public import Diagnostics

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
