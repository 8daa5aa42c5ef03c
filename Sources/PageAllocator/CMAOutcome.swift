public import PhysicalMemory

/// How a CMA area answered a request, and what that took.
public struct CMAOutcome: Hashable, Sendable {
  /// The first page, or why there is none.
  public internal(set) var result: Result<PageFrameNumber, CMAFailure>
  /// The alignment that the search kept, capped by `CONFIG_CMA_ALIGNMENT`.
  public let alignmentOrder: Order
  /// Positions that were tried and found busy.
  public internal(set) var busyRetries: UInt64 = 0
  /// The positions that were busy first, at most `maximumBusyPositions`.
  public internal(set) var busyPositions: [PageFrameNumber] = []
  /// The position that was busy first.
  public var firstBusy: PageFrameNumber? { busyPositions.first }
  /// Busy positions that are remembered: a full area has thousands.
  public static let maximumBusyPositions = 6
  /// Pages that were copied elsewhere.
  public internal(set) var pagesMigrated: UInt64 = 0
  /// Clean file pages that were dropped instead of copied.
  public internal(set) var pagesDropped: UInt64 = 0
}

/// Why a CMA area gave no pages.
public enum CMAFailure: Error, Hashable, Sendable {
  /// The area is not active, or the request is larger than the area: no log message.
  case tooLarge
  /// The bitmap never had room: `ret: -12`.
  case noRoom
  /// Every position that was tried had a page that could not be moved: `ret: -16`.
  case busy
  /// There was no page to copy to: `ret: -12`.
  case noMigrationTarget

  /// What the kernel logs as `ret`; nil where it logs nothing.
  public var loggedError: Int? {
    switch self {
    case .tooLarge: nil
    case .noRoom, .noMigrationTarget: -12
    case .busy: -16
    }
  }
}

/// A CMA area at run time.
struct CMAAreaState: Sendable {
  let name: String
  /// The number of the first page.
  let firstPage: UInt64
  /// Its position.
  let base: Int
  /// One bit for 2^`orderPerBit` pages: set while a driver has some of them.
  let bitmap: Bitmap
  let orderPerBit: Int
  let isActive: Bool
  /// Pages of bits that are set now, and at most so far.
  var usedPages = 0
  var peakPages = 0
  /// Pages of requests that were met and that were refused.
  var pagesServed: UInt64 = 0
  var pagesRefused: UInt64 = 0

  /// All pages.
  var pages: Int { bitmap.count << orderPerBit }
  /// The bits that so many pages take (`cma_bitmap_pages_to_bits`).
  func bits(_ pages: Int) -> Int { (pages + (1 << orderPerBit) - 1) >> orderPerBit }
}
