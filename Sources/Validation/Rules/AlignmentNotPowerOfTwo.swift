import Board
import Diagnostics
import Layout
import PhysicalMemory
import Policy

/// An alignment is no power of two.
///
/// Linux rounds down by masking with `alignment - 1`, so that another number gives an address with
/// odd bits cleared, and says nothing: `alignment = <0x300000>` gives bases that are multiples of
/// neither 3 MiB nor 2 MiB.
///
/// Bad: `alignment = <0x0 0x300000>;` or `align: 3MiB`. Good: `alignment = <0x0 0x400000>;`.
///
/// Source: `mm/memblock.c: __memblock_find_range_top_down`.
enum AlignmentNotPowerOfTwo: Rule {
  static let id: RuleID = "alignment-not-power-of-two"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored", "cells-do-not-divide"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let inTree = subject.regions.compactMap { region -> Diagnostic? in
      guard case .dynamic(_, let alignment?, _) = region.placement, alignment > .zero,
        Alignment(alignment) == nil
      else { return nil }
      return .odd(
        "`alignment` of region `\(subject.name(of: region))`",
        alignment,
        at: subject.label(region.node, "alignment", alignment.approximate),
        write: { "alignment = <\($0.hexadecimal)>;" }
      )
    }
    return inTree + inPolicy(subject)
  }

  private static func inPolicy(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      let stated =
        subject.stated(in: variant).regions.compactMap { region in
          region.alignment.map { ("pool `\(region.name)`", $0) }
        }
        + subject.stated(in: variant).devices.compactMap { device in
          device.alignment.map { ("device `\(device.name)`", $0) }
        }
      return stated.compactMap { owner, alignment in
        let bytes = alignment.value.bytes(ram: variant.variant.countedMemory.size)
        guard case .layer = alignment.origin, bytes > .zero, Alignment(bytes) == nil else {
          return nil
        }
        return .odd(
          "`align` of \(owner)",
          bytes,
          at: subject.label(alignment.origin, bytes.approximate),
          write: { "align: " + $0.description.filter { $0 != " " } }
        )
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func odd(
    _ what: String,
    _ bytes: ByteCount,
    at place: Label,
    write: (ByteCount) -> String
  ) -> Self {
    let shift = UInt8(clamping: 64 - bytes.rawValue.leadingZeroBitCount)
    return Diagnostic(
      AlignmentNotPowerOfTwo.id,
      .error,
      "\(what) is \(bytes.approximate), no power of two",
      at: place,
      notes: ["Linux masks addresses with it, which gives odd places, and says nothing"],
      help: shift < 64 ? "write `\(write(Alignment(shift: shift).bytes))`" : nil
    )
  }
}
