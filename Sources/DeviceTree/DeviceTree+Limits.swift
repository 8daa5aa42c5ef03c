extension DeviceTree {
  /// How much one blob may ask for; what is beyond is refused at its place.
  ///
  /// The biggest of Debian's trees for arm and arm64 has 997 nodes, 12 levels, names of 41 bytes.
  public enum Limits {
    /// Levels of nodes, the root among them (`drivers/of/fdt.c: FDT_MAX_DEPTH`).
    public static let depth = 64
    /// Nodes.
    public static let nodes = 1 << 18
    /// Properties of all nodes.
    public static let properties = 1 << 20
    /// Bytes of the name of a node or property.
    ///
    /// The specification has 31; labels in `/__symbols__` are longer.
    public static let name = 255
  }
}
