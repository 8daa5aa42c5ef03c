/// The invariant of areas whose bitmap has one bit for several pages.
extension PageAllocator {
  /// A bit of such an area is set exactly where a driver or the kernel holds one of its pages.
  func checkCoarseBitmaps() -> String? {
    for area in areas where area.isActive && area.orderPerBit > 0 {
      var used = 0
      for bit in 0..<area.bitmap.count {
        let first = area.base + (bit << area.orderPerBit)
        let isHeld = (first..<first + (1 << area.orderPerBit)).contains { position in
          let word = words[head(of: position)]
          return word.isUsed && word.use == .dma
        }
        let isSet = bits.first(area.bitmap, true, in: bit..<bit + 1) == bit
        if isHeld != isSet { return "area \(area.name): bit \(bit) is wrong" }
        if isSet { used += 1 << area.orderPerBit }
      }
      if used != area.usedPages { return "area \(area.name): \(used) pages in use" }
    }
    return nil
  }
}
