import PhysicalMemory
import Testing

@Suite struct UnitTests {
  @Test func sizesPrintInTheBiggestExactUnit() {
    #expect(ByteCount.mib(96).description == "96 MiB")
    #expect(ByteCount(18_800_640).description == "18360 KiB")
    #expect(ByteCount(18_800_640).approximate == "17.9 MiB")
    #expect(ByteCount(2_088_961).approximate == "2.0 MiB")
    #expect(ByteCount(0).description == "0 B")
  }

  @Test func addressesPrintInGroupsOfFour() {
    #expect(PhysicalAddress(0x1_4000_0000).description == "0x1_4000_0000")
    #expect(PhysicalAddress(0x4000_0000).hexadecimal == "0x40000000")
  }

  @Test func orderHoldsTheSize() {
    #expect(PageSize.kib4.order(holding: ByteCount(1)).rawValue == 0)
    #expect(PageSize.kib4.order(holding: .kib(4)).rawValue == 0)
    #expect(PageSize.kib4.order(holding: ByteCount(4097)).rawValue == 1)
    #expect(PageSize.kib4.order(holding: ByteCount(2_088_960)).rawValue == 9)
    #expect(PageSize.kib64.order(holding: .mib(1)).rawValue == 4)
    #expect(PageSize.kib4.pages(holding: ByteCount(.max)) == 1 << 52)
  }

  @Test func alignmentAtTheEndOf64Bits() throws {
    let granule = try #require(Alignment(.mib(2)))
    #expect(granule.up(PhysicalAddress(.max)) == nil)
    #expect(granule.up(PhysicalAddress(0x20_0001)) == PhysicalAddress(0x40_0000))
    #expect(granule.down(PhysicalAddress(0x3f_ffff)) == PhysicalAddress(0x20_0000))
    #expect(Alignment(ByteCount(3)) == nil)
    #expect(Alignment(.zero) == nil)
  }

  @Test func arithmeticStaysInside64Bits() {
    #expect(ByteCount(.max) + .mib(1) == ByteCount(.max))
    #expect(ByteCount.mib(1) - .mib(2) == .zero)
    #expect(PhysicalAddress(.max).adding(ByteCount(1)) == nil)
    #expect(PhysicalAddress(1).subtracting(ByteCount(2)) == nil)
  }
}
