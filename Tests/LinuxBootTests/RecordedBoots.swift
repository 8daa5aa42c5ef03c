/// What `BootHistoryTests` finds; a failure says what to put here.
let recordedBoots: [String: BootHistoryTests.Figures] = [
  "arm": .init(129, 436, 95, 0x0c4f_ad43_e447_587c),
  "arm64": .init(145, 408, 131, 0x9ff3_8753_15f5_8682),
  "arm64v612": .init(145, 408, 124, 0x10a3_f0c1_0c1e_cf2b),
  "riscv64": .init(145, 413, 55, 0xb01e_a319_2956_6f4b),
]

/// The same of logs held against other boots.
let recordedComparisons: [String: BootHistoryTests.Figures] = [
  "arm": .init(129, 436, 95, 0xc450_ec26_0c22_b0ba),
  "arm64": .init(145, 408, 131, 0x48d3_0663_0530_86a3),
  "arm64v612": .init(145, 408, 124, 0x8215_8a8f_6766_5490),
  "riscv64": .init(145, 413, 55, 0xdcb5_d67d_58e4_f644),
]
