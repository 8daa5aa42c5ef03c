public import PhysicalMemory

/// The interface of early 2011: chunks whose address is known only while they are pinned.
extension ContiguousSystem {
  /// `cm_alloc`: takes a chunk from the context of this name; nil for every failure, at once.
  public mutating func allocateChunk(
    _ context: String,
    _ size: ByteCount,
    alignment: Alignment = Alignment(shift: 0),
    owner: OwnerID = .none
  ) -> ContiguousBuffer? {
    allocate(
      ContiguousRequest(
        device: DMADevice(owner: owner),
        regions: [context],
        size: size,
        alignment: alignment
      )
    ).buffer
  }

  /// `cm_pin`: keeps a chunk in its place and gives its address.
  public mutating func pinChunk(_ chunk: ContiguousBuffer) -> PhysicalAddress {
    precondition(
      pinnedChunks.insert(chunk.first.rawValue).inserted,
      "a chunk is pinned once at a time"
    )
    return chunk.first.address(memory.machine.pageSize)
  }

  /// `cm_unpin`: lets a chunk move again, which those kernels never did.
  public mutating func unpinChunk(_ chunk: ContiguousBuffer) {
    let was = pinnedChunks.remove(chunk.first.rawValue)
    precondition(was != nil, "a chunk that is unpinned was pinned")
  }

  /// `cm_free`: gives a chunk back, which is not pinned.
  public mutating func freeChunk(_ chunk: ContiguousBuffer) { free(chunk) }
}
