/// A place in a text: line and column, both from 1, columns in Unicode scalars.
public struct SourcePosition: Hashable, Comparable, Sendable {
  /// The line, from 1.
  public let line: Int
  /// The column in Unicode scalars, from 1.
  public let column: Int
  /// The place at this line and column.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
  /// Orders places as a reader meets them.
  public static func < (lhs: SourcePosition, rhs: SourcePosition) -> Bool {
    (lhs.line, lhs.column) < (rhs.line, rhs.column)
  }
}

/// A half-open piece of one file: `end` is the place behind its last character.
public struct SourceSpan: Hashable, Sendable {
  /// The file as it was named on the command line; built-in layers are `<builtin>/NAME`.
  public let file: String
  /// The first character.
  public let start: SourcePosition
  /// The place behind the last character.
  public let end: SourcePosition
  /// The piece of `file` from `start` to `end`.
  public init(file: String, start: SourcePosition, end: SourcePosition) {
    self.file = file
    self.start = start
    self.end = end
  }
}

/// A place in a devicetree.
///
/// A blob has no lines, so node, property and cells are the coordinates.
public struct TreeLocation: Hashable, Sendable {
  /// The DTB as it was named on the command line.
  public let dtb: String
  /// The node's full path.
  public let path: String
  /// The property, if the place is one.
  public let property: String?
  /// The property as `dtc` prints it, with the piece that is meant.
  public let excerpt: Excerpt?

  /// A line of devicetree source and the characters of it that are meant.
  public struct Excerpt: Hashable, Sendable {
    /// The property as `dtc` prints it: `reg = <0x0 0x40000000>;`.
    public let text: String
    /// The characters that are meant, from 0.
    public let marked: Range<Int>
    /// The line `text` with the characters `marked` underlined.
    public init(text: String, marked: Range<Int>) {
      self.text = text
      self.marked = marked
    }
  }

  /// The place in `dtb` at node `path`, and there at `property`, if given.
  public init(dtb: String, path: String, property: String? = nil, excerpt: Excerpt? = nil) {
    self.dtb = dtb
    self.path = path
    self.property = property
    self.excerpt = excerpt
  }
}

/// Where a finding points.
public enum Location: Hashable, Sendable {
  /// A piece of a text file.
  case source(SourceSpan)
  /// A node or property of a devicetree.
  case tree(TreeLocation)
  /// A whole input: a file that could not be read, the command line.
  case input(String)
}
