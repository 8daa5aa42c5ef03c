/// All rules there are.
public enum RuleRegistry {
  /// Every rule, sorted by id.
  public static let all: [any Rule.Type] = [
    AlignmentNotPowerOfTwo.self,
    AttachmentUnproven.self,
    BaseMisaligned.self,
    BaseOutsideWindow.self,
    BootPanics.self,
    BufferExceedsPool.self,
    CellsDoNotDivide.self,
    CMAMisaligned.self,
    DanglingMemoryRegion.self,
    DefaultPoolNotReusable.self,
    DeviceAbsent.self,
    NoRoom.self,
    PoolOutOfReach.self,
    PoolUnknown.self,
    RAMUnknown.self,
    ReachEmpty.self,
    RegionOutsideRAM.self,
    RegionUnplaceable.self,
    RegionsOverlap.self,
    ReservedMemoryIgnored.self,
    ReusableAndNoMap.self,
    SizeMalformed.self,
    SizeMissing.self,
    TwoDefaultPools.self,
    WorkloadDeviceUnknown.self,
  ].sorted { $0.id < $1.id }
}
